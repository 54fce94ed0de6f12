"""Asking for a change of a grant, and saying why not."""

from typing import Any

from django import forms

from core.accounts.forms import helper
from core.form_fields import ProseField
from secondments.forms.fields import DayField
from secondments.lifecycle import AmendmentKind

LABELS = {AmendmentKind.EXTENSION: "New last day", AmendmentKind.EARLY_END: "Last day"}
BUTTONS = {AmendmentKind.EXTENSION: "Ask for this extension", AmendmentKind.EARLY_END: "Ask for this early end"}


class AskForm(forms.Form):
    last_on = DayField(label="New last day", help_text="The secondment includes this day.")
    reason = ProseField(
        label="Why?",
        help_text="Everyone in the placement and the grants office read this. It is printed in the agreement.",
        error_messages={"required": "Enter the reason"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, kind: AmendmentKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_on"].label = LABELS[kind]
        self.helper = helper(BUTTONS[kind], warning=kind == AmendmentKind.EARLY_END)


class ReasonForm(forms.Form):
    """Why somebody refuses or withdraws a change."""

    reason = ProseField(
        label="Why?",
        help_text="Everyone who was asked reads this.",
        error_messages={"required": "Enter the reason"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, button: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper(button, warning=True)


class TurnDownForm(forms.Form):
    reason = forms.CharField(
        label="Reason (everyone who was asked reads this)",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter the reason."},
        max_length=4000,
    )
