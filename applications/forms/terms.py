"""The limits of a secondment's terms (applications/budget.py) as a form says them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms

from applications.budget import FULL_WEEK, TermsError
from applications.models import Call


def validate(check: Callable[..., None], *figures: Any) -> None:
    """Call one of the checks of applications/budget.py; its refusal becomes the field's error."""
    try:
        check(*figures)
    except TermsError as error:
        raise forms.ValidationError(error.sentence) from None


def days_hint(call: Call) -> str:
    return f"From {call.least_days.normalize():f} to {FULL_WEEK}; half days are possible."
