"""The form of each section: keeps incomplete work, and refuses only what cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from applications.autosave import fingerprint
from applications.completeness import FilledForm
from applications.form_schema import FACTS, box_text
from applications.forms.save_token import SaveTokenForm
from applications.models import Application, Question
from applications.models.call import Section
from core.accounts.models import User
from core.form_fields import ProseField, TelephoneField
from core.money.fields import MoneyFormField
from core.text import count_words

WORDS_PER_ROW = 25
MOST_CHARACTERS = 100_000  # of a text that is too long to be submitted


def prose(label: str, hint: str, limit: int) -> ProseField:
    attrs = {"rows": max(5, limit // WORDS_PER_ROW), "data-word-limit": limit}
    return ProseField(label=label, help_text=hint, required=False, widget=forms.Textarea(attrs=attrs))


class SectionForm(SaveTokenForm):
    """One section of the form: its facts, its questions, and the hidden fields by which it is saved while typing."""

    section: ClassVar[Section]

    def __init__(self, data: Any = None, *, filled: FilledForm, by: User) -> None:
        """Take the application as it is saved, and who is writing.

        Without `data` the form is filled with what is saved. If some of that cannot be submitted, because it is too
        long or cannot be read, the form is bound to it, so that it is marked.
        """
        self.filled, self.by = filled, by
        boxes = filled.boxes(self.section)
        initial: dict[str, Any] = dict(boxes)
        for name, field in self.base_fields.items():
            if isinstance(field, MoneyFormField) and name not in filled.application.unparsed:
                initial[name] = filled.fact(self.section, name)
        seen = {name: fingerprint(text) for name, text in boxes.items()}
        super().__init__(data, initial=initial | self.initial_token(seen, by))
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = prose(question.label, question.hint, question.word_limit)
        if data is None and self.has_problems:
            self.is_bound, self.data = True, {name: self[name].value() for name in self.fields}
        self.helper = FormHelper()
        self.helper.form_id = "section-form"
        self.helper.attrs = {"data-warn-leaving": ""}
        self.helper.add_input(Submit("save", "Save and go back to the list"))

    @property
    def questions(self) -> Sequence[Question]:
        return self.filled.questions_of(self.section)

    @property
    def box_names(self) -> list[str]:
        return [*FACTS[self.section], *(f"question_{question.pk}" for question in self.questions)]

    def fill(self, name: str, text: str) -> None:
        self.initial[name] = text
        if self.is_bound:
            self.set_data(**{name: text})
            self.full_clean()

    @property
    def unsaved(self) -> list[str]:
        return [name for name in self.box_names if len(str(self.data.get(name, ""))) > MOST_CHARACTERS]

    @property
    def has_problems(self) -> bool:
        return any(row.unparsed or row.words_over for row in self.filled.rows(self.section))

    def facts(self) -> dict[str, Any]:
        sent = [name for name in FACTS[self.section] if name in self.data]
        return {name: self.cleaned_data[name] for name in sent if name in self.cleaned_data}

    def answers(self) -> dict[int, str]:
        return self.texts

    def unparsed(self) -> dict[str, str]:
        names = [name for name in self.box_names if name in self.data and name not in self.cleaned_data]
        names = [name for name in names if name not in {f"question_{pk}" for pk in self.texts}]
        texts = {name: box_text(self.data[name]) for name in names}
        return {name: text for name, text in texts.items() if len(text) <= MOST_CHARACTERS}

    def clean(self) -> dict[str, Any]:
        sent = {question: f"question_{question.pk}" for question in self.questions}
        sent = {question: name for question, name in sent.items() if name in self.data and name in self.cleaned_data}
        self.texts = {question.pk: self.cleaned_data[name] for question, name in sent.items()}
        for question, name in sent.items():
            count = count_words(self.texts[question.pk])
            if (over := count - question.word_limit) > 0:
                words = "word" if over == 1 else "words"
                sentence = f"“{question.label}” has {count} words and the limit is {question.word_limit}."
                self.add_error(name, f"{sentence} Take out {over} {words}.")
        return self.cleaned_data


class OrganisationForm(SectionForm):
    """How to reach the organisation, and whose idea it was."""

    section = Section.ORGANISATION
    contact_phone = TelephoneField(
        label=FACTS[Section.ORGANISATION]["contact_phone"],
        help_text="For the person we can contact about this application, like 020 7946 0000.",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "govuk-input--width-20"}),
    )
    whose_idea = forms.ChoiceField(
        label="Whose idea was the secondment?",
        help_text="This does not affect how we assess your application.",
        required=False,
        choices=Application.Origin.choices,
        widget=forms.RadioSelect,
    )


NOT_OWN = {"autocomplete": "off"}  # a browser would offer the writer's own


class CandidateForm(SectionForm):
    """Who is proposed."""

    section = Section.CANDIDATE
    name = forms.CharField(label="Full name", required=False, max_length=150, widget=forms.TextInput(attrs=NOT_OWN))
    email = forms.EmailField(
        label="Email address",
        widget=forms.EmailInput(attrs=NOT_OWN),
        help_text="We email them a link to confirm what the application says about them.",
        required=False,
        error_messages={"invalid": "Enter an email address, like name@example.org."},
    )
    job_title = forms.CharField(
        label="Present job title", help_text="Their job with you now.", required=False, max_length=150,
        widget=forms.TextInput(attrs=NOT_OWN),
    )  # fmt: skip

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self.by.email.lower():
            raise forms.ValidationError(
                "This is your own email address. If you are the proposed secondee, ask a colleague who is a lead"
                " to propose you and submit. If not, enter the email address of the proposed secondee."
            )
        return email


class ExperienceForm(SectionForm):
    """Only questions."""

    section = Section.EXPERIENCE


class ConflictsForm(SectionForm):
    """Other money, and conflicts of interest."""

    section = Section.CONFLICTS
    other_funding = ProseField(
        label="Do you have other funding from the funders or the host?",
        help_text="Our front page names the funders and the host. Enter who funds it, what for and until when, or"
        " “None”. This does not affect how we assess your application.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    declared_conflicts = ProseField(
        label="Are there conflicts of interest to declare?",
        help_text="For your organisation or the proposed secondee. Enter “None” if there are none.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
