"""Recording the same decision on the applications chosen in their list."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms

from core.admin import StepButton
from core.admin.bulk import BulkForm, BulkStep
from core.form_fields import DayField, ProseField
from core.governance.models import Meeting
from core.permissions import may_ever
from grants.actions import many_decisions
from grants.models import Decision

OUTCOMES = {
    Decision.Outcome.AWARD: "Award what each applied for: its post, days and months",
    Decision.Outcome.DECLINE: "Decline",
    Decision.Outcome.DEFER: "Defer",
}


class RecordManyForm(BulkForm):
    """One meeting, one outcome, the same reasons; a place on the reserve list is recorded one by one."""

    meeting: Any = forms.ModelChoiceField(
        Meeting.objects.none(), error_messages={"required": "Choose the meeting that made the decisions."}
    )
    outcome = forms.ChoiceField(
        label="Decision",
        choices=list(OUTCOMES.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the decision."},
    )
    reasons = ProseField(
        label="Reasons",
        help_text="Each organisation reads these words in its email.",
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Enter the reasons. The organisations will read them."},
    )
    starts_on = DayField(label="Start", required=False, help_text="For an award: the first day of the secondments.")
    conditions = ProseField(
        label="Conditions",
        required=False,
        help_text="For an award. Put each condition on its own line.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    without_visit = ProseField(
        label="Why without a visit",
        required=False,
        help_text="For an award where no assessment visit was held. Only the office reads this.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = {thing.programme_id for thing in self.things}
        self.fields["meeting"].queryset = (  # type: ignore[attr-defined]
            Meeting.objects.of_committee(programmes.pop()) if len(programmes) == 1 else Meeting.objects.none()
        )
        self.fields["meeting"].help_text = "" if not programmes else "Choose applications of one programme only."

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        if typed.get("outcome") == Decision.Outcome.AWARD and not typed.get("starts_on") and not self.errors:
            self.add_error("starts_on", "Enter the day on which the secondments start.")
        return typed


RECORD_MANY = BulkStep(
    "Record decisions",
    "",
    partial(may_ever, name="grants.add_decision"),
    "with a decision recorded. Another officer or the director must confirm them.",
    confirm="You record the same decision on each. Someone else must confirm them. We email no one before the release.",
    form=RecordManyForm,
    precheck=many_decisions.refuse_recording,
    button=StepButton("Record decisions", many_decisions.record_same, "grants.add_decision"),
    related=("organisation", "post", "call__programme__funder", "call__programme__host"),
    prefetched=("decisions", "joint_views"),
)
