"""The actions on meetings of a body, their agenda and their minutes."""

from __future__ import annotations

from core.governance.actions import agenda, meetings, minutes, seats
from core.governance.agenda import entries, minutes_of
from core.governance.models import Seat
from tests.grants.factories import RECORDING, RELEASING
from tests.promises.acts import Act

WITHOUT_CHECK: dict[str, str] = {}


def record_attendance(meeting, by, _cast):
    return meetings.record_attendance(meeting, present=[], by=by, at=RECORDING)


def add_item(meeting, by, _cast):
    return agenda.add_item(meeting, title="Any other business", by=by, at=RECORDING)


def add_cases(meeting, by, cast):
    return agenda.add_cases(meeting, cases=[cast.things["application"]["shortlisted"]], by=by, at=RECORDING)


def arrange(meeting, by, _cast):
    return agenda.arrange(meeting, order={}, by=by, at=RECORDING)


def draft(meeting, by, _cast):
    return minutes.draft(meeting, texts={}, seen=minutes.mark_of(minutes_of(meeting)), by=by, at=RECORDING)


def confirm(meeting, by, _cast):
    seen = minutes.digest_of(entries(meeting, meeting.agenda.all()))
    return minutes.confirm(meeting, seen=seen, by=by, at=RELEASING)


def give_seat(body, by, cast):
    return seats.announce(Seat(body=body, person=cast.lead), by=by, at=RECORDING)


ACTS = [
    Act("governance.add_seat", "body", "advisory", give_seat),
    Act("governance.record_attendance", "meeting", "planned", record_attendance),
    Act("governance.change_agenda", "meeting", "planned", add_item),
    Act("governance.change_agenda", "meeting", "planned", add_cases),
    Act("governance.change_agenda", "meeting", "drafted", arrange),
    Act("governance.draft_minutes", "meeting", "drafted", draft),
    Act("governance.confirm_minutes", "meeting", "drafted", confirm),
]
