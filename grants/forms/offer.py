"""Answering an offer."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from core.form_fields import ProseField


def helper(button: str, *, warning: bool = False) -> FormHelper:
    form_helper = FormHelper()
    form_helper.add_input(Submit("send", button, css_class="govuk-button--warning" if warning else ""))
    return form_helper


class AcceptForm(forms.Form):
    """No fields; the button is the answer."""

    helper = helper("Accept the offer")


class DeclineForm(forms.Form):
    reason = ProseField(
        label="Why do you decline?",
        help_text="The funder reads this to improve the next call.",
        error_messages={"required": "Enter why you decline the offer"},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    helper = helper("Decline the offer", warning=True)
