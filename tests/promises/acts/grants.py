"""The actions of grants."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from applications.actions import joint_views
from core.audit.immutability import bypass_triggers
from grants.actions import (
    agreements,
    allocations,
    answer_days,
    bank_accounts,
    contributions,
    decisions,
    grants,
    holding,
    instalments,
    openness,
    payment_runs,
    payments_undone,
    repayments,
    report_schedules,
    reports,
)
from grants.lifecycle import SETTLED, ReportStatus
from grants.models import Allocation, Contribution, Decision, Grant, Instalment, PaymentRun
from tests.applications.factories import ASSESSING
from tests.applications.panel import finished_by, spokesperson
from tests.grants.factories import (
    ACCEPTING,
    ACCOUNT,
    ENDING,
    PAYING,
    PREPARING,
    RECORDING,
    RELEASING,
    REPORTING,
    SIGNING,
    WORDS,
    meeting,
    report_accepted,
)
from tests.promises.acts import Act

RETURNED = {"returned_on": PAYING.date(), "reference": "R 1"}
RECEIVED = {"received_on": PAYING.date(), "reference": "BACS 1"}
CALL_BACK = {"spoke_to": "chair", "number_from": "chc"}
WITHOUT_CHECK = {
    "bank_accounts.end": "what refuses the account, or returns a payment, has asked",
    "payment_runs.make": "each payment within it asks",
    "instalments.pay_approved": "the payment, or the run that it is in, has asked",
    "instalments.void_run": "what changed one of its payments has asked",
    "ledger.give_back": "the return of the payment has asked",
    "ledger.reverse_payment": "the reversal of the payment has asked",
    "ledger.recover": "the receipt of the repayment has asked",
    "ledger.reverse_recovery": "the reversal of the repayment has asked",
    "instalments.void_approvals": "what ends the use of the account has asked",
    "grants.offer": "the release of its decision has asked",
    "grants.end_offer": "the refusal of the offer has asked, or the link was the proposed secondee's own",
    "decisions.release_all": "each release within it asks",
    "decisions.drop_pending": "the end of its application has asked",
    "instalments.move_held_back": "what moved the end of its grant has asked",
    "instalments.withhold_after": "the early end of its grant has asked",
    "ledger.begin": "the release of its decision has asked",
    "ledger.follow": "what ended, extended or withheld it has asked",
    "ledger.pay": "the payment of its instalment has asked",
    "ledger.take_in": "the action on the whole fund has asked",
    "grants.end_early": "the second signature of the supplementary agreement has asked",
    "agreements.check_name": "what is signed has asked",
    "extensions.extend": "the second signature of the supplementary agreement has asked",
    "grants.activate": "the start of its placement has asked",
}


def record(application: Any, by: Any, cast: Any) -> None:
    funder = spokesperson("funder")  # the host's view is there, sealed
    finished_by(funder, application, party="funder")
    joint_views.record(application, recommendation="recommend", reasons="They know why.", by=funder, at=ASSESSING)
    facts = {"meeting": meeting(), "outcome": "decline", "reasons": "Others were stronger."}
    decisions.record(application, **facts, by=by, at=RECORDING)


def sign(grant: Grant, by: Any, cast: Any) -> None:
    agreements.sign(grant.agreement, name_typed=getattr(by, "name", ""), by=by, at=SIGNING)


def close(grant: Grant, by: Any, cast: Any) -> None:
    for instalment in grant.instalments.exclude(status__in=SETTLED):
        instalments.withhold(instalment, reason="Not needed.", by=cast.officer, at=PAYING)
    for report in grant.reports.filter(status=ReportStatus.DUE):
        report_accepted(report)
    for report in grant.reports.filter(status=ReportStatus.SUBMITTED):
        reports.accept(report, by=cast.officer, at=REPORTING)
    grants.close(grant, by=by, at=ENDING)


def give_time(grant: Grant, by: Any, cast: Any) -> None:
    # The cast's offer is of the post applied for, which has no day.
    Grant.objects.filter(pk=grant.pk).update(answer_by_on=date(2019, 4, 15))
    grant.refresh_from_db()
    answer_days.give_more_time(grant, answer_by_on=date(2019, 4, 26), by=by, at=ACCEPTING)


def lapse(grant: Grant, by: Any, cast: Any) -> None:
    Grant.objects.filter(pk=grant.pk).update(answer_by_on=date(2019, 4, 10))
    grant.refresh_from_db()
    grants.lapse(grant, by=by, at=ACCEPTING)


def reinstate(instalment: Instalment, by: Any, cast: Any) -> None:
    # The cast's grant ended early, and after that nothing is owed.
    Instalment.objects.filter(pk=instalment.pk).update(due_on=instalment.grant.ended_on)
    instalment.refresh_from_db()
    instalments.reinstate(instalment, by=by, at=PAYING)


def pay_run(run: PaymentRun, by: Any, cast: Any) -> None:
    PaymentRun.objects.filter(pk=run.pk).update(taken_at=PAYING)
    payment_runs.pay(run, payment_reference="BACS 1", by=by, at=PAYING)


def record_contribution(programme: Any, by: Any, cast: Any) -> None:
    facts = {"label": "Pears 2019", "amount": Decimal(1), "pledged_on": date(2019, 4, 1)}
    contributions.record(programme, **facts, by=by, at=RECORDING)


def take_in(programme: Any, by: Any, cast: Any) -> None:
    Contribution.objects.create(programme=programme, label="Nothing yet", recorded_at=RECORDING)
    with bypass_triggers():
        Grant.objects.filter(programme=programme).update(is_illustrative=True)
    contributions.take_in(programme, by=by, at=RECORDING)


def confirm_allocation(decision: Decision, by: Any, cast: Any) -> None:
    fund = Contribution.objects.create(programme_id=decision.programme_id, label="Pears", recorded_at=RECORDING)
    chosen = {"amount": 1, "chosen_at": RECORDING, "chosen_by": cast.finance}
    Allocation.objects.create(decision=decision, contribution=fund, **chosen)
    allocations.confirm(decision, by=by, at=RECORDING)


def act(permission: str, noun: str, state: str, action: Any, at: Any, **facts: Any) -> Act:
    return Act(f"grants.{permission}", noun, state, lambda thing, by, cast: action(thing, **facts, by=by, at=at))


ACTS = [
    act("publish_outcome", "call", "decided", openness.publish_outcome, REPORTING),
    Act("grants.add_decision", "application", "shortlisted", record),
    act("confirm_decision", "decision", "recorded", decisions.confirm, RECORDING),
    act("drop_decision", "decision", "recorded", decisions.drop, RECORDING),
    act("release_decision", "decision", "confirmed", decisions.release, RELEASING),
    act("accept_grant", "grant", "offered", grants.accept, ACCEPTING),
    act("decline_grant", "grant", "offered", grants.decline, ACCEPTING),
    act("prepare_agreement", "grant", "accepted", agreements.prepare, PREPARING),
    Act("grants.sign_grant", "grant", "accepted", sign),
    Act("grants.give_time_grant", "grant", "offered", give_time),
    Act("grants.lapse_grant", "grant", "offered", lapse),
    Act("grants.close_grant", "grant", "active", close),
    act("prepare_instalment", "instalment", "scheduled", instalments.prepare, PAYING),
    act("approve_instalment", "instalment", "prepared", instalments.approve, PAYING),
    act("pay_instalment", "instalment", "approved", instalments.pay, PAYING, payment_reference="BACS 1"),
    act("allow_instalment", "instalment", "approved", holding.allow, ENDING, reason="Their office was flooded."),
    act("enter_bankaccount", "grant", "accepted", bank_accounts.enter, PAYING, **ACCOUNT),
    act("check_bankaccount", "bank account", "entered", bank_accounts.call_back, PAYING, **CALL_BACK),
    act("approve_bankaccount", "bank account", "checked", bank_accounts.approve, PAYING),
    act("refuse_bankaccount", "bank account", "entered", bank_accounts.refuse, PAYING, why_refused="no_answer"),
    act("give_back_instalment", "instalment", "paid", payments_undone.give_back, PAYING, **RETURNED),
    act("reverse_instalment", "instalment", "paid", payments_undone.reverse, PAYING, reason="Never sent."),
    act("take_paymentrun", "payment run", "made", payment_runs.take, PAYING),
    Act("grants.pay_paymentrun", "payment run", "made", pay_run),
    act("ask_repayment", "grant", "active", repayments.ask, PAYING, amount=Decimal(1), reason="Not spent."),
    act("withdraw_repayment", "repayment", "asked", repayments.withdraw, PAYING),
    act("receive_repayment", "repayment", "asked", repayments.receive, PAYING, **RECEIVED),
    act("reverse_repayment", "repayment", "received", repayments.reverse, PAYING, reason="Another charity's."),
    act("withhold_instalment", "instalment", "scheduled", instalments.withhold, PAYING, reason="It is late."),
    Act("grants.reinstate_instalment", "instalment", "withheld", reinstate),
    act("change_evaluationreport", "report", "due", reports.save, REPORTING, words=WORDS),
    act("submit_evaluationreport", "report", "due", reports.submit, REPORTING, words=WORDS),
    act("give_back_evaluationreport", "report", "submitted", reports.give_back, REPORTING, reason="How many?"),
    Act(
        "grants.add_reportschedule",
        "programme",
        "ours",
        lambda it, by, _: report_schedules.set_schedule(it, number=3, by=by, at=REPORTING),
    ),
    Act("grants.add_contribution", "programme", "ours", record_contribution),
    Act("grants.take_in_grants", "programme", "ours", take_in),
    act(
        "receive_contribution",
        "contribution",
        "received",
        contributions.receive,
        RECORDING,
        amount=Decimal(1),
        received_on=date(2019, 4, 1),
        reference="BACS 2",
    ),
    act("reverse_ledgerline", "ledger line", "receipt", contributions.reverse, RECORDING, reason="Of another fund."),
    act("choose_allocation", "decision", "recorded", allocations.choose, RECORDING, amounts={}),
    Act("grants.confirm_allocation", "decision", "recorded", confirm_allocation),
    act("accept_evaluationreport", "report", "submitted", reports.accept, REPORTING),
]
