"""Signing the funding agreement."""

from typing import Any

from django import forms

from grants.forms.offer import helper


class SignForm(forms.Form):
    """The full name and a tick, with the hash of the document on the page."""

    shown_sha256 = forms.CharField(widget=forms.HiddenInput, required=False)
    name_typed = forms.CharField(
        label="Your full name",
        max_length=150,
        error_messages={"required": "Enter your full name"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    is_authorised = forms.BooleanField(
        label="I have read the agreement and am authorised to sign it",
        error_messages={"required": "Tick that you have read the agreement and are authorised to sign it"},
    )
    helper = helper("Sign the agreement")

    def __init__(self, *args: Any, person_name: str, party_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name_typed"].help_text = f"As it is in your account: {person_name}."
        self.fields["is_authorised"].label = f"I have read the agreement and am authorised to sign it for {party_name}"
