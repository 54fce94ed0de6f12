"""The form of each section: keeps incomplete work, and refuses only what cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from applications.completeness import FilledForm
from applications.form_schema import FACTS
from applications.forms.save_token import SaveTokenForm
from applications.models import Application, Question
from applications.models.call import Section
from core.accounts.models import User
from core.form_fields import ProseField, TelephoneField
from core.text import count_words

WORDS_PER_ROW = 25


def prose(label: str, hint: str, limit: int) -> ProseField:
    attrs = {"rows": max(5, limit // WORDS_PER_ROW), "data-word-limit": limit}
    return ProseField(label=label, help_text=hint, required=False, widget=forms.Textarea(attrs=attrs))


def typed(value: Any) -> Any:
    """Return a number as people type it: 3 and not 3.0."""
    return value.normalize() if isinstance(value, Decimal) and value == value.to_integral_value() else value


class SectionForm(SaveTokenForm):
    """One section of the form: its facts, its questions, and the hidden fields by which it is saved while typing."""

    section: ClassVar[Section]

    def __init__(self, data: Any = None, *, filled: FilledForm, version: int, by: User) -> None:
        """Take the application as it is saved, the section's version, and who is writing."""
        self.filled, self.by = filled, by
        initial = {name: typed(filled.fact(self.section, name)) for name in FACTS[self.section]}
        initial |= {f"question_{question.pk}": filled.texts[question.pk] for question in self.questions}
        initial |= self.initial_token(version, by)
        super().__init__(data, initial=initial)
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = prose(question.label, question.hint, question.word_limit)
        self.helper = FormHelper()
        self.helper.form_id = "section-form"
        self.helper.attrs = {"data-warn-leaving": ""}
        self.helper.add_input(Submit("save", "Save and go back to the list"))

    @property
    def questions(self) -> Sequence[Question]:
        return self.filled.questions_of(self.section)

    def save_while_typing(self, url: str) -> None:
        """Send the form by itself a moment after somebody stops typing."""
        self.helper.attrs |= {
            "hx-post": url,
            "hx-trigger": "input delay:2s, cii-save",
            "hx-target": "#saved",
            "hx-swap": "innerHTML",
        }

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS[self.section] if name in self.cleaned_data}

    def answers(self) -> dict[int, str]:
        """The texts by question, leaving out what was refused."""
        names = {question.pk: f"question_{question.pk}" for question in self.questions}
        return {pk: self.cleaned_data[name] for pk, name in names.items() if name in self.cleaned_data}

    def clean(self) -> dict[str, Any]:
        """Refuse more words than a question allows, saying by how many."""
        for question in self.questions:
            name = f"question_{question.pk}"
            count = count_words(self.cleaned_data.get(name, ""))
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


class CandidateForm(SectionForm):
    """Who is proposed."""

    section = Section.CANDIDATE
    name = forms.CharField(label="Full name", required=False, max_length=150)
    email = forms.EmailField(
        label="Email address",
        help_text="We email them a link to confirm what the application says about them.",
        required=False,
        error_messages={"invalid": "Enter an email address, like name@example.org."},
    )
    job_title = forms.CharField(
        label="Present job title", help_text="Their job with you now.", required=False, max_length=150
    )

    def clean_email(self) -> str:
        """Refuse the writer's own address: nobody confirms what they say about themselves."""
        email: str = self.cleaned_data["email"].strip().lower()
        if email == self.by.email.lower():
            raise forms.ValidationError(
                "This is your own email address. If you are the proposed secondee, ask a colleague who is a lead"
                " to propose you and submit. If not, enter the email address of the proposed secondee."
            )
        return email

    def facts(self) -> dict[str, Any]:
        """All three together: what was refused stays as it was saved."""
        saved = {name: self.filled.fact(self.section, name) for name in FACTS[self.section]}
        return saved | super().facts()


class ExperienceForm(SectionForm):
    """Only questions."""

    section = Section.EXPERIENCE


class ConflictsForm(SectionForm):
    """Other money, and conflicts of interest."""

    section = Section.CONFLICTS
    other_funding = ProseField(
        label="Do you have other funding from the funders or the host?",
        help_text="Enter who funds it, what for and until when, or “None”. This does not affect how we assess"
        " your application.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    declared_conflicts = ProseField(
        label="Are there conflicts of interest to declare?",
        help_text="For your organisation or the proposed secondee. Enter “None” if there are none.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
