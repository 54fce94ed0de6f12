"""Recording a decision of the Grants Committee."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.admin import StepForm
from core.dates import say_day
from core.form_fields import DayField, ProseField
from core.governance.models import Meeting
from grants.models import ConditionTemplate, Decision

# The fields that belong to one outcome: shown with it, and left empty for every other.
ONLY_FOR: dict[str, tuple[str, ...]] = {
    Decision.Outcome.AWARD: (
        *(
            "post",
            "fit",
            "answer_by_on",
            "days_per_week",
            "months",
            "starts_on",
            "templates",
            "conditions",
            "without_visit",
        ),
    ),
    Decision.Outcome.RESERVE: ("rank",),
}


PUT_IN = "We put in the conditions you ticked. Fill in what is in [square brackets], then record the decision."


class RecordForm(StepForm):
    """What was decided on one application (`thing`); terms are kept only for an award."""

    result: Decision  # set by run_action
    error_css_class = "errors"

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
        help_text="You can choose any post of the call.",
    )
    fit = ProseField(
        label="Why this post fits",
        required=False,
        help_text="Only for another post than the one applied for. The organisation reads it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    answer_by_on = DayField(
        label="Answer by",
        required=False,
        help_text="Only for another post. Organisation and proposed secondee must both agree by this day.",
        error_messages={"invalid": "Enter the day by which both must answer, like 2019-04-26."},
    )
    days_per_week = forms.DecimalField(
        label="Days a week",
        required=False,
        max_digits=2,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"step": "0.5", "min": "0.5", "max": "5"}),
        help_text="You can use half days.",
        error_messages={"invalid": "Enter the days a week in figures, like 3 or 3.5."},
    )
    months = forms.IntegerField(
        label="Months",
        required=False,
        min_value=1,
        error_messages={"invalid": "Enter the months in figures, like 12."},
    )
    starts_on = DayField(
        label="Start",
        required=False,
        help_text="The first day of the secondment.",
        error_messages={"invalid": "Enter the day on which the secondment starts, like 2019-05-01."},
    )
    templates = forms.MultipleChoiceField(
        label="Standard conditions",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you tick is put into the conditions below, where you complete it before you record.",
    )
    conditions = ProseField(
        label="Conditions",
        required=False,
        help_text="Put each condition on its own line. They become part of the agreement.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    without_visit = ProseField(
        label="Why without a visit",
        required=False,
        help_text="No assessment visit was held. Only the office reads this.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    rank = forms.IntegerField(
        label="Place on the reserve list",
        required=False,
        min_value=1,
        help_text="1 is offered first.",
        error_messages={"invalid": "Enter the place in figures, like 1."},
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, was_visited: bool = False, **kwargs: Any) -> None:
        """`meeting`: the one whose decisions are recorded, which is not asked for then."""
        super().__init__(*args, **kwargs)
        application = self.thing
        self.has_meetings = True
        if meeting is not None:
            del self.fields["meeting"]
        else:
            self.has_meetings = self.offer("meeting", Meeting.objects.of_committee(application.programme_id))
        if was_visited:
            del self.fields["without_visit"]
        self.offer("post", application.call.posts.all())
        rows = application.call.programme.condition_templates.all()
        self.standard = {str(one.pk): one for one in rows if one.is_offered}
        if self.standard:
            self.fields["templates"].choices = [(pk, str(one)) for pk, one in self.standard.items()]  # type: ignore[attr-defined]
        else:
            del self.fields["templates"]
        for outcome, names in ONLY_FOR.items():
            for name in names:
                if name in self.fields:
                    setattr(self.fields[name], "shown_with", f"cii-decide__{outcome}")  # noqa: B010 — read by the template
        initial = {
            "post": application.post_id,
            "days_per_week": application.days_per_week and application.days_per_week.normalize(),
            "months": application.months,
            "starts_on": application.earliest_start_on,
        }
        for name, value in initial.items():
            self.fields[name].initial = self.initial.get(name, value)

    def offer(self, name: str, rows: Iterable[Any]) -> bool:
        """Offer these rows as choices of a field, without a second query; return whether there are any."""
        by_pk = {str(row.pk): row for row in rows}
        field: Any = self.fields[name]
        field.choices = [(pk, str(row)) for pk, row in by_pk.items()]
        field.coerce = by_pk.__getitem__
        return bool(by_pk)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for outcome, names in ONLY_FOR.items():
            for name in names if outcome != cleaned.get("outcome") else ():
                if name in self.fields:
                    is_text = isinstance(self.fields[name], ProseField)
                    cleaned[name] = "" if is_text else None
        if chosen := cleaned.pop("templates", None):
            self.put_in([self.standard[pk] for pk in chosen], cleaned)
        return cleaned

    def put_in(self, chosen: list[ConditionTemplate], cleaned: dict[str, Any]) -> None:
        """Put the ticked conditions into the box, to be completed; the form is shown again."""
        starts_on = cleaned.get("starts_on")
        facts = {"post": str(cleaned.get("post") or ""), "start": say_day(starts_on) if starts_on else ""}
        lines = [cleaned.get("conditions", ""), *(f"- {one.filled(self.thing, **facts)}" for one in chosen)]
        typed: Any = self.data
        typed = typed.copy()
        typed[self.add_prefix("conditions")] = "\n".join(line for line in lines if line)
        typed.setlist(self.add_prefix("templates"), [])
        self.data = typed
        self.add_error("conditions", PUT_IN)
