"""An officer who was asked to assess an application is not told before they finish how far the others are."""

import pytest
import time_machine
from django.urls import reverse

from applications.lifecycle import Status
from core.accounts.roles import Role
from tests.accounts.factories import person_with
from tests.applications.desk import as_, text_of
from tests.applications.factories import application_at, officer
from tests.applications.panel import assigned, both_views, finish
from tests.grants import factories
from tests.grants.factories import RECORDING

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _april():
    with time_machine.travel(RECORDING, tick=False):
        yield


@pytest.fixture
def application():
    return application_at(Status.SHORTLISTED)


@pytest.fixture
def both(application):
    return person_with(Role.OFFICER, Role.FUNDER_ASSESSOR, works_for=application.call.programme.funder, name="Both")


def ticked(person):
    """The applications that the form for the agenda offers as ready."""
    page = reverse("admin:governance_meeting_step", args=[factories.meeting().pk, "cases"])
    return as_(person).get(page).context["form"]["cases"].initial


def test_no_tick_on_the_form_for_the_agenda_says_that_both_views_are_in(application, both):
    both_views(application)
    assert (ticked(officer()), ticked(both)) == ([application.pk], [application.pk])
    own = assigned(application, assessor=both)
    assert (ticked(officer()), ticked(both)) == ([application.pk], [])
    finish(own)
    assert ticked(both) == [application.pk]


def pages(person, application):
    """The pages on which decisions are recorded: of the application, and of the meeting."""
    one = reverse("admin:grants_decision_add") + f"?application={application.pk}"
    several = reverse("admin:grants_decision_meeting", args=[factories.meeting().pk])
    return [text_of(as_(person).get(address)) for address in (one, several)]


def test_no_note_counts_the_assessments_that_are_not_complete(application, both):
    assigned(application, party="host")
    assert ["1 assessment is not complete yet" in page for page in pages(both, application)] == [True, True]
    own = assigned(application, assessor=both)
    assert ["2 assessments are not complete yet" in page for page in pages(officer(), application)] == [True, True]
    assert ["not complete yet" in page for page in pages(both, application)] == [False, False]
    finish(own)
    assert ["1 assessment is not complete yet" in page for page in pages(both, application)] == [True, True]
