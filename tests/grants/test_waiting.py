"""What waits for whom."""

from datetime import date, datetime, time, timedelta

import pytest

from applications.models import Interest
from core.accounts.models import User
from core.accounts.roles import Role
from core.dates import LONDON
from grants import work_queue
from grants.actions import instalments
from grants.lifecycle import DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from tests.accounts.factories import MembershipFactory, editor_of, person_with
from tests.applications.factories import lead, officer
from tests.grants.factories import (
    ENDING,
    PAYING,
    decision_at,
    director,
    finance,
    grant_at,
    instalment_at,
    paid,
    prepared,
    report_at,
    second_officer,
    signed,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def said(person: User) -> list[str]:
    return [item.sentence for item in work_queue.items(User.objects.get(pk=person.pk), PAYING)]


def test_decisions_wait_for_another_officer():
    decision_at(DecisionStatus.RECORDED)
    assert said(second_officer()) == ["1 decision to confirm"]
    assert said(officer()) == []


def test_confirmed_decisions_wait_to_be_released():
    decision_at(DecisionStatus.CONFIRMED)
    decision_at(DecisionStatus.CONFIRMED)
    assert said(officer()) == ["2 decisions to release"]


def test_an_offer_waits_for_the_leads():
    grant = grant_at(GrantStatus.OFFERED)
    assert said(lead(grant.organisation)) == [SAID.accept_or_decline_the_offer.format(grant)]
    assert said(editor_of(grant.organisation)) == []


def test_an_agreement_waits_to_be_prepared_and_then_for_both_signatories():
    grant = grant_at(GrantStatus.ACCEPTED)
    by = lead(grant.organisation)
    assert said(officer()) == ["1 agreement to prepare"]
    agreement = prepared(grant)
    assert said(director()) == ["1 agreement to sign"]
    (item,) = work_queue.items(User.objects.get(pk=director().pk), PAYING)
    assert item.url == f"/grants/{grant}/sign/"
    bank_details = f"Enter the bank details for grant {grant}, so that we can pay it"
    assert said(by) == [SAID.sign_the_agreement_of_grant.format(grant), bank_details]
    signed(agreement, by)
    assert said(by) == [bank_details]
    assert said(director()) == ["1 agreement to sign"]


def test_an_agreement_that_nobody_can_sign_asks_the_leads_for_a_signatory():
    grant = grant_at(GrantStatus.ACCEPTED)
    prepared(grant)
    by, editor = lead(grant.organisation), editor_of(grant.organisation)
    grant.organisation.memberships.update(is_signatory=False)
    bank_details = f"Enter the bank details for grant {grant}, so that we can pay it"
    assert (said(by), said(editor)) == ([SAID.name_an_authorised_signatory_who.format(grant), bank_details], [])
    grant.organisation.memberships.filter(person=editor).update(is_signatory=True)
    to_sign = SAID.sign_the_agreement_of_grant.format(grant)
    assert (said(by), said(editor)) == ([bank_details], [to_sign, bank_details])


def test_payments_wait_for_each_of_the_three_in_turn():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    assert said(director()) == ["1 instalment to approve"]
    assert said(finance()) == []
    instalments.approve(instalment, by=director(), at=PAYING)
    assert said(director()) == []
    assert said(finance()) == ["1 instalment to pay"]


def test_what_is_due_waits_for_an_officer_to_prepare():
    instalment_at(InstalmentStatus.SCHEDULED)
    assert said(officer()) == ["1 instalment to prepare"]


def test_what_fell_due_before_a_grant_ended_early_is_still_to_be_paid():
    grant = grant_at(GrantStatus.ENDED_EARLY)  # its last day is 30 September 2019
    waits = list(work_queue.items(User.objects.get(pk=officer().pk), ENDING))
    assert [(item.sentence, item.due_on) for item in waits] == [("2 instalments to prepare", date(2019, 5, 1))]
    for instalment in grant.instalments.filter(due_on__lte=date(2019, 9, 30)):
        assert paid(instalment).status == InstalmentStatus.PAID
    assert said(officer()) == []


def test_a_closed_grant_has_nothing_to_pay():
    grant = grant_at(GrantStatus.CLOSED)
    grant.instalments.filter(number=1).update(status="scheduled")
    assert said(officer()) == []


def test_who_belongs_to_the_organisation_or_has_a_conflict_does_not_confirm():
    application = decision_at(DecisionStatus.RECORDED).application
    member, conflicted = person_with(Role.OFFICER), person_with(Role.DIRECTOR)
    MembershipFactory(person=member, organisation=application.organisation)
    facts = {"has_conflict": True, "explanation": "A trustee.", "declared_at": PAYING}
    Interest.objects.update_or_create(application=application, person=conflicted, defaults=facts)
    assert (said(member), said(conflicted), said(second_officer())) == ([], [], ["1 decision to confirm"])


def test_reports_wait_with_their_day():
    report = report_at(ReportStatus.DUE)
    member = User.objects.get(pk=lead(report.grant.organisation).pk)

    def waits(on):
        return [(item.sentence, item.due_on) for item in work_queue.items(member, datetime.combine(on, time(), LONDON))]

    of = f"of grant {report.grant} is due: write it"
    assert waits(date(2019, 10, 1)) == []  # a month ahead is soon enough
    assert waits(date(2019, 10, 2)) == [(f"Evaluation report 1 {of}", date(2019, 11, 1))]
    assert waits(date(2020, 4, 30)) == [
        (f"Evaluation report 1 {of}", date(2019, 11, 1)),
        (f"Evaluation report 2 {of}", date(2020, 5, 30)),
    ]


def test_a_submitted_report_waits_to_be_read():
    report_at(ReportStatus.SUBMITTED)
    assert said(director()) == ["1 evaluation report to read"]


def test_who_has_nothing_to_do_with_grants_costs_no_query(django_assert_num_queries):
    person = person_with(Role.LEARNING_PARTNER)
    assert (person.roles, person.organisation_ids) == ({Role.LEARNING_PARTNER}, frozenset())
    with django_assert_num_queries(0):
        assert list(work_queue.items(person, PAYING)) == []


def test_a_payment_prepared_ahead_and_sent_back_waits_to_be_prepared_again():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    early = datetime.combine(instalment.due_on - timedelta(days=10), time(9), LONDON)

    def said_early(person):
        return [item.sentence for item in work_queue.items(User.objects.get(pk=person.pk), early)]

    assert said_early(officer()) == []
    instalments.reinstate(instalment, by=director(), at=early)
    assert (said_early(officer()), said_early(director())) == (["1 instalment to prepare"], [])
