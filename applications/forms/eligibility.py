"""Whether an organisation can apply to a call: a few questions, asked before anybody registers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms

from applications.models import Call
from core.dates import clock_name, say_deadline

YES_NO = (("yes", "Yes"), ("no", "No"))


class EligibilityForm(forms.Form):
    """Yes or no to each condition of the call, and what stands in the way after a no."""

    def __init__(self, data: Any = None, *, call: Call, closes_at: datetime | None) -> None:
        super().__init__(data)
        self.conditions = conditions_of(call, closes_at)
        for name, (question, _) in self.conditions.items():
            self.fields[name] = forms.ChoiceField(
                label=question,
                choices=YES_NO,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose yes or no."},
            )
        self.helper = FormHelper()
        self.helper.add_input(Submit("check", "Check"))

    def obstacles(self) -> list[str]:
        return [obstacle for name, (_, obstacle) in self.conditions.items() if self.cleaned_data[name] == "no"]


def conditions_of(call: Call, closes_at: datetime | None) -> dict[str, tuple[str, str]]:
    """The question about each condition, and what to say after a no."""
    days, months = f"{call.least_days.normalize():f}", call.term_months
    conditions = {
        "organisation": (
            "Are you applying for a charity, a community group or another organisation of civil society?",
            "Single people and businesses cannot apply. If you are not sure about your organisation, ask us.",
        ),
        "employed": (
            "Do you employ the person you want to second?",
            "You stay their employer during the secondment, so they must be employed by you before it starts.",
        ),
        "released": (
            f"Can you release them for at least {days} days a week?",
            f"It takes at least {days} days a week, for up to {months} months. The grant pays towards cover.",
        ),
        "agrees": (
            "Do they know about it and agree?",
            "Talk with them first. We email them a link, and you can submit only when they have confirmed.",
        ),
    }
    if closes_at:
        deadline = f"{say_deadline(closes_at)} ({clock_name()})"
        conditions["deadline"] = (
            f"Can someone who may act for your organisation submit by {deadline}?",
            f"We cannot accept an application after {deadline}.",
        )
    return conditions
