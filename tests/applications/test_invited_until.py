"""The deadline of an invitation: the call's page, the calendar file and the blank copy tell one and the same."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
import time_machine
from icalendar import Calendar

from applications.actions import calls, invitations
from core.dates import say_deadline
from tests.accounts.factories import MembershipFactory, OrganisationFactory
from tests.applications.factories import CLOSES, WRITING, lead, officer, published_call
from tests.applications.test_inviting import EARLIER, code_of, invited_call, start, taken_up
from tests.client import Client
from tests.documents import content_of, fetched
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(WRITING, tick=False) as clock:
        yield clock


def as_(person):
    client = Client()
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    return client


def deadlines(client, call):
    """What the three tell: the page (in all its places), the calendar file, the blank copy."""
    page = client.get(call.get_absolute_url()).text.split("<main")[1].split("</main>")[0]
    said = {moment for moment in (say_deadline(EARLIER), say_deadline(CLOSES)) if moment in page}
    calendar = client.get(f"{call.get_absolute_url()}deadline.ics").getvalue()
    (event,) = Calendar.from_ical(calendar).walk("VEVENT")
    described = {moment for moment in (say_deadline(EARLIER), say_deadline(CLOSES)) if moment in event["description"]}
    assert described == {say_deadline(event.decoded("dtstart"))}
    paper = pypdfium2.PdfDocument(content_of(fetched(client, f"{call.get_absolute_url()}blank.pdf")))
    words = " ".join(" ".join(sheet.get_textpage().get_text_range() for sheet in paper).split())
    printed = {moment for moment in (say_deadline(EARLIER), say_deadline(CLOSES)) if moment in words}
    return said, event.decoded("dtstart"), printed


def only(moment):
    return {say_deadline(moment)}, moment, {say_deadline(moment)}


def test_whoever_has_shown_a_code_is_told_its_deadline_everywhere(monkeypatch):
    call = invited_call()
    _, code = code_of(monkeypatch, call)
    visitor = Client()
    visitor.get(f"/invited/{code}/")
    assert deadlines(visitor, call) == only(EARLIER)


def test_so_is_everybody_of_the_organisation_that_has_taken_it_up_and_others_are_told_the_calls():
    call, organisation = invited_call(), OrganisationFactory()
    taken_up(call, organisation)
    assert deadlines(as_(lead(organisation)), call) == only(EARLIER)
    assert "Your invitation ends at <strong>" in as_(lead(organisation)).get(call.get_absolute_url()).text
    assert deadlines(as_(officer()), call) == only(CLOSES)


def test_a_code_until_the_close_follows_an_extension(clock):
    call, organisation = invited_call(), OrganisationFactory()
    taken_up(call, organisation, expires_at=CLOSES)
    assert deadlines(as_(lead(organisation)), call) == only(CLOSES)
    later = CLOSES + timedelta(days=2)
    calls.extend(call, closes_at=later, reason="Half-term", by=officer(), at=WRITING)
    calendar = as_(lead(organisation)).get(f"{call.get_absolute_url()}deadline.ics").getvalue()
    assert Calendar.from_ical(calendar).walk("VEVENT")[0].decoded("dtstart") == later


def test_a_code_that_was_withdrawn_after_an_application_was_begun_still_tells_its_deadline():
    call, organisation = invited_call(), OrganisationFactory()
    invitation = taken_up(call, organisation)
    start(call, organisation)
    invitations.withdraw(invitation, by=officer(), at=WRITING)
    assert deadlines(as_(lead(organisation)), call) == only(EARLIER)


def test_of_two_organisations_of_one_person_the_next_to_end_is_told(clock):
    call, first, second = invited_call(), OrganisationFactory(), OrganisationFactory()
    taken_up(call, first, expires_at=CLOSES)
    taken_up(call, second, email="second@example.org")
    both = lead(first)
    MembershipFactory(person=both, organisation=second)
    assert deadlines(as_(both), call) == only(EARLIER)
    clock.move_to(EARLIER)
    assert deadlines(as_(both), call) == only(CLOSES)


def test_once_it_has_ended_the_page_offers_no_start_any_more(clock):
    call, organisation = invited_call(), OrganisationFactory()
    taken_up(call, organisation)
    client = as_(lead(organisation))
    assert "Start an application" in client.get(call.get_absolute_url()).text
    clock.move_to(EARLIER)
    client.force_login(lead(organisation), backend="core.accounts.sign_in.SignIn")
    page = client.get(call.get_absolute_url()).text
    assert SAID.your_invitation_has_ended in page
    assert "Start an application" not in page


def test_an_open_call_tells_everybody_its_own():
    call = published_call()
    assert deadlines(Client(), call) == only(CLOSES)
