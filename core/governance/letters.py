"""Emails about the meetings of a body."""

from __future__ import annotations

from datetime import datetime

from core.accounts.links import absolute
from core.governance.models import Minutes
from core.letters import outbox


def minutes_ready(minutes: Minutes, *, at: datetime) -> None:
    """To each member of the day, to nobody twice; who has no account in the admin is led to their copy itself."""
    meeting = minutes.meeting
    seats = meeting.body.seats.on(meeting.held_on).filter(person__is_active=True).select_related("person")
    for seat in seats.order_by("pk"):
        if seat.person.has_perm("governance.view_meeting", meeting):
            page = "admin:governance_meeting_change" if seat.person.is_staff else "meeting_minutes"
            outbox.post(
                "governance.minutes_ready",
                to=seat.person,
                key=f"minutes:{minutes.pk}:{seat.person_id}",
                at=at,
                meeting=meeting,
                programme=meeting.body.programme,
                link=absolute(page, meeting.pk),
            )
