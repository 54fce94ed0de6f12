"""The applicant's answer to a message of the grants office."""

from django import forms

from applications.forms.steps import helper
from core.form_fields import ProseField

MOST = 5000  # characters


class AnswerMessageForm(forms.Form):
    """One answer, which cannot be changed."""

    text = ProseField(
        label="Your answer",
        help_text="You can answer once. The grants office reads it.",
        most=MOST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Enter your answer."},
    )
    helper = helper("Send your answer")
