"""Shortlist, turn down, and ask assessors of both sides."""

from datetime import timedelta

import pytest

from applications.actions import assessments, shortlisting
from applications.lifecycle import Status
from core.accounts.roles import Role
from core.audit import trail
from core.letters.models import Letter
from tests.accounts.factories import MembershipFactory, OrganisationFactory, hold, person_with
from tests.applications import factories
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    application_at,
    fresh,
    lead,
    officer,
    programme,
    published_call,
)
from tests.applications.panel import assigned, funder_assessor, host_assessor
from tests.applications.test_assessing import refusal
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


# --- shortlisting ---


def test_a_submitted_application_is_shortlisted_after_the_close_and_its_lead_told():
    application = application_at("submitted")
    factories.shortlist(application, by=officer(), at=CLOSES)
    application.refresh_from_db()
    assert (application.status, application.shortlisted_at) == ("shortlisted", CLOSES)
    letter = Letter.objects.get(template="applications.shortlisted")
    assert (letter.subject, letter.to_user) == (f"{application} has been shortlisted", lead(application.organisation))
    assert trail.history(application).last().event == "application shortlisted"


def test_nothing_is_shortlisted_before_the_close():
    application = application_at("submitted")
    sentence = refusal(
        shortlisting.prepare_shortlist, application, by=officer(), at=CLOSES - timedelta(milliseconds=100)
    )
    assert sentence == (SAID.begins_after_the_call_closes.format("Shortlisting", "5pm on Wednesday 13 March 2019"))


def test_a_rolling_call_is_shortlisted_at_any_time():
    application = application_at("submitted", call=published_call(kind="rolling", closes_at=None))
    factories.shortlist(application, by=officer(), at=CLOSES - timedelta(hours=1))
    assert application.status == "shortlisted"


@pytest.mark.parametrize("status", [status for status in Status.values if status != "submitted"])
def test_only_a_submitted_application_is_shortlisted(status):
    application = application_at(status)
    sentence = refusal(shortlisting.prepare_shortlist, application, by=officer(), at=ASSESSING)
    assert sentence.startswith(
        f"This application is {application.get_status_display()}, so “shortlist” is not possible"
    )
    application.refresh_from_db()
    assert application.status == status


def test_two_who_shortlist_at_once_shortlist_once():
    application = application_at("submitted")
    same = fresh(application)
    factories.shortlist(application, by=officer(), at=ASSESSING)
    said = refusal(shortlisting.prepare_shortlist, same, by=officer(), at=ASSESSING)
    assert said.startswith("This application is shortlisted")
    assert Letter.objects.filter(template="applications.shortlisted").count() == 1


def test_an_application_may_be_turned_down_before_the_committee():
    application = application_at("submitted")
    factories.turn_down(application, by=officer(), at=ASSESSING)
    assert (application.status, application.released_at) == ("unsuccessful", ASSESSING)
    assert Letter.objects.filter(template="applications.turned_down").count() == 1


@pytest.mark.parametrize("status", ["shortlisted", "reserve"])
def test_what_was_shortlisted_is_turned_down_only_by_the_committee(status):
    sentence = refusal(shortlisting.prepare_turn_down, application_at(status), reasons=[], by=officer(), at=ASSESSING)
    assert sentence == SAID.a_shortlisted_application_is_decided


# --- assigning ---


def test_an_assessor_is_asked_by_letter():
    assessment = assigned()
    letter = Letter.objects.get(template="applications.assigned")
    assert letter.to_user == assessment.assessor
    assert f"/admin/applications/assessment/{assessment.pk}/change/" in letter.body


def test_one_of_each_side_is_asked_in_one_step():
    application = application_at("submitted")
    people = {"funder_assessor": funder_assessor(), "host_assessor": host_assessor()}
    assessments.assign_both(application, **people, by=officer(), at=ASSESSING)
    assert [(one.party, one.assessor) for one in application.assessments.all()] == [
        ("funder", funder_assessor()),
        ("host", host_assessor()),
    ]


def test_somebody_has_to_be_chosen():
    sentence = refusal(
        assessments.assign_both,
        application_at("submitted"),
        funder_assessor=None,
        host_assessor=None,
        by=officer(),
        at=ASSESSING,
    )
    assert sentence == SAID.choose_an_assessor_of_the


def assign(application, person, party="funder", at=ASSESSING):
    return refusal(assessments.assign, application, assessor=person, party=party, by=officer(), at=at)


def test_a_member_of_the_organisation_that_applies_does_not_assess_it():
    application = application_at("submitted")
    MembershipFactory(person=funder_assessor(), organisation=application.organisation)
    assert assign(application, funder_assessor()) == (
        f"Fay Funder belongs to {application.organisation}, which applies. Choose someone else."
    )


def test_the_proposed_secondee_does_not_assess():
    application = application_at("submitted")
    email = application.candidates.get().email
    person = person_with(Role.HOST_ASSESSOR, email=email, name="Sana", works_for=programme().host)
    assert assign(application, person, "host") == SAID.is_the_proposed_secondee_choose.format("Sana")


def test_somebody_without_the_role_does_not_assess():
    assert assign(application_at("submitted"), host_assessor(), "funder") == (
        SAID.does_not_have_the_role.format("Hal Host", "Funder assessor")
    )


def test_somebody_who_works_for_another_body_does_not_assess_for_the_funder():
    stranger = person_with(Role.FUNDER_ASSESSOR, name="Sten", works_for=OrganisationFactory())
    assert assign(application_at("submitted"), stranger) == (
        SAID.does_not_work_for_so.format("Sten", "Trust for London")
    )


def test_nobody_is_asked_twice():
    application = assigned().application
    assert assign(application, funder_assessor()) == SAID.has_been_asked_to_assess.format("Fay Funder")


def test_whoever_declared_a_conflict_is_not_asked():
    application = application_at("submitted")
    hold(funder_assessor(), Role.COMMITTEE)
    assessments.declare_conflict(application, explanation="My sister works there.", by=funder_assessor(), at=ASSESSING)
    assert assign(application, funder_assessor()) == (SAID.has_declared_a_conflict_of.format("Fay Funder"))


@pytest.mark.parametrize("status", sorted(set(Status.values) - {"submitted", "shortlisted"}))
def test_only_what_is_before_assessors_is_assigned(status):
    application = application_at(status)
    assert assign(application, funder_assessor()) == (
        SAID.this_application_is_only_a.format(application.get_status_display())
    )


def test_nothing_is_assigned_before_the_close():
    sentence = assign(application_at("submitted"), funder_assessor(), at=CLOSES - timedelta(seconds=1))
    assert sentence.startswith("Assessment begins after the call closes, 5pm on Wednesday 13 March 2019")
