"""Seats that follow from roles, on bodies that say which, and those that the office gives."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.accounts.models import Programme, User
from core.accounts.roles import DECIDES_ON_GRANTS
from core.dates import london
from core.events import Event, publish
from core.governance.models import Body, Seat
from core.permissions import check


@transaction.atomic
def announce(seat: Seat, *, by: User, at: datetime) -> None:
    """Let what follows from a seat that the office has just given follow."""
    check(by, "governance.add_seat", seat.body)
    publish(Event.SEAT_GIVEN, seat, by=by, at=at)


@transaction.atomic
def follow_roles(person: User, *, at: datetime) -> None:
    """Give the seats that a person's roles bring, and end those whose role is gone.

    Whoever gave the role was permitted to, and the trail says so of the person. A seat ends on the day on which its
    role does.
    """
    today = london(at).date()
    held = {(one.programme_id, one.role) for one in person.role_assignments.all()} if person.is_active else set()
    for programme in Programme.objects.filter(pk__in=[key for key, role in held if role == DECIDES_ON_GRANTS]):
        Body.objects.committee_of(programme)
    wanted = {body.pk for body in Body.objects.exclude(role="") if (body.programme_id, body.role) in held}
    open_seats = person.seats.filter(until_on__isnull=True)
    for seat in open_seats.exclude(body__role="").exclude(body__in=wanted):
        seat.until_on = max(today, seat.from_on)
        seat.save(update_fields=["until_on"])
    missing = wanted - set(open_seats.values_list("body", flat=True))
    Seat.objects.bulk_create(Seat(body_id=body, person=person, from_on=today) for body in sorted(missing))
