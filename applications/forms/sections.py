"""The form of each section: keeps incomplete work, and refuses only what cannot be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.bootstrap import InlineRadios
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms

from applications.autosave import fingerprint
from applications.completeness import FilledForm
from applications.form_schema import FACTS, box_text, funding_labels
from applications.forms.questions import field_of, show_as_typed, too_long
from applications.forms.save_token import SaveTokenForm
from applications.models import Application, Question
from applications.models.section import Section
from core.accounts.models import User
from core.form_fields import DayField, ProseField, TelephoneField
from core.money.fields import MoneyFormField

MOST_CHARACTERS = 100_000  # of a text that is too long to be submitted


class SectionForm(SaveTokenForm):
    """One section of the form: its facts, its questions, and the hidden fields by which it is saved while typing."""

    section: str = Section.EXPERIENCE

    def __init__(self, data: Any = None, *, filled: FilledForm, by: User, section: str = "") -> None:
        """Take the application as it is saved, and who is writing.

        Without `data` the form is filled with what is saved. If some of that cannot be submitted, because it is too
        long or cannot be read, the form is bound to it, so that it is marked.
        """
        self.filled, self.by = filled, by
        self.of_call = filled.section(section or self.section)
        self.section = str(self.of_call)
        boxes = filled.boxes(self.section)
        initial: dict[str, Any] = dict(boxes)
        for name, field in self.base_fields.items():
            if isinstance(field, MoneyFormField) and name not in filled.application.unparsed:
                initial[name] = filled.fact(self.section, name)
        seen = {name: fingerprint(text) for name, text in boxes.items()}
        super().__init__(data, initial=initial | self.initial_token(seen, by))
        self.helper = FormHelper()
        self.add_fields()
        for question in self.questions:
            self.fields[question.field] = field_of(question)
        if data is None and self.has_problems:
            self.is_bound, self.data = True, {name: self[name].value() for name in self.fields}
        show_as_typed(self)
        self.helper.form_id = "section-form"
        self.helper.attrs = {"data-warn-leaving": ""}
        self.helper.add_input(Submit("save", "Save and go back to the list"))

    def add_fields(self) -> None:
        """Add what depends on the application and is no question of the call."""

    @property
    def questions(self) -> Sequence[Question]:
        return self.filled.questions_of(self.section)

    @property
    def box_names(self) -> list[str]:
        return [*self.filled.labels(self.section), *(question.field for question in self.questions)]

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
        return any(row.unparsed or row.is_too_long for row in self.filled.rows(self.section))

    def facts(self) -> dict[str, Any]:
        sent = [name for name in self.filled.labels(self.section) if name in self.data]
        return {name: self.cleaned_data[name] for name in sent if name in self.cleaned_data}

    def answers(self) -> dict[int, str]:
        return self.texts

    def unparsed(self) -> dict[str, str]:
        names = [name for name in self.box_names if name in self.data and name not in self.cleaned_data]
        names = [name for name in names if name not in {f"question_{pk}" for pk in self.texts}]
        texts = {name: box_text(self.data[name]) for name in names}
        return {name: text for name, text in texts.items() if len(text) <= MOST_CHARACTERS}

    def clean(self) -> dict[str, Any]:
        asked = [one for one in self.questions if one.field in self.data and one.field in self.cleaned_data]
        self.texts = {question.pk: box_text(self.cleaned_data[question.field]) for question in asked}
        for question in asked:
            if sentence := too_long(question, self.texts[question.pk]):
                self.add_error(question.field, sentence)
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


class QuestionsForm(SectionForm):
    """A section of questions only: experience, and those that the call adds."""


YES_NO = (("yes", "Yes"), ("no", "No"))
MOST_FUNDING = 100_000_000


class ConflictsForm(SectionForm):
    """Other money, and conflicts of interest."""

    section = Section.CONFLICTS
    other_funding = ProseField(
        label=FACTS[Section.CONFLICTS]["other_funding"],
        help_text="What it is for, and money from them that you have applied for. You can leave this empty.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    declared_conflicts = ProseField(
        label="Are there conflicts of interest to declare?",
        help_text="For your organisation or the proposed secondee. Enter “None” if there are none.",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def add_fields(self) -> None:
        """Add three boxes for each funder and the host; amount and day are asked once the answer is yes."""
        groups: list[Any] = [HTML('{% include "applications/_funding_intro.html" %}')]
        for body in self.filled.bodies:
            answer, amount, until = funding_labels([body])
            self.fields[answer] = forms.ChoiceField(
                label=f"Do you have other funding from {body.in_sentence}?",
                required=False,
                choices=YES_NO,
                widget=forms.RadioSelect,
            )
            self.fields[amount] = MoneyFormField(
                label=f"Amount from {body.in_sentence}",
                noun=f"the amount from {body.in_sentence}",
                help_text="In pounds, for the whole of its time.",
                required=False,
                most=MOST_FUNDING,
            )
            self.fields[until] = DayField(
                label=f"Funding from {body.in_sentence} until",
                help_text="The last day that it pays for.",
                required=False,
                error_messages={"invalid": "Enter the last day as a date, like 31/03/2027."},
            )
            groups.append(
                Div(InlineRadios(answer), Div(amount, until, css_class="cii-funding__more"), css_class="cii-funding")
            )
        self.helper.layout = Layout(*groups)
        self.helper.render_unmentioned_fields = True
