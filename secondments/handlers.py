"""What follows here when something of this stage or an earlier one ends or changes; see core/events.py."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F, Q

from core.accounts.models import User
from core.documents.models import GeneratedDocument
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments import letters
from secondments.actions import amendments, placement_dates, supplements
from secondments.lifecycle import OVER, AmendmentKind
from secondments.models import Amendment, Placement
from secondments.visibility import needs_another

ALONG = ("grant__programme__host", "grant__organisation", "secondee", "line_manager", "home_manager")


def document_made(document: GeneratedDocument, *, by: User | None, at: datetime) -> None:
    """The supplementary agreement's document is made: its hash is noted, and both parties are asked to sign."""
    for amendment in Amendment.objects.with_parties().filter(document=document):
        supplements.make_ready(amendment, at=at)


def grant_agreed(grant: Grant, *, by: User, at: datetime) -> None:
    """The host's programme managers are asked to open its placement."""
    letters.placement_to_open(grant, at=at)


def grant_extended(grant: Grant, *, by: User, at: datetime) -> None:
    """The placement lasts as long as the grant: its last day moves, and its people and the leads are told."""
    for placement in _going_on(grant):
        placement_dates.extend(placement, by=by, at=at)


def grant_ended(grant: Grant, *, by: User, at: datetime) -> None:
    """After an early end the placement ends on the same day; it is called off before its start, and ends on a close.

    What was asked for about the grant and is not in force lapses.
    """
    amendments.lapse(grant, by=by, at=at)
    for placement in _going_on(grant):
        if grant.status == GrantStatus.ENDED_EARLY:
            placement_dates.end_early(placement, by=by, at=at)
        elif grant.status == GrantStatus.CLOSED:
            placement_dates.close_with_grant(placement, by=by, at=at)


def placement_ended(placement: Placement, *, by: User, at: datetime) -> None:
    """An extension that was asked for lapses; an early end of the grant may still be what is needed."""
    amendments.lapse(placement.grant, kind=AmendmentKind.EXTENSION, by=by, at=at)


def person_left(person: User, *, by: User | None, at: datetime) -> None:
    """A placement that they had a part in needs somebody else: its page says so, the programme manager is told."""
    part = Q(secondee=person) | Q(line_manager=person) | Q(home_manager=person)
    for amendment in Amendment.objects.open().filter(grant__placement__secondee=person):
        amendments.settle(amendment, at=at)
    for placement in Placement.objects.going_on().filter(part).select_related(*ALONG):
        if needs_another(placement):
            letters.needs_another(placement, person, at=at)


def leftovers(_now: datetime) -> Iterator[str]:
    """Yield a sentence for each placement that still prepares, or runs longer, although its grant has ended."""
    over = Q(grant__status=GrantStatus.ENDED_EARLY) & (Q(status="preparing") | Q(ends_on__gt=F("grant__ended_on")))
    # A placement ends after its first day at the earliest, even when its grant ended on or before that.
    rows = Placement.objects.going_on().filter(over).exclude(status="active", grant__ended_on__lte=F("starts_on"))
    for placement in rows.select_related("grant"):
        yield f"{placement} has not ended, although its grant ended on {placement.grant.ended_on}."
    closed = Placement.objects.going_on().filter(grant__status__in=[GrantStatus.CLOSED, GrantStatus.DECLINED])
    for placement in closed.select_related("grant"):
        yield f"{placement} has not ended, although its grant is {placement.grant.get_status_display()}."
    for placement in Placement.objects.going_on().filter(ends_on__gt=F("grant__ends_on")).select_related("grant"):
        yield f"{placement} ends after its grant, which ends on {placement.grant.ends_on}."
    yield from _open_amendments()


def _open_amendments() -> Iterator[str]:
    over = Q(grant__status__in=[GrantStatus.CLOSED, GrantStatus.DECLINED, GrantStatus.ENDED_EARLY])
    over |= Q(kind=AmendmentKind.EXTENSION, grant__placement__status__in=OVER)
    for amendment in Amendment.objects.open().filter(over).select_related("grant"):
        yield f"{amendment} is {amendment.get_status_display()}, although its grant or placement has ended."


def _going_on(grant: Grant) -> list[Placement]:
    placements = Placement.objects.going_on().filter(grant=grant)
    return list(placements.select_related(*ALONG))
