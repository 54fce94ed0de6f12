"""Payments that wait for a report: one that is overdue, or the final one of what is held back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from core.audit.models import Entry
from core.dates import say_day
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.lifecycle import Refused
from core.work_queue import for_person
from grants import invariants, rounds, visibility
from grants.actions import holding, instalments, payment_runs, reports
from grants.lifecycle import GrantStatus, InstalmentStatus, PaymentRunStatus
from grants.models import Instalment, PaymentRun
from tests.applications.desk import as_, text_of
from tests.applications.factories import lead, officer
from tests.grants.factories import (
    PAYING,
    WORDS,
    approved,
    director,
    finance,
    grant_at,
    instalment_at,
    paid,
    second_officer,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
DUE_ON = date(2019, 11, 1)  # the first report, at the midpoint
ON_THE_DAY = datetime(2019, 11, 1, 23, 59, tzinfo=UTC)
LATE = datetime(2019, 11, 2, 0, 1, tzinfo=UTC)
WHY = "Their office was flooded."


def code_of(action, *things, **facts):
    with pytest.raises(Refused) as refusal:
        action(*things, **facts)
    return refusal.value.code


def submitted(report):
    reports.submit(report, words=WORDS, by=lead(report.grant.organisation), at=LATE)


def allowed(instalment):
    holding.allow(instalment, reason=WHY, by=officer(), at=LATE)
    return Instalment.objects.get(pk=instalment.pk)


def test_a_payment_is_approved_on_the_day_of_a_report_and_not_the_day_after():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    assert code_of(instalments.approve, instalment, by=director(), at=LATE) == "report_overdue"
    assert Instalment.objects.get(pk=instalment.pk).status == InstalmentStatus.PREPARED
    instalments.approve(instalment, by=director(), at=ON_THE_DAY)
    assert Instalment.objects.get(pk=instalment.pk).status == InstalmentStatus.APPROVED


@pytest.mark.parametrize(
    "action",
    [
        lambda row: instalments.pay(row, payment_reference="BACS 1", by=finance(), at=LATE),
        lambda row: payment_runs.make([row], by=finance(), at=LATE),
    ],
)
def test_a_payment_is_neither_paid_nor_put_into_a_run_while_a_report_is_overdue(action):
    instalment = instalment_at(InstalmentStatus.APPROVED)
    assert code_of(action, instalment) == "report_overdue"
    assert Instalment.objects.get(pk=instalment.pk).status == InstalmentStatus.APPROVED
    assert not PaymentRun.objects.exists()


def test_the_refusal_names_each_report_and_both_ways_out():
    grant = grant_at(GrantStatus.AGREED)
    with pytest.raises(Refused) as refusal:
        holding.refuse_held(grant.instalments.get(number=1), datetime(2020, 6, 2, 9, 0, tzinfo=UTC))
    first, second = grant.reports.all()
    late = (
        f"Evaluation report 1 was due on {say_day(first.due_on)} and Evaluation report 2 was due on "
        f"{say_day(second.due_on)}"
    )
    assert refusal.value.sentence == SAID.so_this_payment_waits_the.format(late)


def test_a_submitted_report_frees_the_payment_and_a_returned_one_holds_it_again():
    instalment = instalment_at(InstalmentStatus.PREPARED)
    report = instalment.grant.reports.get(number=1)
    submitted(report)
    holding.refuse_held(instalment, LATE)
    reports.give_back(report, reason="How many?", by=officer(), at=LATE)
    assert code_of(holding.refuse_held, instalment, LATE) == "report_overdue"


def test_an_officer_allows_one_payment_with_a_reason_that_stays_and_no_other():
    first, second = (approved(row) for row in grant_at(GrantStatus.AGREED).instalments.all()[:2])
    first = allowed(first)
    instalments.pay(first, payment_reference="BACS 1", by=finance(), at=LATE)
    assert code_of(instalments.pay, second, payment_reference="BACS 2", by=finance(), at=LATE) == "report_overdue"
    first.refresh_from_db()
    facts = (first.status, first.overdue_allowed_at, first.overdue_allowed_by, first.overdue_allowed_reason)
    assert facts == (InstalmentStatus.PAID, LATE, officer(), WHY)
    (line,) = Entry.objects.filter(event="payment allowed although a report is overdue")
    assert (line.thing_id, line.by, line.detail["reason"]) == (str(first.pk), officer(), WHY)
    assert list(invariants.breaches(LATE)) == []


def test_what_was_allowed_stays_allowed_when_the_payment_is_rescheduled():
    instalment = allowed(instalment_at(InstalmentStatus.APPROVED))
    instalments.reinstate(instalment, by=second_officer(), at=LATE)
    instalments.prepare(instalment, by=officer(), at=LATE)
    instalments.approve(instalment, by=director(), at=LATE)
    assert Instalment.objects.get(pk=instalment.pk).status == InstalmentStatus.APPROVED


@pytest.mark.parametrize(
    ("status", "at", "reason", "code", "field"),
    [
        (InstalmentStatus.SCHEDULED, LATE, " ", "", "reason"),
        (InstalmentStatus.SCHEDULED, ON_THE_DAY, WHY, "not_overdue", None),
        (InstalmentStatus.PAID, LATE, WHY, "wrong_state", None),
        (InstalmentStatus.WITHHELD, LATE, WHY, "wrong_state", None),
    ],
)
def test_nothing_is_allowed_without_a_reason_an_overdue_report_or_a_payment_to_make(status, at, reason, code, field):
    with pytest.raises(Refused) as refusal:
        holding.allow(instalment_at(status), reason=reason, by=officer(), at=at)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_allowing_twice_keeps_the_first_reason():
    instalment = instalment_at(InstalmentStatus.SCHEDULED)
    allowed(instalment)
    holding.allow(instalment, reason="Another.", by=second_officer(), at=LATE)
    assert (instalment.overdue_allowed_reason, instalment.overdue_allowed_by) == (WHY, officer())
    assert Entry.objects.filter(event="payment allowed although a report is overdue").count() == 1


def test_a_run_made_before_a_report_was_overdue_gives_no_file_after_it():
    run = payment_runs.make([instalment_at(InstalmentStatus.APPROVED)], by=finance(), at=PAYING)
    assert code_of(payment_runs.take, run, by=finance(), at=LATE) == "held"
    assert run not in visibility.payment_runs_to_pay(finance(), LATE.date())
    allowed(run.instalments.get())
    assert run in visibility.payment_runs_to_pay(finance(), LATE.date())
    assert len(payment_runs.take(run, by=finance(), at=LATE)) == 1


def test_a_run_whose_file_the_bank_has_is_recorded_as_paid_whatever_became_overdue_meanwhile():
    run = payment_runs.make([instalment_at(InstalmentStatus.APPROVED)], by=finance(), at=PAYING)
    payment_runs.take(run, by=finance(), at=ON_THE_DAY)
    assert run in visibility.payment_runs_to_pay(finance(), LATE.date())
    run = PaymentRun.objects.get(pk=run.pk)
    payment_runs.pay(run, payment_reference="BACS 1", by=finance(), at=LATE)
    assert (run.status, run.instalments.get().status) == (PaymentRunStatus.PAID, InstalmentStatus.PAID)


def test_the_file_of_a_held_run_is_refused_with_the_sentence(time_machine):
    run = payment_runs.make([instalment_at(InstalmentStatus.APPROVED)], by=finance(), at=PAYING)
    time_machine.move_to(LATE)
    answer = as_(finance()).get(reverse("admin:grants_paymentrun_file", args=[run.pk]), follow=True)
    assert f"{run.instalments.get()}: Evaluation report 1 was due on {say_day(DUE_ON)}" in text_of(answer)
    assert PaymentRun.objects.get(pk=run.pk).taken_at is None


@pytest.mark.parametrize(
    ("status", "who", "waiting"),
    [
        (InstalmentStatus.PREPARED, director, visibility.instalments_to_approve),
        (InstalmentStatus.APPROVED, finance, visibility.instalments_to_pay),
    ],
)
def test_what_is_held_waits_for_the_organisation_and_for_nobody_here(status, who, waiting):
    instalment = instalment_at(status)
    held = next(one for one in rounds.COUNTS if one.name == "held")
    offered = next(one for one in rounds.COUNTS if one.name == str(status))
    soon = datetime(2019, 11, 1, 9, 0, tzinfo=UTC)
    for now, is_held in ((soon, False), (LATE, True)):
        assert (instalment in waiting(who(), now.date())) is not is_held
        assert (instalment in offered.rows(who(), now)) is not is_held
        assert (instalment in held.rows(who(), now)) is is_held
        assert any("instalment" in item.sentence for item in for_person(who(), now)) is not is_held


def test_the_officer_allows_it_on_the_payments_own_page(time_machine):
    instalment = instalment_at(InstalmentStatus.APPROVED)
    time_machine.move_to(LATE)
    page = text_of(as_(finance()).get(instalment_page(instalment)))
    assert f"Evaluation report 1 was due on {say_day(DUE_ON)}" in page
    assert "Record as paid" not in page
    assert SAID.pay_although_a_report not in page
    assert SAID.pay_although_a_report in text_of(as_(officer()).get(instalment_page(instalment)))
    as_(officer()).post(f"/admin/grants/instalment/{instalment.pk}/steps/allow-overdue/", {"reason": WHY})
    page = text_of(as_(finance()).get(instalment_page(instalment)))
    assert f"Allowed by {officer()}" in page
    assert WHY in page
    assert "Record as paid" in page


def instalment_page(instalment):
    return reverse("admin:grants_instalment_change", args=[instalment.pk])


def test_the_organisation_reads_that_its_next_payment_waits(client, time_machine):
    grant = grant_at(GrantStatus.AGREED)
    paid(grant.instalments.get(number=1))
    client.force_login(lead(grant.organisation))
    sentence = SAID.the_next_payment_waits_until.format("evaluation report 1", say_day(DUE_ON))
    time_machine.move_to(ON_THE_DAY)
    assert sentence not in client.get(grant.get_absolute_url()).text
    time_machine.move_to(LATE)
    assert sentence in client.get(grant.get_absolute_url()).text
    allowed(grant.instalments.get(number=2))
    assert sentence not in client.get(grant.get_absolute_url()).text


def test_the_reminder_of_an_overdue_report_says_that_the_payment_waits_while_one_does():
    grant = grant_at(GrantStatus.AGREED)
    waits = {
        "grants.report_reminder": SAID.the_next_payment_waits_until_you_do,
        "grants.report_overdue": SAID.the_next_payment_waits_for,
    }
    letters = Letter.objects.filter(template__in=waits)
    post_due(LATE + timedelta(days=8))
    assert {row.template for row in letters} == set(waits)
    assert [row for row in letters if waits[row.template] not in row.body] == []
    for instalment in grant.instalments.all():
        instalments.withhold(instalment, reason="Not needed.", by=officer(), at=LATE)
    Letter.objects.all().delete()
    post_due(LATE + timedelta(days=8))
    assert {row.template for row in letters.all()} == set(waits)
    assert [row for row in letters.all() if waits[row.template] in row.body] == []
