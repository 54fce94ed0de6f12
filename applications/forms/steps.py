"""Small forms around an application: submitting, withdrawing, and the proposed secondee's answer."""

from __future__ import annotations

from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.db.models import QuerySet

from applications.models import Application
from core.forms import ActionForm


def helper(button: str, *, action: str = "", is_grave: bool = False) -> FormHelper:
    layout = FormHelper()
    layout.form_action = action
    layout.add_input(Submit("send", button, css_class="govuk-button--warning" if is_grave else ""))
    return layout


class RowChoiceField(forms.ModelChoiceField):
    """One of several rows, by radio buttons. The form offers the rows."""

    def __init__(self, *, label: str, problem: str) -> None:
        super().__init__(
            queryset=None, label=label, empty_label=None, widget=forms.RadioSelect, error_messages={"required": problem}
        )

    def offer(self, rows: QuerySet[Any]) -> None:
        self.queryset = rows
        if len(rows) == 1:
            self.initial, self.widget = rows[0].pk, forms.HiddenInput()


class SubmitForm(ActionForm):
    """The declaration."""

    declaration = forms.BooleanField(
        label="I am authorised to submit this application for my organisation."
        " As far as I know, it is true and complete.",
        error_messages={"required": "Tick the box to declare that the application is true and complete"},
    )

    def __init__(self, data: Any = None, *, action: str, application: Application) -> None:
        super().__init__(data)
        if application.is_entered:
            self.fields["declaration"].label = f"This is what {application.organisation} sent, and nothing is left out."
            problem = f"Tick the box to declare that this is what {application.organisation} sent"
            self.fields["declaration"].error_messages["required"] = problem
        if application.is_rehearsal:
            self.fields["declaration"].required = False
            self.fields["declaration"].help_text = "In a rehearsal you do not make a declaration."
        button = "See what would happen when you submit" if application.is_rehearsal else "Submit the application"
        self.helper = helper(button, action=action)


class WithdrawForm(forms.Form):
    """Why the application is withdrawn."""

    reason = forms.CharField(
        label="Why do you want to withdraw?",
        help_text="One sentence is enough. Grants officers will read it.",
        max_length=2000,
        error_messages={"required": "Enter why you want to withdraw"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    helper = helper("Withdraw the application", is_grave=True)


class ReopenForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    helper = helper("Reopen the application", is_grave=True)


class AskForm(forms.Form):
    """Nothing is asked: the button is the answer."""

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data)
        self.helper = helper(f"Send the link to {email}")


class AnswerForm(forms.Form):
    """The proposed secondee's answer, bound to what they were shown."""

    CONFIRM, REMARK, DECLINE, WITHDRAW = "confirm", "remark", "decline", "withdraw"

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[
            (CONFIRM, "I confirm: the application is right about me, and I want to be proposed"),
            (REMARK, "Something is wrong: I want my employer to change it before I answer"),
            (DECLINE, "I decline: I do not want to be proposed"),
        ],
        error_messages={"required": "Choose whether you confirm or decline, or whether something is wrong"},
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label="What is wrong",
        help_text="Answer only if something is wrong. We email this to your employer.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    shown = forms.CharField(widget=forms.HiddenInput, required=False)
    helper = helper("Send my answer")

    def __init__(self, data: Any = None, *, may_withdraw: bool = False) -> None:
        """Offer withdrawal from what was submitted before, where this person confirmed that."""
        super().__init__(data)
        if may_withdraw:
            choice = (self.WITHDRAW, "I withdraw: from this change and from what was submitted before")
            answer = cast("forms.ChoiceField", self.fields["answer"])
            answer.choices = [*cast("list[tuple[str, str]]", answer.choices), choice]

    def clean(self) -> dict[str, Any]:
        found, answer = self.cleaned_data, self.cleaned_data.get("answer")
        if answer == self.REMARK and not found.get("remark") and "remark" not in self.errors:
            self.add_error("remark", "Say what is wrong, so that your employer can change it")
        if answer == self.CONFIRM and found.get("remark"):
            self.add_error(
                "answer",
                "You wrote that something is wrong. Choose “Something is wrong”, or delete what you wrote",
            )
        return found


class CorrectForm(forms.Form):
    """What the proposed secondee puts right themselves."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        error_messages={"required": "Enter your full name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    job_title = forms.CharField(
        label="Present job title",
        max_length=150,
        error_messages={"required": "Enter your present job title"},
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    helper = helper("Save")


class StepBackForm(forms.Form):
    """The proposed secondee's withdrawal."""

    withdraw = forms.BooleanField(
        label="I no longer want to be proposed",
        error_messages={"required": "Tick the box if you want to withdraw"},
    )
    helper = helper("Withdraw", is_grave=True)
