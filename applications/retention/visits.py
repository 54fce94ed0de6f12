"""How long times offered for assessment visits, and what people need at them, are kept."""

from __future__ import annotations

from applications.models import AccessNeeds, AssessmentVisit, Attendee, VisitNote, VisitSlot
from applications.periods import ACCESS_NEEDS, VISIT_TIME
from core.retention.rules import Line, Part, Rule

PARTS = (
    Part(AssessmentVisit, "application"),
    Part(Attendee, "visit__application"),
    Part(AccessNeeds, "attendee__visit__application"),
    Part(VisitNote, "visit__application"),
)

TABLE: tuple[Line, ...] = (
    Rule(
        "What people need at an assessment visit; at once when it is recorded as held or cancelled",
        ACCESS_NEEDS,
        due=lambda before: AccessNeeds.objects.filter(attendee__visit__starts_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "Times offered for assessment visits, who was to visit, and the questions to prepare for",
        VISIT_TIME,
        due=lambda before: VisitSlot.objects.filter(starts_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
)
