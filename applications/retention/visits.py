"""How long times offered for assessment visits are kept."""

from __future__ import annotations

from applications.models import VisitSlot
from applications.periods import VISIT_TIME
from core.retention.rules import Line, Rule

TABLE: tuple[Line, ...] = (
    Line("Access needs for a visit", "the visit: only the officer has them, and does not enter them here"),
    Rule(
        "Times offered for assessment visits, who was to visit, and the questions to prepare for",
        VISIT_TIME,
        due=lambda before: VisitSlot.objects.filter(starts_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
)
