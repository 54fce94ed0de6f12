"""What waits around meetings: papers for members, what to record for the office, minutes for who may confirm them."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Interest
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import trail
from core.governance import work_queue
from core.governance.actions import agenda, meetings, minutes
from core.governance.agenda import minutes_of
from core.governance.models import Body, Meeting, Seat
from tests.accounts.factories import OrganisationFactory, person_with
from tests.applications.desk import as_
from tests.applications.factories import application_at, officer, programme
from tests.applications.panel import says_none
from tests.documents import fetched
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


def opened(person, address, at=BEFORE):
    with time_machine.travel(at, tick=False):
        return fetched(as_(person), address)


def test_papers_that_a_member_has_opened_wait_for_them_no_longer_and_for_others_still(meeting, member):
    other = person_with(Role.COMMITTEE, name="Noor")
    for person in (member, other):
        says_none(person, meeting.agenda.get().case)
    opened(member, reverse("admin:governance_meeting_change", args=[meeting.pk]))
    assert said(member, BEFORE) == ["1 coming meeting with papers to read"]  # they are a file that is linked there
    assert opened(member, reverse("admin:grants_decision_papers", args=[meeting.pk])).status_code == 200
    assert (said(member, BEFORE), said(other, BEFORE)) == ([], ["1 coming meeting with papers to read"])


def test_papers_wait_again_for_who_may_read_what_was_put_on_the_agenda_after_they_opened_them(meeting, member):
    other = person_with(Role.COMMITTEE, name="Noor")
    for person in (member, other):
        says_none(person, meeting.agenda.get().case)
        opened(person, reverse("admin:grants_decision_papers", args=[meeting.pk]))
    later = application_at(Status.SHORTLISTED, organisation=OrganisationFactory())
    says_none(other, later)
    agenda.add_cases(meeting, cases=[later], by=officer(), at=BEFORE + timedelta(hours=1))
    assert (said(member, BEFORE), said(other, BEFORE)) == ([], ["1 coming meeting with papers to read"])
    opened(other, reverse("admin:grants_decision_papers", args=[meeting.pk]), at=BEFORE + timedelta(hours=2))
    assert said(other, BEFORE) == []


def test_an_item_of_which_nobody_wrote_down_when_it_was_added_waits_until_the_papers_are_opened(meeting, member):
    says_none(member, meeting.agenda.get().case)
    meeting.agenda.update(added_at=None)
    assert said(member, BEFORE) == ["1 coming meeting with papers to read"]
    opened(member, reverse("admin:grants_decision_papers", args=[meeting.pk]))
    assert said(member, BEFORE) == []


def test_the_papers_of_another_body_are_opened_with_the_page_of_its_meeting(member):
    board = Body.objects.create(programme=programme(), name="Advisory Board")
    Seat.objects.create(body=board, person=member, from_on=BEFORE.date())
    row = Meeting.objects.create(body=board, held_on=MEETING)
    agenda.add_item(row, title="The spring round", paper="When to open it.", by=officer(), at=BEFORE)
    assert said(member, BEFORE) == ["1 coming meeting with papers to read"]
    page = reverse("admin:governance_meeting_change", args=[row.pk])
    opened(officer(), page)
    assert said(member, BEFORE) == ["1 coming meeting with papers to read"]
    for _ in range(2):
        opened(member, page)
    assert said(member, BEFORE) == []
    assert [line.by for line in trail.history(row).filter(event="papers opened")] == [member]
    agenda.add_item(row, title="The summer round", by=officer(), at=BEFORE + timedelta(hours=1))
    assert said(member, BEFORE) == ["1 coming meeting with papers to read"]
    opened(member, page, at=BEFORE + timedelta(hours=2))
    assert said(member, BEFORE) == []


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
    Interest.objects.update_or_create(application=meeting.agenda.get().case, person=director(), defaults=conflict)
    with time_machine.travel(RELEASING, tick=False):
        meetings.record_attendance(meeting, present=meeting.body.seats.all(), by=officer(), at=RELEASING)
        written(meeting)
    assert said(director(), RELEASING) == []
