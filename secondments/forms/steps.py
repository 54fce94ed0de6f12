"""Forms of the steps before the start, and of the working days."""

from math import ceil
from typing import Any

from django import forms

from core.accounts.forms import helper
from secondments.forms.fields import DayField
from secondments.models import WEEK, Placement, StartStep


class RecordForm(forms.Form):
    """When a step happened; of one with an outcome the day and that outcome, and no note."""

    happened_on = DayField(label="Day it happened")
    note = forms.CharField(
        label="Note (optional)", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    helper = helper("Record this step")

    def __init__(self, *args: Any, step: StartStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened_on"].label = step.day_label
        self.fields["note"].help_text = step.note_help
        if step.outcome:
            del self.fields["note"]
            self.fields["is_outcome"] = forms.BooleanField(
                label=step.outcome,
                help_text="If not, leave this step open. We do not record anything else about it.",
                error_messages={
                    "required": f"Tick the box if this is so: {step.outcome}. If not, leave this step open"
                },
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        return {name: value for name, value in values.items() if name != "is_outcome"}


class WaiveForm(forms.Form):
    reason = forms.CharField(
        label="Why this step is not needed",
        max_length=500,
        help_text="Everyone who can see the placement can read this. Do not write about a person's screening.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Enter why this step is not needed"},
    )

    def __init__(self, *args: Any, is_asking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = helper("Ask to waive this step" if is_asking else "Waive this step", warning=True)


class CallOffForm(forms.Form):
    reason = forms.CharField(
        label="Why the placement is called off",
        max_length=2000,
        help_text="The secondee, both managers, the organisation’s leads and the grants office read it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the placement is called off"},
    )
    helper = helper("Call off this placement", warning=True)


class DaysForm(forms.Form):
    days = forms.MultipleChoiceField(
        label="Days at the host",
        choices=[(day, day) for day in WEEK],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    helper = helper("Save the days")

    def __init__(self, *args: Any, placement: Placement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = placement.days_per_week
        half = " A half day counts as a day." if days % 1 else ""
        self.fields["days"].help_text = f"{days.normalize():f} days a week: tick {ceil(days)}.{half}"
