"""As at which day the accounts are shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from grants.forms.fund import PositionForm


class AsAtForm(PositionForm):
    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"day": today}, **kwargs})
        self.today = today

    def clean_day(self) -> date | None:
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > self.today:
            raise forms.ValidationError("Choose today or an earlier day.")
        return day
