"""Recording a decision of the Grants Committee."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.admin import StepForm
from core.form_fields import DayField, ProseField
from grants.models import CommitteeMeeting, Decision

AWARD_ONLY = ("post", "days_per_week", "months", "starts_on", "conditions")


class RecordForm(StepForm):
    """What was decided on one application (`thing`); terms are kept only for an award."""

    result: Decision  # set by run_action

    meeting = forms.TypedChoiceField(
        label="Meeting", error_messages={"required": "Choose the meeting that made the decision."}
    )
    outcome = forms.ChoiceField(
        label="Decision",
        choices=Decision.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the decision."},
    )
    reasons = ProseField(
        label="Reasons",
        help_text="The organisation reads these words in its email.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter the reasons. The organisation will read them."},
    )
    post = forms.TypedChoiceField(
        label="Post offered",
        required=False,
        empty_value=None,
        help_text="For an award. You can choose any post of the call.",
    )
    days_per_week = forms.DecimalField(
        label="Days a week",
        required=False,
        max_digits=2,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.5", "min": "0.5", "max": "5"}),
        help_text="For an award. You can use half days.",
        error_messages={"invalid": "Enter the days a week in figures, like 3 or 3.5."},
    )
    months = forms.IntegerField(
        label="Months",
        required=False,
        min_value=1,
        help_text="For an award.",
        error_messages={"invalid": "Enter the months in figures, like 12."},
    )
    starts_on = DayField(
        label="Start",
        required=False,
        help_text="For an award. The first day of the secondment.",
        error_messages={"invalid": "Enter the day on which the secondment starts, like 2019-05-01."},
    )
    conditions = ProseField(
        label="Conditions",
        required=False,
        help_text="For an award. Put each condition on its own line. They become part of the agreement.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        application = self.thing
        meetings = CommitteeMeeting.objects.filter(programme=application.programme_id)
        self.has_meetings = self.offer("meeting", meetings)
        self.offer("post", application.call.posts.all())
        initial = {
            "post": application.post_id,
            "days_per_week": application.days_per_week and application.days_per_week.normalize(),
            "months": application.months,
            "starts_on": application.earliest_start_on,
        }
        for name, value in initial.items():
            self.fields[name].initial = value

    def offer(self, name: str, rows: Iterable[Any]) -> bool:
        """Offer these rows as choices of a field, without a second query; return whether there are any."""
        by_pk = {str(row.pk): row for row in rows}
        field: Any = self.fields[name]
        field.choices = [(pk, str(row)) for pk, row in by_pk.items()]
        field.coerce = by_pk.__getitem__
        return bool(by_pk)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") != Decision.Outcome.AWARD:
            cleaned.update(dict.fromkeys(AWARD_ONLY[:-1]), conditions="")
        return cleaned
