"""What happens to a meeting: who was present."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day
from core.governance.actions.agenda import refuse_confirmed
from core.governance.models import Attendance, Meeting, Seat
from core.governance.trail_events import TrailEvent
from core.lifecycle import require
from core.permissions import check


@transaction.atomic
def record_attendance(meeting: Meeting, *, present: Iterable[Seat], by: User, at: datetime) -> None:
    """Record these members, and no others, as present.

    Raises Refused before the day of the meeting, once its minutes are confirmed, and for the seat of another body.
    """
    check(by, "governance.record_attendance", meeting)
    check_attendance(meeting, at)
    seats = {seat.pk: seat for seat in present}
    require(all(seat.body_id == meeting.body_id for seat in seats.values()), "Choose members of this body.", "present")
    before = set(meeting.attendances.values_list("seat", flat=True))
    meeting.attendances.exclude(seat__in=seats).delete()
    Attendance.objects.bulk_create(Attendance(meeting=meeting, seat_id=key) for key in sorted(seats.keys() - before))
    if before != seats.keys():
        names = sorted(str(seat) for seat in seats.values())
        trail.record(TrailEvent.PRESENT_RECORDED, meeting, by=by, at=at, present=names)


def check_attendance(meeting: Meeting, at: datetime) -> None:
    check_day(meeting, at)
    refuse_confirmed(meeting)


def check_day(meeting: Meeting, at: datetime) -> None:
    """Raise Refused before the day of the meeting."""
    sentence = f"The meeting is on {say_day(meeting.held_on)}. Record who was present on the day or afterwards."
    require(meeting.held_on <= london(at).date(), sentence)
