"""Bodies of a programme: who sits on them follows from the roles, and who was present at a meeting is recorded."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.accounts import actions
from core.accounts.models import Programme
from core.accounts.roles import Role
from core.audit import trail
from core.governance.actions import meetings
from core.governance.models import Body, Meeting, Seat
from core.lifecycle import Refused
from core.visibility import visible
from tests.accounts.factories import OrganisationFactory, UserFactory, person_with, programme

pytestmark = pytest.mark.django_db

AT = datetime(2019, 4, 9, 15, 0, tzinfo=UTC)
DAY = date(2019, 4, 9)


@pytest.fixture
def officer():
    return person_with(Role.OFFICER, name="Olive")


@pytest.fixture
def committee():
    return Body.objects.committee_of(programme())


@pytest.fixture
def board():
    """A body whose seats the office gives."""
    return Body.objects.create(programme=programme(), name="Advisory Board")


def member(name, at=AT):
    """Somebody who was given the role of the committee by two administrators."""
    person, ada, ben = UserFactory(name=name), person_with(Role.ADMINISTRATOR), person_with(Role.ADMINISTRATOR)
    actions.give_roles(person, [Role.COMMITTEE], programme=programme(), by=ada, at=at)
    actions.confirm_roles(person, by=ben, at=at)
    return person


def test_whoever_is_given_the_role_sits_on_the_committee_from_that_day(committee):
    seat = member("Mina").seats.get()
    assert (seat.body, seat.from_on, seat.until_on, seat.is_voting) == (committee, DAY, None, True)


def test_the_seat_ends_on_the_day_on_which_the_role_does(committee):
    mina = member("Mina")
    later = AT + timedelta(days=30)
    actions.give_roles(mina, [], programme=programme(), by=person_with(Role.ADMINISTRATOR), at=later)
    assert mina.seats.get().until_on == later.date()
    assert not visible(Meeting, mina).exists()


def test_whoever_cannot_sign_in_sits_on_no_committee_until_they_can(committee):
    mina, ada = member("Mina"), person_with(Role.ADMINISTRATOR)
    actions.close_account(mina, by=ada, at=AT)
    assert mina.seats.get().until_on == DAY
    actions.reopen_account(mina, by=ada, at=AT + timedelta(days=1))
    assert mina.seats.filter(until_on=None).count() == 1


def test_a_programme_has_one_committee_however_often_it_is_asked_for(committee):
    assert Body.objects.committee_of(programme()) == committee
    with pytest.raises(IntegrityError), transaction.atomic():
        Body.objects.create(programme=programme(), name="Another", role=Role.COMMITTEE)


def test_members_see_their_bodies_and_the_office_sees_all(committee, board, officer):
    mina, speaker = member("Mina"), UserFactory(name="Sol")
    Seat.objects.create(body=board, person=speaker, organisation=OrganisationFactory(), from_on=DAY)
    former = Seat.objects.create(body=board, person=UserFactory(), from_on=DAY, until_on=DAY).person
    assert set(visible(Body, officer)) == {committee, board}
    assert [set(visible(Body, one)) for one in (mina, speaker, former)] == [{committee}, {board}, set()]
    assert [one.has_perm("governance.view_body", board) for one in (officer, speaker, mina, former)] == [
        True,
        True,
        False,
        False,
    ]


def test_the_office_gives_no_seat_that_follows_from_a_role(committee, board, officer):
    assert officer.has_perm("governance.add_seat", board)
    assert not officer.has_perm("governance.add_seat", committee)


def test_who_was_present_is_recorded_on_the_day_or_later_and_on_the_trail(committee, officer):
    mina, noor = member("Mina").seats.get(), member("Noor").seats.get()
    meeting = Meeting.objects.create(body=committee, held_on=DAY)
    meetings.record_attendance(meeting, present=[mina, noor], by=officer, at=AT)
    meetings.record_attendance(meeting, present=[noor], by=officer, at=AT)
    assert [one.seat for one in meeting.attendances.all()] == [noor]
    assert [line.detail["present"] for line in trail.history(meeting)] == [["Mina", "Noor"], ["Noor"]]


def test_nobody_was_present_before_the_meeting_or_at_another_bodys(committee, board, officer):
    mina = member("Mina").seats.get()
    ahead = Meeting.objects.create(body=committee, held_on=DAY + timedelta(days=1))
    other = Meeting.objects.create(body=board, held_on=DAY)
    with pytest.raises(Refused):
        meetings.record_attendance(ahead, present=[mina], by=officer, at=AT)
    with pytest.raises(Refused) as refused:
        meetings.record_attendance(other, present=[mina], by=officer, at=AT)
    assert refused.value.field == "present"
    with pytest.raises(Refused) as refused:
        meetings.record_attendance(ahead, present=[], by=mina.person, at=AT)
    assert refused.value.code == "governance.record_attendance"


def test_a_member_cannot_hold_two_seats_on_a_body_at_a_time(board):
    person = UserFactory()
    Seat.objects.create(body=board, person=person, from_on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(body=board, person=person, from_on=DAY)


def test_an_officer_adds_a_meeting_and_records_the_members_in_the_admin(client, committee, officer):
    committee.quorum = 2
    committee.save()
    seats = [member(name, AT - timedelta(days=9)).seats.get() for name in ("Mina", "Noor")]
    client.force_login(officer)
    sent = {"body": committee.pk, "held_on": "2019-04-09", "note": ""}
    client.post("/admin/governance/meeting/add/", sent)
    meeting = Meeting.objects.get()
    assert (str(meeting), meeting.quorum) == ("Grants Committee of 9 April 2019", 2)
    page = f"/admin/governance/meeting/{meeting.pk}/"
    form = client.get(f"{page}steps/attendance/").content.decode()
    assert form.count("checked") == 2
    client.post(f"{page}steps/attendance/", {"present": [seats[1].pk]})
    shown = client.get(f"{page}change/").content.decode()
    assert "<li>Noor</li>" in shown
    assert "<li>Mina</li>" not in shown


def test_the_seats_of_a_role_are_read_and_those_of_the_office_typed(client, committee, board, officer):
    member("Mina")
    client.force_login(officer)
    of_role = client.get(f"/admin/governance/body/{committee.pk}/change/").content.decode()
    of_office = client.get(f"/admin/governance/body/{board.pk}/change/").content.decode()
    assert "seats-0-is_voting" in of_role
    assert "seats-0-from_on" not in of_role
    assert "seats-__prefix__-person" in of_office


def test_another_programmes_officer_sees_no_body(committee):
    city = OrganisationFactory()
    other = Programme.objects.create(name="Leeds", slug="leeds", reference_prefix="LDS", funder=city, host=city)
    stranger = person_with(Role.OFFICER, within=other)
    assert not visible(Body, stranger).exists()
    assert not stranger.has_perm("governance.view_body", committee)
