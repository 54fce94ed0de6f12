"""The form of an expression of interest, the choice of a programme and of a post, and the questions about equality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.db.models import QuerySet

from applications.actions.expressions import ABOUT_WORDS, PERSON_WORDS, STRAND_WORDS, Words, problems
from applications.autosave import Saved, fingerprint
from applications.form_schema import box_text
from applications.forms.questions import prose
from applications.forms.save_token import SaveTokenForm
from applications.forms.steps import RowChoiceField, helper
from applications.models import Call, EqualityQuestion, Post, Strand
from core.accounts.models import Organisation, Programme, User


class ProgrammeForm(forms.Form):
    """For which programme."""

    programme = RowChoiceField(label="Which programme is it for?", problem="Choose the programme")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        field = cast("RowChoiceField", self.fields["programme"])
        field.queryset, field.to_field_name = Programme.objects.all(), "slug"
        self.helper = helper("Continue")
        self.helper.form_method = "get"


class ExpressionForm(SaveTokenForm):
    """What an organisation would like to do, what it cares about by strand, and whom it has in mind."""

    original = forms.CharField(widget=forms.HiddenInput, required=False)
    programme = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        programme: Programme,
        strands: Sequence[Strand],
        by: User,
        words: Words | None = None,
        draft: Mapping[str, str] | None = None,
    ) -> None:
        """Take what was sent, or the words that are changed; `draft` is what was typed before and not sent."""
        self.strands = strands
        kept = words or Words("")
        self.box_names = ["about", *(f"strand_{strand.pk}" for strand in strands), "person_in_mind"]
        texts = {f"strand_{key}": text for key, text in kept.strands.items()}
        texts |= {"about": kept.about, "person_in_mind": kept.person_in_mind}
        self.original_texts = {name: box_text(texts.get(name)) for name in self.box_names}
        boxes = self.original_texts | {name: text for name, text in (draft or {}).items() if name in self.box_names}
        seen = {name: fingerprint(text) for name, text in boxes.items()}
        initial = boxes | {"original": kept.digest, "programme": programme.slug, **self.initial_token(seen, by)}
        super().__init__(data, initial=initial)
        if words is None:
            self._ask_for(Organisation.objects.filter(pk__in=by.organisation_ids))
        self.fields["about"] = prose(
            "What would you like to do?",
            "A few sentences are enough. Say what you want to do, with whom, and why now.",
            ABOUT_WORDS,
        )
        for strand in strands:
            hint = "What matters to you in this strand. Leave it empty if you do not work on it."
            self.fields[f"strand_{strand.pk}"] = prose(strand.title, hint, STRAND_WORDS)
        self.fields["person_in_mind"] = prose(
            "Do you have someone in mind? (optional)",
            "Say what they do and what they would bring. Do not give their name.",
            PERSON_WORDS,
        )
        self.helper = FormHelper()
        self.helper.form_id = "section-form"
        self.helper.attrs = {"data-warn-leaving": ""}
        self.helper.add_input(Submit("send", "Save the changes" if words else "Send the expression of interest"))

    def _ask_for(self, own: QuerySet[Organisation]) -> None:
        field = RowChoiceField(label="Which organisation is it for?", problem="Choose the organisation")
        field.offer(own)
        self.fields["organisation"] = field

    def words(self) -> Words:
        strands = {strand.pk: self.cleaned_data.get(f"strand_{strand.pk}", "") for strand in self.strands}
        typed = self.cleaned_data
        return Words(typed.get("about", ""), strands, typed.get("person_in_mind", "")).tidy()

    def clean(self) -> dict[str, Any]:
        for problem in problems(self.words(), list(self.strands)):
            self.add_error(problem.field, problem.sentence)
        return self.cleaned_data

    def texts(self) -> dict[str, str]:
        return {name: box_text(self.data[name]) for name in self.box_names if name in self.data}

    def see(self, words: Words) -> None:
        self.set_data(original=words.digest)

    def show_conflicts(self, saved: Saved) -> None:
        """Put both texts into each box that was changed in another window too, one under the other."""
        for one in saved.conflicts:
            self.set_data(**{one.name: f"{one.saved}\n\n{self.data.get(one.name, '')}".strip()})
            self.add_error(one.name, "You wrote here in another window too. Keep what you want of both texts.")
        self.show_saved(saved)


class TakeBackForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    helper = helper("Withdraw the expression of interest", is_grave=True)


class StartFromForm(forms.Form):
    """For which post of the call that the organisation is invited to."""

    post = RowChoiceField(label="Which post are you applying for?", problem="Choose the post you are applying for")

    def __init__(self, data: Any = None, *, call: Call, action: str) -> None:
        super().__init__(data)
        cast("RowChoiceField", self.fields["post"]).offer(Post.objects.filter(call=call))
        self.helper = helper("Start an application from this", action=action)


class EqualityForm(forms.Form):
    """A programme's voluntary questions; each may be left without an answer."""

    helper = helper("Send my answers")

    def __init__(self, data: Any = None, *, questions: Sequence[EqualityQuestion]) -> None:
        super().__init__(data)
        self.questions = questions
        for question in questions:
            self.fields[f"question_{question.pk}"] = forms.ChoiceField(
                label=question.label,
                choices=[(choice, choice) for choice in question.choices],
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": f"{question.label} Choose one of the answers below, or none."},
            )

    def answers(self) -> dict[int, str]:
        given = {question.pk: self.cleaned_data[f"question_{question.pk}"] for question in self.questions}
        return {key: answer for key, answer in given.items() if answer}
