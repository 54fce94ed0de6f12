"""One's own calendar at a secret address: what is in it, for whom, and when the address stops working."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from applications.actions import assessments
from core.accounts.actions import give_roles, make_calendar_address, revoke_calendar_address
from core.accounts.models import AccessToken, User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.lifecycle import Refused
from core.masking import address as masked
from grants.lifecycle import GrantStatus
from grants.models import EvaluationReport
from secondments.lifecycle import PlacementStatus
from tests.accounts.factories import UserFactory, hold, programme
from tests.applications.factories import WRITING, an_application, application_at, lead, officer
from tests.applications.panel import of, visit
from tests.client import Client
from tests.grants.factories import committee_member, grant_at, meeting
from tests.secondments.factories import placement_at

pytestmark = pytest.mark.django_db


def read(person: User, at: datetime = WRITING, time_machine=None) -> list[tuple[str, str]]:
    """The events of a person's calendar: summary and start."""
    token = make_calendar_address(person, by=person, at=at)
    time_machine.move_to(at + timedelta(minutes=1))
    page = Client().get(reverse("calendar_feed", args=[token]))
    assert (page.status_code, page["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    events = Calendar.from_ical(page.content).walk("VEVENT")
    return [(str(event["summary"]), event["dtstart"].dt.strftime("%Y-%m-%d")) for event in events]


def test_a_draft_has_its_deadline_under_the_uid_of_the_calls_own_file(time_machine):
    application = an_application()
    person = lead(application.organisation)
    token = make_calendar_address(person, by=person, at=WRITING)
    time_machine.move_to(WRITING)
    [event] = Calendar.from_ical(Client().get(reverse("calendar_feed", args=[token])).content).walk("VEVENT")
    own = b"".join(Client().get(reverse("call_calendar", args=[application.call.slug])).streaming_content)
    [alone] = Calendar.from_ical(own).walk("VEVENT")
    same = ("uid", "sequence", "summary", "dtstart")
    assert [event[name] for name in same] == [alone[name] for name in same]


def test_a_placement_and_its_grant_are_there_for_the_secondee_and_the_organisation(time_machine):
    placement = placement_at(PlacementStatus.ACTIVE)
    at = datetime(placement.starts_on.year, placement.starts_on.month, 15, 12, tzinfo=UTC)
    last = f"{placement.ends_on:%Y-%m-%d}"
    found = read(placement.secondee, at, time_machine)
    assert ("Last day", last) in [(what.partition(":")[0], on) for what, on in found]


def test_reports_that_are_due_are_there_for_the_organisation(time_machine):
    grant = grant_at(GrantStatus.ACTIVE)
    due = EvaluationReport.objects.filter(grant=grant).earliest("due_on").due_on
    at = datetime.combine(due - timedelta(days=10), datetime.min.time(), tzinfo=UTC)
    found = read(lead(grant.organisation), at, time_machine)
    assert ("Evaluation report due", f"{due:%Y-%m-%d}") in [(what.partition(":")[0], on) for what, on in found]


def test_the_committee_has_its_meetings_and_nobody_else_has(time_machine):
    held = meeting()
    at = datetime.combine(held.held_on - timedelta(days=10), datetime.min.time(), tzinfo=UTC)
    assert (str(held.body), f"{held.held_on:%Y-%m-%d}") in read(committee_member(), at, time_machine)
    assert read(UserFactory(), at, time_machine) == []


def test_a_recused_person_meets_no_visit_of_the_case(time_machine):
    arranged = visit(application_at("shortlisted"))
    member = of(Role.COMMITTEE, "fay@example.org", "Fay Funder", None)
    at = arranged.starts_at - timedelta(days=1)
    assert [what for what, _ in read(member, at, time_machine) if "visit" in what]
    assessments.declare_conflict(arranged.application, explanation="A cousin.", by=member, at=at)
    assert [what for what, _ in read(member, at, time_machine) if "visit" in what] == []


def test_unchanged_dates_are_answered_by_304(time_machine):
    application = an_application()
    person = lead(application.organisation)
    time_machine.move_to(WRITING)
    token = make_calendar_address(person, by=person, at=WRITING)
    first = Client().get(reverse("calendar_feed", args=[token]))
    time_machine.move_to(WRITING + timedelta(minutes=30))
    again = Client().get(reverse("calendar_feed", args=[token]), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_account_page_shows_the_address_once_and_renews_and_revokes_it():
    person = UserFactory()
    client = Client()
    client.force_login(person)
    page = client.post(reverse("account_calendar")).text
    first = re.search(r'value="http[^"]*(/accounts/calendar/key/[\w-]{43}/)"', page)[1]
    assert Client().get(first).status_code == 200
    assert first not in client.get(reverse("account_calendar")).text
    second = re.search(
        r'value="http[^"]*(/accounts/calendar/key/[\w-]{43}/)"', client.post(reverse("account_calendar")).text
    )[1]
    assert [Client().get(one).status_code for one in (first, second)] == [404, 200]
    client.post(reverse("account_calendar_revoke"))
    assert Client().get(second).status_code == 404
    assert Entry.objects.filter(event__startswith="calendar address").count() == 3
    assert "calendar" in client.get(reverse("account_you")).text


def test_the_address_stops_working_when_a_role_ends_and_when_the_account_is_closed():
    person = committee_member()
    administrator = UserFactory()
    hold(administrator, Role.ADMINISTRATOR)
    make_calendar_address(person, by=person, at=WRITING)
    give_roles(person, [], programme=programme(), by=administrator, at=WRITING)
    assert AccessToken.objects.for_calendars().count() == 0
    token = make_calendar_address(person, by=person, at=WRITING)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(reverse("calendar_feed", args=[token])).status_code == 404


def test_only_the_person_makes_or_revokes_it():
    person = UserFactory()
    for action in (make_calendar_address, revoke_calendar_address):
        with pytest.raises(Refused):
            action(person, by=officer(), at=WRITING)


def test_a_calendars_address_opens_no_api_and_a_programs_token_no_calendar():
    person = officer()
    token = make_calendar_address(person, by=person, at=WRITING)
    assert Client().get("/api/v1/calls", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    other = AccessToken.objects.create(
        person=person, name="x", scopes="calls", digest="e" * 64, created_at=WRITING, expires_at=WRITING
    )
    assert list(AccessToken.objects.for_programs()) == [other]


def test_the_address_is_masked_in_our_log():
    assert masked("/accounts/calendar/key/abcdef/") == "/accounts/calendar/key/…/"
