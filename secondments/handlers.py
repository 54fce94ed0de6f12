"""What follows here when something of this stage or an earlier one ends or changes; see core/events.py."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from core.accounts.models import User
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.actions import placement_dates
from secondments.models import Placement


def grant_extended(grant: Grant, *, by: User, at: datetime) -> None:
    """The placement lasts as long as the grant: its last day moves, and its people and the leads are told."""
    for placement in _going_on(grant):
        placement_dates.extend(placement, by=by, at=at)


def grant_ended(grant: Grant, *, by: User, at: datetime) -> None:
    """After an early end the placement ends on the same day; one that has not started is called off."""
    if grant.status == GrantStatus.ENDED_EARLY:
        for placement in _going_on(grant):
            placement_dates.end_early(placement, by=by, at=at)


def leftovers(_now: datetime) -> Iterator[str]:
    """Yield a sentence for each placement that still prepares, or runs longer, although its grant has ended."""
    over = Q(grant__status=GrantStatus.ENDED_EARLY) & (Q(status="preparing") | Q(ends_on__gt=F("grant__ended_on")))
    # A placement ends after its first day at the earliest, even when its grant ended on or before that.
    rows = Placement.objects.going_on().filter(over).exclude(status="active", grant__ended_on__lte=F("starts_on"))
    for placement in rows.select_related("grant"):
        yield f"{placement} has not ended, although its grant ended on {placement.grant.ended_on}."


def _going_on(grant: Grant) -> list[Placement]:
    placements = Placement.objects.going_on().filter(grant=grant)
    return list(placements.select_related("grant__programme__host", "grant__organisation"))
