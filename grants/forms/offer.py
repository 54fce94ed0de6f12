"""Answering an offer."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from core.form_fields import ProseField
from core.forms import ActionForm


def helper(button: str, *, warning: bool = False) -> FormHelper:
    form_helper = FormHelper()
    form_helper.add_input(Submit("send", button, css_class="govuk-button--warning" if warning else ""))
    return form_helper


class AcceptForm(forms.Form):
    """No fields; the button is the answer."""

    helper = helper("Accept the offer")


class OtherPostForm(ActionForm):
    """The proposed secondee's answer to another post; `agrees` says which was chosen."""

    AGREE, REFUSE = "agree", "refuse"
    answer = forms.ChoiceField(
        label="Do you agree to this post?",
        choices=((AGREE, "Yes, I agree to this post"), (REFUSE, "No, I do not agree. The offer is then declined")),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you agree to this post"},
    )
    reason = ProseField(
        label="Why not? You do not have to say",
        required=False,
        help_text="Only if you do not agree. Your employer and the funder read this.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    helper = helper("Send your answer")

    def __init__(self, *args: Any, is_late: bool = False, **kwargs: Any) -> None:
        # A yes that is sent after the day is refused by the action, with what was typed still there.
        super().__init__(*args, **kwargs)
        if is_late and not self.is_bound:
            field: Any = self.fields["answer"]
            field.choices = field.choices[1:]


class DeclineForm(forms.Form):
    reason = ProseField(
        label="Why do you decline?",
        help_text="The funder reads this to improve the next call.",
        error_messages={"required": "Enter why you decline the offer"},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    helper = helper("Decline the offer", warning=True)
