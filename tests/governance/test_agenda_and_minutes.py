"""The agenda of a meeting with its quorum item by item; minutes drafted by one, confirmed by another, then sealed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from applications.lifecycle import Status
from applications.models import Interest
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit import seals
from core.governance.actions import agenda, meetings, minutes
from core.governance.agenda import entries, minutes_of
from core.governance.forms import entries_for
from core.governance.minutes_page import minutes_context
from core.governance.models import Body, Meeting, Minutes, Seat
from core.letters.models import Letter
from core.lifecycle import Refused
from grants.actions import decisions
from tests.accounts.factories import UserFactory, person_with
from tests.applications.desk import as_, text_of
from tests.applications.factories import application_at, officer, programme
from tests.documents import content_of, fetched
from tests.grants import factories
from tests.grants.factories import MEETING, RECORDING, RELEASING, director, recorded, second_officer

pytestmark = pytest.mark.django_db
CONFLICT = {"has_conflict": True, "explanation": "A trustee.", "declared_at": RECORDING}


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RELEASING, tick=False):
        yield


@pytest.fixture
def members():
    """Mina, who steps out for one of two applications, and Noor."""
    people = [person_with(Role.COMMITTEE, name=name) for name in ("Mina", "Noor")]
    body = Body.objects.committee_of(programme())
    Seat.objects.bulk_create(Seat(body=body, person=one, from_on=MEETING) for one in people)
    return people


@pytest.fixture
def meeting(members):
    """A meeting with a quorum of two, both present: two applications and any other business."""
    row = factories.meeting()
    row.quorum = 2
    row.save()
    hers, other = application_at(Status.SHORTLISTED), application_at(Status.SHORTLISTED)
    Interest.objects.create(application=hers, person=members[0], **CONFLICT)
    for application, person in ((other, members[0]), (hers, members[1]), (other, members[1])):
        Interest.objects.create(application=application, person=person, has_conflict=False, declared_at=RECORDING)
    agenda.add_cases(row, cases=[hers, other], by=officer(), at=RECORDING)
    agenda.add_item(row, title="Any other business", paper="The spring round.", by=officer(), at=RECORDING)
    seats = Body.objects.committee_of(programme()).seats.all()
    meetings.record_attendance(row, present=seats, by=officer(), at=RECORDING)
    return row


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value


def write(meeting, text="Discussed.", by=None):
    texts = dict.fromkeys(meeting.agenda.values_list("pk", flat=True), text)
    seen = minutes.mark_of(minutes_of(meeting))
    return minutes.draft(meeting, texts=texts, seen=seen, by=by or officer(), at=RELEASING)


def confirm(meeting, by):
    seen = minutes.digest_of(entries(meeting, meeting.agenda.all()))
    return minutes.confirm(meeting, seen=seen, by=by, at=RELEASING)


def headings(meeting, person):
    return [entry.heading for entry in entries_for(meeting, User.objects.get(pk=person.pk))]


# --- the agenda ---


def test_each_item_says_who_steps_out_and_whether_enough_members_are_left(meeting):
    hers, other, business = entries_for(meeting, officer())
    assert (hers.stepped_out, hers.is_quorate) == (("Mina",), False)
    assert hers.quorum == "1 voting member present. The quorum is 2: this is not enough."
    assert (other.stepped_out, other.is_quorate, business.is_quorate) == ((), True, True)


def test_a_member_meets_no_trace_of_the_item_that_they_step_out_of(meeting, members):
    mina, noor = members
    assert len(headings(meeting, noor)) == 3
    seen = headings(meeting, mina)
    assert len(seen) == 2
    hers = str(meeting.agenda.first().case)
    assert not any(hers in heading for heading in seen)
    page = reverse("admin:governance_meeting_change", args=[meeting.pk])
    assert hers not in text_of(as_(mina).get(page))
    assert hers in text_of(as_(noor).get(page))


def test_the_office_orders_the_agenda_and_takes_off_what_nothing_was_decided_on(meeting):
    first, second, third = meeting.agenda.all()
    agenda.arrange(meeting, order={third.pk: 1, first.pk: 2, second.pk: 3}, by=officer(), at=RECORDING)
    assert list(meeting.agenda.all()) == [third, first, second]
    recorded(second.case, outcome="decline")
    refused = refusal(agenda.arrange, meeting, order={}, taken_off=[second.pk], by=officer(), at=RECORDING)
    assert refused.code == "in_use"
    agenda.arrange(meeting, order={}, taken_off=[first.pk], by=officer(), at=RECORDING)
    assert list(meeting.agenda.values_list("pk", "position")) == [(third.pk, 1), (second.pk, 2)]


def test_an_officer_who_steps_out_arranges_around_what_they_do_not_see(meeting):
    hidden = meeting.agenda.first()
    Interest.objects.update_or_create(application=hidden.case, person=officer(), defaults=CONFLICT)
    by = User.objects.get(pk=officer().pk)
    agenda.arrange(meeting, order={hidden.pk: 9}, taken_off=[hidden.pk], by=by, at=RECORDING)
    assert meeting.agenda.first() == hidden


def test_a_decision_puts_its_application_on_the_agenda(meeting):
    late = application_at(Status.SHORTLISTED)
    recorded(late, outcome="decline")
    assert meeting.agenda.last().case == late


# --- the minutes ---


def test_decisions_come_into_the_minutes_by_themselves(meeting):
    application = meeting.agenda.all()[1].case
    decision = recorded(application, outcome="decline")
    write(meeting, "")
    assert refusal(confirm, meeting, director()).code == "decision_open"
    decisions.confirm(decision, by=second_officer(), at=RECORDING)
    assert refusal(confirm, meeting, director()).code == "unwritten"
    write(meeting)
    confirm(meeting, director())
    line = minutes_of(meeting).lines.get(item__case=application)
    assert line.decision == "Decline. Reasons: Strong on every criterion."
    told = Letter.objects.filter(template="governance.minutes_ready")
    assert {letter.to_user_id for letter in told} == set(
        Body.objects.committee_of(programme()).seats.values_list("person", flat=True)
    )


def test_who_wrote_any_of_the_minutes_does_not_confirm_them(meeting, members):
    write(meeting, by=director())
    write(meeting, "Discussed at length.")
    assert refusal(confirm, meeting, officer()).code == "governance.confirm_minutes"
    assert refusal(confirm, meeting, members[1]).code == "governance.confirm_minutes"
    noor = members[1].seats.get()
    noor.is_chair = True
    noor.save()
    assert confirm(meeting, members[1]).confirmed_by == members[1]


def test_a_chair_who_stepped_out_of_an_item_does_not_confirm_its_minutes(meeting, members):
    seat = members[0].seats.get()
    seat.is_chair = True
    seat.save()
    write(meeting)
    assert refusal(confirm, meeting, members[0]).code == "governance.confirm_minutes"


def test_minutes_that_were_changed_after_they_were_read_are_read_again(meeting):
    write(meeting)
    read = minutes.digest_of(entries(meeting, meeting.agenda.all()))
    write(meeting, "Something else.")
    assert refusal(minutes.confirm, meeting, seen=read, by=director(), at=RELEASING).code == "changed_meanwhile"


def test_what_a_colleague_wrote_meanwhile_is_not_overwritten(meeting):
    before = minutes.mark_of(minutes_of(meeting))
    write(meeting, by=second_officer())
    refused = refusal(minutes.draft, meeting, texts={}, seen=before, by=officer(), at=RELEASING)
    assert refused.code == "changed_meanwhile"


def test_confirmed_minutes_are_sealed_and_nothing_of_the_meeting_changes(meeting):
    application = meeting.agenda.all()[1].case
    write(meeting)
    confirm(meeting, director())
    assert list(seals.breaches()) == []
    for action, facts in (
        (agenda.add_item, {"title": "More"}),
        (agenda.arrange, {"order": {}}),
        (minutes.draft, {"texts": {}}),
        (meetings.record_attendance, {"present": []}),
    ):
        assert refusal(action, meeting, **facts, by=officer(), at=RELEASING).code == "minutes_confirmed"
    assert refusal(recorded, application, outcome="decline").code == "minutes_confirmed"
    assert refusal(confirm, meeting, director()).code == "minutes_confirmed"


def test_the_database_refuses_one_person_for_drafting_and_confirming(meeting):
    row = write(meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Minutes.objects.filter(pk=row.pk).update(confirmed_at=RELEASING, confirmed_by=row.drafted_by)


def test_each_member_gets_a_copy_without_what_they_stepped_out_of(meeting, members):
    mina, noor = members
    write(meeting)
    address = reverse("admin:governance_meeting_minutes", args=[meeting.pk])
    assert as_(noor).get(address).status_code == 404  # a draft is the office's
    confirm(meeting, director())
    hers = str(meeting.agenda.first().case)

    def copy_of(person):
        request = SimpleNamespace(user=User.objects.get(pk=person.pk), arrived_at=RELEASING)
        return render_to_string("governance/minutes.pdf.html", minutes_context(meeting, request))

    assert hers in copy_of(noor)
    assert "Stepped out for this item: Mina." in copy_of(noor)
    assert hers not in copy_of(mina)
    assert content_of(fetched(as_(noor), address)).startswith(b"%PDF")


def test_an_officer_writes_and_the_director_confirms_on_the_page_of_the_meeting(meeting):
    page = reverse("admin:governance_meeting_step", args=[meeting.pk, "minutes"])
    client = as_(officer())
    form = client.get(page).context["form"]
    typed = {f"text_{entry.item.pk}": "Discussed." for entry in form.listed} | {"seen": ""}
    assert client.post(page, typed).status_code == 302
    page = reverse("admin:governance_meeting_step", args=[meeting.pk, "confirm-minutes"])
    assert client.get(page).status_code == 403
    client = as_(director())
    shown = client.get(page)
    assert "Discussed." in text_of(shown)
    seen = shown.context["form"].fields["seen"].initial
    assert client.post(page, {"seen": seen}).status_code == 302
    assert minutes_of(meeting).confirmed_by == director()


def test_minutes_are_not_written_before_the_meeting(meeting):
    before = RECORDING - timedelta(days=1)
    refused = refusal(minutes.draft, meeting, texts={}, by=officer(), at=before)
    assert refused.code == "before_meeting"


def test_a_member_without_an_account_in_the_admin_is_led_to_their_copy_and_opens_it(meeting):
    guest = UserFactory(name="Gus", is_staff=False)
    board = Body.objects.create(programme=programme(), name="Advisory Board")
    Seat.objects.create(body=board, person=guest, from_on=MEETING)
    row = Meeting.objects.create(body=board, held_on=MEETING)
    agenda.add_item(row, title="The spring round", by=officer(), at=RECORDING)
    meetings.record_attendance(row, present=board.seats.all(), by=officer(), at=RECORDING)
    address = reverse("meeting_minutes", args=[row.pk])
    assert as_(guest).get(address).status_code == 404  # nobody reads a draft but the office
    write(row)
    confirm(row, director())
    letter = Letter.objects.get(template="governance.minutes_ready", to_user=guest)
    assert address in letter.body
    assert fetched(as_(guest), address).status_code == 200
    assert as_(UserFactory(is_staff=False)).get(address).status_code == 404
