"""How long placements are kept, what is deleted then, and what stays and why."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from core.retention.rules import Kept, Part, Rule
from grants import retention as of_grants
from secondments.lifecycle import PlacementStatus
from secondments.models import Milestone, Objective, OrganisationView, Placement, StartStep


def over(at: datetime) -> QuerySet[Placement]:
    """Placements whose grant file is over; not while one still counts as running."""
    found = Placement.objects.filter(erased_at__isnull=True, grant__in=of_grants.over(at))
    return found.exclude(status=PlacementStatus.ACTIVE)


TABLE: tuple[Kept, ...] = (
    Rule(
        "Placements: who was where on which days, notes, the words of the workplan and of views on it",
        of_grants.UNTIL,
        "Reference, organisation, post, dates, kinds and dates of milestones",
        is_about_secondee=True,
        due=over,
        parts=(
            Part(
                Placement,
                "pk",
                "secondee line_manager home_manager works_monday works_tuesday works_wednesday works_thursday "
                "works_friday",
            ),
            Part(StartStep, "placement", "note waived_reason"),
            Part(Objective, "workplan__placement", "title"),
            Part(Milestone, "objective__workplan__placement", "title"),
            Part(OrganisationView, "workplan__placement", "text answer"),
        ),
    ),
)

# What says something about a person and yet outlives the rules, by the reason why.
STAYS = {
    "who did what in their work here, as the trail shows it": (
        "Placement.opened_by Placement.started_by StartStep.recorded_by StartStep.confirmed_by "
        "OrganisationView.said_by OrganisationView.answered_by"
    ),
    "the day of a step, of a placement that names nobody any more": "StartStep.happened_on",
}
