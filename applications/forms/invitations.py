"""The forms of those who were invited: the code from the letter, and for which organisation it is taken up."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from applications.forms.steps import RowChoiceField, helper
from core.accounts.models import Organisation, User
from core.forms import ActionForm


class CodeForm(ActionForm):
    """The code, however it is typed."""

    code = forms.CharField(
        label="Code",
        help_text="Your code has 16 characters, like K7QM-3XTR-9WBD-PL4H.",
        max_length=60,
        error_messages={"required": "Enter the code from your email"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "govuk-input--width-20"}),
    )

    def __init__(self, data: Any = None, *, action: str) -> None:
        super().__init__(data)
        self.helper = helper("Continue", action=action)


class TakeUpForm(forms.Form):
    """For which of the person's organisations the code is taken up; the only one is chosen already."""

    organisation = RowChoiceField(
        label="Which organisation is applying?", problem="Choose the organisation that is applying"
    )

    def __init__(self, data: Any = None, *, by: User, action: str) -> None:
        super().__init__(data)
        self.helper = helper("Apply with this code", action=action)
        own = Organisation.objects.filter(pk__in=by.organisation_ids)
        cast("RowChoiceField", self.fields["organisation"]).offer(own)
