"""Where a grant is to be paid."""

from typing import Any

from django import forms

from grants.forms.offer import helper

LONGEST_TYPED = 60  # longer than any number that is typed by mistake, which the action explains
NO_HISTORY = {"autocomplete": "off", "spellcheck": "false"}


class BankAccountForm(forms.Form):
    account_name = forms.CharField(
        label="Name on the account",
        max_length=70,
        widget=forms.TextInput(attrs=NO_HISTORY),
        error_messages={"required": "Enter the name on the account."},
    )
    sort_code = forms.CharField(
        label="Sort code",
        max_length=LONGEST_TYPED,
        help_text="6 digits, like 309430. Spaces and hyphens do not matter.",
        widget=forms.TextInput(attrs={**NO_HISTORY, "inputmode": "numeric", "class": "govuk-input--width-5"}),
        error_messages={"required": "Enter the sort code."},
    )
    number = forms.CharField(
        label="Account number",
        max_length=LONGEST_TYPED,
        help_text="8 digits, like 00733445. If yours has 6 or 7, enter it as it is: we put zeros in front.",
        widget=forms.TextInput(attrs={**NO_HISTORY, "inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={"required": "Enter the account number."},
    )
    is_own = forms.BooleanField(error_messages={"required": "Tick that the account is your organisation’s."})
    helper = helper("Send the bank details")

    def __init__(self, *args: Any, organisation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account_name"].help_text = f"It must be an account of {organisation}."
        self.fields["is_own"].label = f"This is an account of {organisation}, and I may give its details"

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        typed.pop("is_own", None)
        return typed
