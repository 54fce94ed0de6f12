"""What waits around meetings: papers for members, what to record for the office, minutes for who may confirm them."""

from datetime import timedelta

import pytest
import time_machine

from applications.lifecycle import Status
from applications.models import Interest
from core.accounts.models import User
from core.accounts.roles import Role
from core.governance import work_queue
from core.governance.actions import agenda, meetings, minutes
from core.governance.agenda import minutes_of
from core.governance.models import Body, Seat
from tests.accounts.factories import person_with
from tests.applications.factories import application_at, officer, programme
from tests.applications.panel import says_none
from tests.grants import factories
from tests.grants.factories import MEETING, RECORDING, RELEASING, director

pytestmark = pytest.mark.django_db
BEFORE = RECORDING - timedelta(days=5)


@pytest.fixture
def member():
    person = person_with(Role.COMMITTEE, name="Mina")
    Seat.objects.create(body=Body.objects.committee_of(programme()), person=person, from_on=MEETING)
    return person


@pytest.fixture
def meeting(member):
    """A meeting about one application, of which nothing is recorded yet."""
    row = factories.meeting()
    application = application_at(Status.SHORTLISTED)
    agenda.add_cases(row, cases=[application], by=officer(), at=BEFORE)
    return row


def said(person, now):
    with time_machine.travel(now, tick=False):
        return [item.sentence for item in work_queue.items(User.objects.get(pk=person.pk), now)]


def written(meeting, by=None):
    texts = dict.fromkeys(meeting.agenda.values_list("pk", flat=True), "Discussed.")
    minutes.draft(meeting, texts=texts, seen=minutes.mark_of(minutes_of(meeting)), by=by or officer(), at=RELEASING)


def test_papers_wait_for_a_member_who_has_declared_until_the_day_of_the_meeting(meeting, member):
    assert said(member, BEFORE) == []  # they read nothing before they have declared
    says_none(member, meeting.agenda.get().case)
    assert said(member, BEFORE) == ["1 coming meeting with papers to read"]
    with time_machine.travel(BEFORE, tick=False):
        (item,) = work_queue.items(User.objects.get(pk=member.pk), BEFORE)
    assert item.due_on == MEETING
    assert said(member, RELEASING) == []


def test_nothing_waits_for_a_member_who_steps_out_of_all_that_is_on_the_agenda(meeting, member):
    conflict = {"has_conflict": True, "explanation": "A trustee.", "declared_at": BEFORE}
    Interest.objects.create(application=meeting.agenda.get().case, person=member, **conflict)
    assert said(member, BEFORE) == []


def test_a_meeting_that_was_held_waits_for_the_office_until_its_minutes_are_written(meeting):
    to_record = ["1 meeting to record: who was present, and the minutes"]
    assert said(officer(), BEFORE) == []
    assert said(officer(), RELEASING) == to_record
    with time_machine.travel(RELEASING, tick=False):
        written(meeting)
        assert said(officer(), RELEASING) == to_record  # who was present is still missing
        meetings.record_attendance(meeting, present=meeting.body.seats.all(), by=officer(), at=RELEASING)
    assert said(officer(), RELEASING) == []


def test_minutes_wait_for_the_chair_and_the_director_who_wrote_none_of_them(meeting, member):
    says_none(member, meeting.agenda.get().case)
    with time_machine.travel(RELEASING, tick=False):
        written(meeting)
        assert said(director(), RELEASING) == ["1 meeting to record: who was present, and the minutes"]
        meetings.record_attendance(meeting, present=meeting.body.seats.all(), by=officer(), at=RELEASING)
    to_confirm = ["1 meeting with minutes to confirm"]
    assert (said(director(), RELEASING), said(member, RELEASING), said(officer(), RELEASING)) == (to_confirm, [], [])
    Seat.objects.filter(person=member).update(is_chair=True)
    assert said(member, RELEASING) == to_confirm
    with time_machine.travel(RELEASING, tick=False):
        written(meeting, by=director())
    assert (said(director(), RELEASING), said(member, RELEASING)) == ([], to_confirm)


def test_minutes_do_not_wait_for_a_director_who_stepped_out(meeting):
    conflict = {"has_conflict": True, "explanation": "A trustee.", "declared_at": BEFORE}
    Interest.objects.create(application=meeting.agenda.get().case, person=director(), **conflict)
    with time_machine.travel(RELEASING, tick=False):
        meetings.record_attendance(meeting, present=meeting.body.seats.all(), by=officer(), at=RELEASING)
        written(meeting)
    assert said(director(), RELEASING) == []
