"""The hidden fields by which a form is saved while typing; applications/autosave.py explains the protocol."""

from __future__ import annotations

import json
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from applications.autosave import Saved, SaveToken, Seen, fingerprint, new_window, sign_writer
from core.accounts.models import User
from core.forms import ActionForm

MOST_SEEN = 20_000  # characters


class WriterForm(ActionForm):
    """A form whose words are kept when the session has ended."""

    writer = forms.CharField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_writer(by: User) -> dict[str, Any]:
        return {"writer": sign_writer(by)}

    def set_data(self, **values: str) -> None:
        self.data = {name: self.data[name] for name in self.data} | values


class SaveTokenForm(WriterForm):
    """A form that is saved while somebody types in it."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MOST_SEEN)
    helper: FormHelper
    window = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    edits = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=1_000_000_000)

    @classmethod
    def initial_token(cls, seen: Seen, by: User) -> dict[str, Any]:
        return {"seen": json.dumps(seen), "window": new_window(), "edits": 0, **cls.initial_writer(by)}

    def save_while_typing(self, url: str) -> None:
        """Send the form by itself a moment after somebody stops typing."""
        self.helper.attrs |= {
            "hx-post": url,
            "hx-trigger": "input delay:2s, cii-save",
            "hx-target": "#saved",
            "hx-swap": "innerHTML",
        }

    @property
    def token(self) -> SaveToken:
        """What the page that was sent has seen; a hidden field that makes no sense counts as empty."""
        sent = self.cleaned_data
        return SaveToken(read_seen(sent.get("seen", "")), sent.get("window", ""), sent.get("edits") or 0)

    def show_saved(self, saved: Saved) -> None:
        """Show a page again after a save: with what others wrote in boxes that it left alone, and both of conflicts."""
        names = self.fields.keys() - self.errors.keys()
        fresh = {name: text for name, text in saved.refreshed.items() if name in names}
        self.set_data(**fresh)
        shown = {**fresh, **{one.name: one.saved for one in saved.conflicts}}
        self.show_seen({**saved.seen, **{name: fingerprint(text) for name, text in shown.items()}})

    def show_seen(self, seen: Seen) -> None:
        self.set_data(seen=json.dumps(seen))


def read_seen(text: str) -> Seen:
    try:
        seen = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(mark) for name, mark in seen.items()} if isinstance(seen, dict) else {}
