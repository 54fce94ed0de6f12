"""Who declared a conflict of interest with an application neither sees nor touches the grant that came of it."""

import pytest

from applications.models import Interest
from core.letters.models import Letter
from core.lifecycle import Refused
from core.visibility import visible
from grants import letters, visibility
from grants.actions import agreements, grants, instalments, reports
from grants.models import Agreement, Decision, EvaluationReport, Grant, Instalment
from tests.applications.factories import officer
from tests.grants.factories import (
    ACCEPTING,
    PAYING,
    REPORTING,
    SIGNING,
    committee_member,
    director,
    finance,
    grant_at,
    instalment_at,
    report_at,
    second_officer,
)

pytestmark = pytest.mark.django_db


def conflicted(grant, *people):
    for person in people:
        told = {"has_conflict": True, "explanation": "My sister works there.", "declared_at": ACCEPTING}
        Interest.objects.update_or_create(application=grant.decision.application, person=person, defaults=told)
        person.forget_answers()


def refusal(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.code


def test_a_grant_is_not_seen_by_the_funders_people_who_have_a_conflict():
    grant = grant_at("active")
    people = [officer(), director(), finance(), committee_member()]
    assert all(person.has_perm("grants.view_grant", grant) for person in people)
    conflicted(grant, *people)
    for person in people:
        assert not person.has_perm("grants.view_grant", grant)
        for model in (Grant, Agreement, Instalment, EvaluationReport, Decision):
            assert list(visible(model, person)) == [], model


def test_the_organisation_still_sees_its_grant():
    grant = grant_at("active")
    conflicted(grant, officer())
    member = grant.organisation.memberships.first().person
    assert list(visible(Grant, member)) == [grant]


@pytest.mark.parametrize(
    ("status", "action", "who", "facts"),
    [
        ("scheduled", instalments.prepare, second_officer, {}),
        ("prepared", instalments.approve, director, {}),
        ("approved", instalments.pay, finance, {"payment_reference": "BACS 1"}),
        ("scheduled", instalments.withhold, officer, {"reason": "The report is late."}),
    ],
)
def test_who_has_a_conflict_neither_prepares_nor_approves_nor_pays(status, action, who, facts):
    instalment = instalment_at(status)
    conflicted(instalment.grant, who())
    assert refusal(action, instalment, by=who(), at=PAYING, **facts).startswith("grants.")
    for waiting in (visibility.instalments_to_approve, visibility.instalments_to_pay):
        assert instalment not in waiting(who(), PAYING.date())


def test_who_has_a_conflict_neither_accepts_nor_returns_reports_and_is_not_written_to_about_them():
    report = report_at("submitted")
    conflicted(report.grant, officer())
    assert refusal(reports.accept, report, by=officer(), at=REPORTING) == "grants.accept_evaluationreport"
    code = refusal(reports.give_back, report, reason="Say how many.", by=officer(), at=REPORTING)
    assert code == "grants.give_back_evaluationreport"
    assert report not in visibility.reports_to_read(officer())
    Letter.objects.all().delete()
    letters.report_submitted(report, at=REPORTING)
    assert officer() not in {letter.to_user for letter in Letter.objects.all()}


def test_who_has_a_conflict_neither_prepares_the_agreement_nor_signs_it_nor_closes_the_grant():
    grant = grant_at("accepted")
    conflicted(grant, officer(), director())
    assert refusal(agreements.prepare, grant, by=officer(), at=SIGNING) == "grants.prepare_agreement"
    assert not director().has_perm("grants.sign_grant", grant)
    assert refusal(grants.close, grant_of(grant), by=officer(), at=REPORTING) == "grants.close_grant"


def grant_of(grant):
    return Grant.objects.get(pk=grant.pk)
