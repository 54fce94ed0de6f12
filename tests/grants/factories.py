"""Decisions and grants for tests; `grant_at` walks to a status through the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from applications.lifecycle import Status
from applications.models import Application
from core.accounts.models import Organisation, User
from core.accounts.roles import Role
from core.documents import making
from core.governance.actions import minutes
from core.governance.agenda import entries
from core.governance.models import Body, Meeting, Minutes
from grants.actions import agreements, bank_accounts, decisions, grants, instalments, payments_undone, reports
from grants.lifecycle import BankAccountStatus, DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import Agreement, BankAccount, Decision, EvaluationReport, Grant, Instalment
from tests.accounts.factories import address, person_with
from tests.applications.factories import application_at, lead, officer, programme
from tests.applications.panel import says_none, viewed
from tests.kept import kept

# The committee of the February 2019 call met in the week of 8 April; the secondment begins in May.
MEETING = date(2019, 4, 9)
RECORDING = datetime(2019, 4, 9, 15, 0, tzinfo=UTC)
RELEASING = datetime(2019, 4, 10, 9, 0, tzinfo=UTC)
ACCEPTING = datetime(2019, 4, 11, 9, 0, tzinfo=UTC)
PREPARING = datetime(2019, 4, 12, 9, 0, tzinfo=UTC)
SIGNING = datetime(2019, 4, 15, 22, 59, tzinfo=UTC)  # 11:59pm in London
AGREEING = datetime(2019, 4, 15, 23, 30, tzinfo=UTC)  # past midnight in London: the 16th
STARTING = datetime(2019, 5, 1, 8, 0, tzinfo=UTC)
PAYING = datetime(2019, 5, 2, 9, 0, tzinfo=UTC)
REPORTING = datetime(2019, 10, 30, 9, 0, tzinfo=UTC)
ENDING = datetime(2020, 6, 1, 9, 0, tzinfo=UTC)

WORDS = {
    "progress": "We trained forty registration volunteers.",
    "difference": "Two thousand Londoners registered.",
    "learning": "Schools answer in September.",
    "difficulties": "Sign-off took six weeks.",
    "host_summary": "The desk was well prepared.",
}
ANSWER_BY = date(2019, 4, 26)  # organisation and proposed secondee, to another post than the one applied for
UNVISITED = "We met them at the last round."
AWARD: dict[str, Any] = {
    "days_per_week": Decimal(3),
    "months": 12,
    "starts_on": date(2019, 5, 1),
    "without_visit": UNVISITED,
}


def person(role: Role, name: str) -> User:
    """Return the one person of a test who has this role under this name."""
    email = address(name.split(" ", maxsplit=1)[0].lower())
    return User.objects.filter(email=email).first() or person_with(
        role, email=email, name=name, works_for=programme().funder
    )


def second_officer() -> User:
    """Return another grants officer."""
    return person(Role.OFFICER, "Oscar Officer")


def director() -> User:
    """Return the funder's director."""
    return person(Role.DIRECTOR, "Dora Director")


def finance() -> User:
    """Return the finance officer."""
    return person(Role.FINANCE, "Fay Finance")


def committee_member() -> User:
    """Return a member of the Grants Committee."""
    """A member who has said of all that was handed in that they have no conflict of interest."""
    return says_none(person(Role.COMMITTEE, "Colin Committee"))


def meeting(day: date = MEETING) -> Meeting:
    """Return the committee's meeting of this day."""
    return Meeting.objects.get_or_create(body=Body.objects.committee_of(programme()), held_on=day)[0]


def minutes_confirmed(row: Meeting) -> Minutes:
    """Have the director confirm the minutes as they stand."""
    seen = minutes.digest_of(entries(row, row.agenda.all()))
    return minutes.confirm(row, seen=seen, by=director(), at=RELEASING)


def recorded(application: Application | None = None, *, outcome: str = "award", **facts: Any) -> Decision:
    """Return a decision as an officer recorded it."""
    application = application or application_at(Status.SHORTLISTED)
    terms = {"post": application.post, **AWARD, "conditions": "- Name a backfill"} if outcome == "award" else {}
    if outcome == "reserve":
        terms = {"rank": 1 + Decision.objects.filter(outcome=outcome).count()}
    given = {"meeting": meeting(), "reasons": "Strong on every criterion.", **terms, **facts}
    return decisions.record(viewed(application), outcome=outcome, by=officer(), at=RECORDING, **given)


def confirmed(application: Application | None = None, **facts: Any) -> Decision:
    """Return a decision that another person confirmed."""
    decision = recorded(application, **facts)
    decisions.confirm(decision, by=second_officer(), at=RECORDING)
    return decision


def decision_at(status: DecisionStatus, **facts: Any) -> Decision:
    """Return a decision in this status."""
    if status == DecisionStatus.RECORDED:
        return recorded(**facts)
    if status == DecisionStatus.DROPPED:
        decision = recorded(**facts)
        decisions.drop(decision, by=officer(), at=RECORDING)
        return decision
    decision = confirmed(**facts)
    if status == DecisionStatus.RELEASED:
        decisions.release(decision, by=officer(), at=RELEASING)
    return decision


def prepared(grant: Grant) -> Agreement:
    """Return the funding agreement of an accepted grant, its document made."""
    agreement = agreements.prepare(grant, by=officer(), at=PREPARING)
    making.make_now(agreement.document, PREPARING)
    agreement.refresh_from_db()
    return agreement


def signed(agreement: Agreement, by: User, at: datetime = SIGNING) -> None:
    """Have somebody sign."""
    agreements.sign(agreement, name_typed=by.name, by=by, at=at)


def bank_checker() -> User:
    """Return the person who calls organisations back about their bank details, and takes no part in payments."""
    return person(Role.FINANCE, "Bea Banks")


# A made-up account: no bank has this sort code.
ACCOUNT = {"sort_code": "00-00-01", "number": "12345678", "account_name": "Own Charity"}


def account_entered(grant: Grant, *, by: User | None = None, at: datetime = ACCEPTING, **details: Any) -> BankAccount:
    """Return a bank account as a lead of the organisation entered it for an accepted grant."""
    return bank_accounts.enter(grant, **{**ACCOUNT, **details}, by=by or lead(grant.organisation), at=at)


def account_approved(grant: Grant, *, at: datetime = ACCEPTING, **details: Any) -> BankAccount:
    """Return a bank account that was called back about and approved; payments wait five working days for it."""
    account = account_entered(grant, at=at, **details)
    bank_accounts.call_back(account, spoke_to="treasurer", number_from="chc", by=bank_checker(), at=at)
    bank_accounts.approve(account, by=director(), at=at)
    return account


@kept(lambda pk: BankAccount.objects.get(pk=pk))
def account_at(status: BankAccountStatus) -> BankAccount:
    """Return a bank account of an accepted grant in this status."""
    grant = grant_at(GrantStatus.ACCEPTED)
    account = account_entered(grant)
    if status == BankAccountStatus.REFUSED:
        bank_accounts.refuse(account, why_refused="no_answer", by=bank_checker(), at=ACCEPTING)
    elif status == BankAccountStatus.REPLACED:
        account_entered(grant, number="87654321")
    elif status != BankAccountStatus.ENTERED:
        bank_accounts.call_back(account, spoke_to="treasurer", number_from="chc", by=bank_checker(), at=ACCEPTING)
        if status == BankAccountStatus.APPROVED:
            bank_accounts.approve(account, by=director(), at=ACCEPTING)
    return BankAccount.objects.get(pk=account.pk)


def agree(grant: Grant) -> None:
    """Have the agreement prepared and signed by both; it is known where to pay."""
    account_approved(grant)
    agreement = prepared(grant)
    signed(agreement, lead(grant.organisation))
    signed(agreement, director(), at=AGREEING)


@kept(lambda pk: fresh(Grant(pk=pk)))
def grant_at(
    status: GrantStatus,
    *,
    organisation: Organisation | None = None,
    application: Application | None = None,
    **facts: Any,
) -> Grant:
    """Return a grant in this status, brought there through the actions, with the dates of the 2019 call."""
    application = application or application_at(Status.SHORTLISTED, organisation=organisation)
    decision = confirmed(application, **facts)
    grant = decisions.release(decision, by=officer(), at=RELEASING)
    assert grant is not None
    by = lead(grant.organisation)
    if status == GrantStatus.DECLINED:
        grants.decline(grant, reason="The person has left.", by=by, at=ACCEPTING)
    elif status != GrantStatus.OFFERED:
        grants.accept(grant, by=by, at=ACCEPTING)
        _go_on(grant, status)
    return fresh(grant)


def _go_on(grant: Grant, status: GrantStatus) -> None:
    if status == GrantStatus.ACCEPTED:
        return
    agree(grant)
    grant.refresh_from_db()
    if status == GrantStatus.AGREED:
        return
    grants.activate(grant, by=officer(), at=STARTING)
    if status == GrantStatus.CLOSED:
        for instalment in grant.instalments.all():
            paid(instalment)
        for report in grant.reports.all():
            report_accepted(report)
        grants.close(grant, by=officer(), at=ENDING)
    elif status == GrantStatus.ENDED_EARLY:
        ended_early(grant)


def ended_early(grant: Grant, last_on: date = date(2019, 9, 30), at: datetime = REPORTING) -> None:
    """Have everybody agree to an early end, two people decide it, and both sign."""
    from tests.secondments import amending  # of the stage after this one

    asked = amending.asked(fresh(grant), kind="early_end", last_on=last_on, reason="She found work.", at=at)
    amending.in_force(asked, at=at)


def approved(instalment: Instalment) -> Instalment:
    """Have an instalment prepared and approved."""
    instalments.prepare(instalment, by=officer(), at=PAYING)
    instalments.approve(instalment, by=director(), at=PAYING)
    return instalment


def paid(instalment: Instalment) -> Instalment:
    """Have an instalment paid by the three people whose work it is."""
    approved(instalment)
    instalments.pay(instalment, payment_reference="BACS 4711", by=finance(), at=PAYING)
    return instalment


@kept(lambda pk: Instalment.objects.get(pk=pk))
def instalment_at(status: InstalmentStatus) -> Instalment:
    """Return the first instalment of an agreed grant in this status."""
    first = grant_at(GrantStatus.AGREED).instalments.get(number=1)
    if status == InstalmentStatus.PREPARED:
        instalments.prepare(first, by=officer(), at=PAYING)
    elif status == InstalmentStatus.APPROVED:
        approved(first)
    elif status == InstalmentStatus.PAID:
        paid(first)
    elif status == InstalmentStatus.RETURNED:
        returned = {"returned_on": PAYING.date(), "reference": "R 7"}
        payments_undone.give_back(paid(first), **returned, by=finance(), at=PAYING)
    elif status == InstalmentStatus.REVERSED:
        payments_undone.reverse(paid(first), reason="Never sent.", by=second_officer(), at=PAYING)
    elif status == InstalmentStatus.WITHHELD:
        instalments.withhold(first, reason="The report is late.", by=officer(), at=PAYING)
    return first


def report_accepted(report: EvaluationReport) -> EvaluationReport:
    """Have a report submitted and accepted."""
    reports.submit(report, words=WORDS, by=lead(report.grant.organisation), at=REPORTING)
    reports.accept(report, by=officer(), at=REPORTING)
    return report


@kept(lambda pk: EvaluationReport.objects.get(pk=pk))
def report_at(status: ReportStatus) -> EvaluationReport:
    """Return the first report of an agreed grant in this status."""
    report = grant_at(GrantStatus.AGREED).reports.get(number=1)
    if status == ReportStatus.ACCEPTED:
        return report_accepted(report)
    if status != ReportStatus.DUE:
        reports.submit(report, words=WORDS, by=lead(report.grant.organisation), at=REPORTING)
    if status == ReportStatus.RETURNED:
        reports.give_back(report, reason="Say how many took part.", by=officer(), at=REPORTING)
    return report


def fresh(grant: Grant) -> Grant:
    """Return the row as it is in the database now."""
    return Grant.objects.select_related("organisation", "post__call", "programme__funder").get(pk=grant.pk)
