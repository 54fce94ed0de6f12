"""From the moment of a conflict of interest a person is sent nothing more of the case, nor what was already waiting."""

from datetime import timedelta

import pytest

from applications.actions import assessments, interests, notes
from applications.actions.applications import withdraw
from applications.letters.recipients import take_back
from core.letters import daily, delivery
from core.letters.actions.choices import choose_emails
from core.letters.models import Letter, Status, Way
from grants.lifecycle import GrantStatus
from tests.accounts.factories import MembershipFactory
from tests.applications.factories import ASSESSING, SUBMITTING, WRITING, application_at, fresh, officer
from tests.applications.panel import assigned, funder_assessor, host_assessor, visit
from tests.grants.factories import director, grant_at, second_officer

pytestmark = pytest.mark.django_db

LATER = ASSESSING + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _letters_wait(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def waiting(person, application):
    """The kinds of email about the application that the person is still to be sent."""
    rows = Letter.objects.filter(to_email=person.email, case=f"applications.application:{application.pk}")
    return sorted(rows.exclude(status=Status.WITHDRAWN).values_list("template", flat=True))


def aside(application, person):
    assessments.declare_conflict(application, explanation="A cousin.", by=person, at=LATER)


def test_a_mention_and_a_notice_that_wait_are_taken_back_and_other_cases_stay():
    application, other = application_at("shortlisted"), application_at("shortlisted")
    for one in (application, other):
        notes.write(one, text="Look.", mentioned=[director()], by=officer(), at=ASSESSING)
    assert waiting(director(), application) == waiting(director(), other) == ["applications.mentioned"]
    aside(application, director())
    assert (waiting(director(), application), waiting(director(), other)) == ([], ["applications.mentioned"])
    delivery.drain(LATER)
    assert Letter.objects.get(to_user=director(), template="applications.mentioned", status="sent").case.endswith(
        f":{other.pk}"
    )


def test_a_daily_email_that_has_collected_a_notice_goes_without_it():
    application = application_at("shortlisted")
    choose_emails(director(), ways={"cases": Way.DAILY}, by=director(), at=SUBMITTING)
    notes.write(application, text="Look.", mentioned=[director()], by=officer(), at=ASSESSING)
    morning = ASSESSING + timedelta(days=2)
    daily.write_due(morning)
    assert waiting(director(), application) == ["applications.mentioned"]
    aside(application, director())
    assert waiting(director(), application) == []
    delivery.drain(morning)
    assert Letter.objects.get(template="letters.daily").status == Status.WITHDRAWN


def test_an_invitation_to_a_visit_is_taken_back_and_only_its_cancellation_comes():
    arranged = visit(application_at("shortlisted"))
    application, person = arranged.application, funder_assessor()
    assert "applications.visit_invitation" in waiting(person, application)
    own = assigned(application, assessor=person)
    assessments.declare(own, has_conflict=True, explanation="A cousin.", by=person, at=LATER)
    assert waiting(person, application) == ["applications.visit_excused"]


def test_who_joins_the_organisation_is_only_told_that_they_stood_aside_and_as_one_of_it_what_comes_later():
    application, person = application_at("shortlisted"), host_assessor()
    assigned(application, assessor=person, party="host")
    assert waiting(person, application) == ["applications.assigned"]
    MembershipFactory(organisation=application.organisation, person=person, standing="editor", joined_at=LATER)
    interests.follow(application, at=LATER)
    assert waiting(person, application) == ["applications.stood_aside"]
    withdraw(application, reason="Not now.", by=application.started_by, at=LATER)
    assert waiting(person, application) == ["applications.stood_aside", "applications.withdrawn"]


def test_what_goes_to_them_as_the_applicant_stays():
    application = application_at("submitted")
    application.organisation.memberships.update(joined_at=WRITING)
    lead = application.organisation.memberships.get().person
    before = waiting(lead, application)
    assert before
    take_back(application, lead)
    assert waiting(lead, application) == before


def test_an_answered_offer_that_waits_for_an_officer_is_taken_back():
    second = second_officer()
    grant = grant_at(GrantStatus.ACCEPTED)
    application = fresh(grant.decision.application)
    assert "grants.offer_accepted" in waiting(second, application)
    aside(application, second)
    assert waiting(second, application) == []
