"""How long placements are kept, and what is due when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from core.dates import london
from core.retention.rules import Line, Part, Rule
from grants import retention as of_grants
from grants.periods import GRANT_FILE
from secondments.lifecycle import PlacementStatus
from secondments.models import Milestone, Objective, OrganisationView, Placement, StartStep


def over(before: datetime) -> QuerySet[Placement]:
    """Placements whose grant file is over; not one that runs still, but one that nobody ended after its last day."""
    found = Placement.objects.filter(erased_at__isnull=True, grant__in=of_grants.over(before))
    return found.exclude(status=PlacementStatus.ACTIVE, ends_on__gte=london(before).date())


TABLE: tuple[Line, ...] = (
    Rule(
        "Placements: who was where on which days, notes, the words of the workplan and of views on it",
        GRANT_FILE,
        "Reference, organisation, post, dates, kinds and dates of milestones",
        is_about_secondee=True,
        due=over,
        parts=(
            Part(Placement, "pk"),
            Part(StartStep, "placement"),
            Part(Objective, "workplan__placement"),
            Part(Milestone, "objective__workplan__placement"),
            Part(OrganisationView, "workplan__placement"),
        ),
    ),
)
