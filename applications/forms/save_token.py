"""The hidden fields by which a form is saved while typing; applications/autosave.py explains the protocol."""

from __future__ import annotations

from typing import Any

from django import forms

from applications.autosave import SaveToken, sign_writer
from core.accounts.models import User
from core.forms import ActionForm


class WriterForm(ActionForm):
    """A form whose words are kept when the session has ended."""

    writer = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_writer(by: User) -> dict[str, Any]:
        return {"writer": sign_writer(by)}

    def set_data(self, **values: str) -> None:
        """Put values into the fields of a bound form that is shown again."""
        self.data = {name: self.data[name] for name in self.data} | values


class SaveTokenForm(WriterForm):
    """A form that is saved while somebody types in it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    window = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    edits = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000_000)

    @classmethod
    def initial_token(cls, version: int, by: User) -> dict[str, Any]:
        """The hidden fields of a page that is opened now and has seen this version."""
        token = SaveToken.of_new_page(version)
        return {"version": token.version, "window": token.window, "edits": token.edits, **cls.initial_writer(by)}

    @property
    def token(self) -> SaveToken:
        """What the page that was sent has seen; a hidden field that makes no sense counts as empty."""
        sent = self.cleaned_data
        return SaveToken(sent.get("version") or 0, sent.get("window", ""), sent.get("edits") or 0)

    def show_version(self, version: int) -> None:
        """Let the page that is shown again count as having seen this version."""
        self.set_data(version=str(version))
