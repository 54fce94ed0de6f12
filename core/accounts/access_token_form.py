"""The form that makes a token for a program."""

from django import forms

from core.accounts.forms import helper
from core.accounts.models import Scope
from core.forms import ActionForm


class AccessTokenForm(ActionForm):
    """A new token for a program."""

    name = forms.CharField(
        label="What it is for", max_length=60, error_messages={"required": "Enter what the token is for"}
    )
    scopes = forms.MultipleChoiceField(
        label="What it may read",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what the token may read"},
    )
    days = forms.IntegerField(
        label="For how many days it works",
        initial=90,
        error_messages={"required": "Enter a number of days", "invalid": "Enter a number of days, such as 90"},
    )
    helper = helper("Make token")
