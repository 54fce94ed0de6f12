"""A question about a call."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from core.form_fields import ProseField

MOST_CHARACTERS = 2000


class EnquiryForm(forms.Form):
    """The question, and where the answer goes."""

    text = ProseField(
        label="Your question",
        help_text="Leave out names and anything that others should not read.",
        most=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Enter your question."},
    )
    email = forms.EmailField(
        label="Your email address",
        help_text="We send the answer there. We do not publish it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter your email address, so that we can answer.",
            "invalid": "Enter an email address, like name@example.org.",
        },
    )
    helper = FormHelper()
    helper.add_input(Submit("send", "Send the question"))

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data, initial={"email": email})
