"""As at which day the accounts are shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from applications.models import Call
from core.accounts.models import Programme
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


class PayForm(forms.Form):
    """Of which call pay is shown; kept in the address."""

    call = forms.ModelChoiceField(Call.objects.none(), required=False, empty_label="All calls")

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["call"]
        field.queryset = Call.objects.filter(programme=programme, posts__grants__isnull=False).distinct()

    @property
    def chosen(self) -> Call | None:
        call: Call | None = self.cleaned_data["call"] if self.is_valid() else None
        return call
