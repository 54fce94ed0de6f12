"""What follows when a call or an application ends: nobody goes on waiting for it, and calendars say so."""

from __future__ import annotations

import pytest

from applications import handlers
from applications.actions import calls, outcomes
from applications.lifecycle import Status
from core.letters.models import Letter
from tests.applications.factories import ASSESSING, DECIDING, application_at, officer
from tests.applications.test_visiting import arrange
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit():
    """Return a coming visit to a shortlisted organisation."""
    return arrange(application_at(Status.SHORTLISTED))


def cancellations():
    return Letter.objects.filter(template="applications.visit_cancelled")


def test_a_cancelled_call_cancels_its_visits_in_peoples_calendars(visit):
    calls.cancel(visit.application.call, reason="No funds.", by=officer(), at=ASSESSING)
    visit.refresh_from_db()
    assert (visit.status, visit.sequence) == ("cancelled", 1)
    assert cancellations().count() == visit.attendees.count()
    assert all("METHOD:CANCEL" in letter.calendar for letter in cancellations())


def test_an_unsuccessful_application_has_no_visit_any_more(visit):
    outcomes.turn_down(visit.application, by=officer(), at=DECIDING)
    visit.refresh_from_db()
    assert visit.status == "cancelled"


def test_a_visit_that_is_left_over_is_found(visit):
    assert list(handlers.leftovers(ASSESSING)) == []
    type(visit.application).objects.update(status=Status.UNSUCCESSFUL, released_at=DECIDING)
    assert list(handlers.leftovers(ASSESSING)) == [SAID.is_still_to_come_although.format(visit, visit.application)]
