"""What waits for whom in decisions, grants, payments and reports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.urls import reverse

from applications.models import Call
from core.accounts.models import Membership, User
from core.dates import london
from core.permissions import may_ever
from core.text import plural
from core.work_queue import Task, WorkItem, figures, least_of, number_of
from grants import visibility
from grants.lifecycle import GrantStatus, ReportStatus
from grants.models import BankAccount, Decision, EvaluationReport, Grant, Instalment, PaymentRun, Repayment, Signature

REMINDED = timedelta(days=30)  # a report appears in the queue this long before it is due


@dataclass(frozen=True)
class Queue(Task):
    """Rows that wait for one step: besides the task, the permission to take it, and the words "1 decision to confirm".

    `first` is a field whose least value is wanted too: "due_on", or "reference" where one grant alone has its own page.
    """

    noun: str = ""
    first: str = ""


def _queue(
    permission: str,
    model: type[Model],
    noun: str,
    verb: str,
    *,
    rows: Callable[[User, date], QuerySet[Any]],
    first: str = "",
) -> Queue:
    def found(user: User, now: datetime) -> QuerySet[Any]:
        return rows(user, london(now).date())

    def is_for(user: User) -> bool:
        return may_ever(user, permission)

    return Queue(verb, model, f"to {verb}", found, is_for, noun, first)


def _whenever(rows: Callable[[User], QuerySet[Any]]) -> Callable[[User, date], QuerySet[Any]]:
    return lambda user, _today: rows(user)


TO_SIGN = _queue(
    "grants.sign_for_funder",
    Grant,
    "agreement",
    "sign",
    rows=_whenever(visibility.agreements_to_sign),
    first="reference",
)
QUEUES = (
    _queue("grants.confirm_decision", Decision, "decision", "confirm", rows=_whenever(visibility.decisions_to_confirm)),
    _queue("grants.release_decision", Decision, "decision", "release", rows=_whenever(visibility.decisions_to_release)),
    _queue("grants.publish_outcome", Call, "call outcome", "publish", rows=_whenever(visibility.outcomes_to_publish)),
    _queue("grants.prepare_agreement", Grant, "agreement", "prepare", rows=_whenever(visibility.agreements_to_prepare)),
    _queue(
        "grants.accept_evaluationreport",
        EvaluationReport,
        "evaluation report",
        "read",
        rows=_whenever(visibility.reports_to_read),
    ),
    TO_SIGN,
    _queue(
        "grants.prepare_instalment",
        Instalment,
        "instalment",
        "prepare",
        rows=visibility.instalments_to_prepare,
        first="due_on",
    ),
    _queue(
        "grants.approve_instalment",
        Instalment,
        "instalment",
        "approve",
        rows=visibility.instalments_to_approve,
        first="due_on",
    ),
    _queue(
        "grants.pay_instalment",
        Instalment,
        "instalment",
        "pay",
        rows=visibility.instalments_to_pay,
        first="due_on",
    ),
    _queue(
        "grants.pay_paymentrun",
        PaymentRun,
        "payment run",
        "pay",
        rows=visibility.payment_runs_to_pay,
    ),
    _queue(
        "grants.receive_repayment",
        Repayment,
        "repayment",
        "receive",
        rows=_whenever(visibility.repayments_to_receive),
    ),
    _queue(
        "grants.check_bankaccount",
        BankAccount,
        "bank account",
        "check",
        rows=_whenever(visibility.bank_accounts_to_check),
    ),
    _queue(
        "grants.approve_bankaccount",
        BankAccount,
        "bank account",
        "approve",
        rows=_whenever(visibility.bank_accounts_to_approve),
    ),
)


def tasks_with(model: type[Model]) -> list[Queue]:
    return [queue for queue in QUEUES if queue.model is model]


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    """Yield what waits for this person: one query for the funder's people, three for members of organisations."""
    if waiting := [queue for queue in QUEUES if queue.is_for(user)]:
        yield from _for_the_office(user, waiting, now)
    if user.organisation_ids:
        yield from _offers_and_agreements(user, london(now).date())
        yield from _bank_accounts(user)
        yield from _reports(user, london(now).date())


def _for_the_office(user: User, queues: list[Queue], now: datetime) -> Iterator[WorkItem]:
    rows = [queue.rows(user, now) for queue in queues]
    wanted = {f"count_{at}": number_of(found) for at, found in enumerate(rows)}
    wanted |= {f"first_{at}": least_of(rows[at], queue.first) for at, queue in enumerate(queues) if queue.first}
    found = figures(user, **wanted)
    for at, queue in enumerate(queues):
        if count := found[f"count_{at}"]:
            first = found.get(f"first_{at}")
            is_one_grant = count == 1 and queue.first == "reference"
            url = reverse("grant_sign", args=[first]) if is_one_grant else queue.url
            yield WorkItem(
                f"{plural(count, queue.noun)} {queue.label}", url, first if queue.first == "due_on" else None
            )


def _offers_and_agreements(user: User, today: date) -> Iterator[WorkItem]:
    signed = Signature.objects.filter(agreement__grant=OuterRef("pk"), party=Signature.Party.ORGANISATION)
    to_sign = Q(~Exists(signed), status=GrantStatus.ACCEPTED, agreement__isnull=False)
    signs = Membership.objects.filter(organisation=OuterRef("organisation"), is_signatory=True, person__is_active=True)
    rows = Grant.objects.filter(organisation__in=user.organisation_ids).select_related("organisation")
    rows = rows.annotate(has_signatory=Exists(signs))
    for grant in rows.filter(to_sign | Q(status=GrantStatus.OFFERED)).order_by("pk"):
        if user.has_perm("grants.accept_grant", grant):
            url = reverse("grant", args=[grant.reference])
            sentence = f"Accept or decline the offer of grant {grant}"
            if grant.is_late_to_agree(today):
                sentence = f"Grant {grant} waits for an answer: decline it, or ask for more time"
            elif grant.waits_for_person:
                sentence = f"The proposed secondee has not agreed yet to the post offered in grant {grant}"
            yield WorkItem(sentence, url, grant.answer_by_on)
        elif user.has_perm("grants.sign_grant", grant):
            url = reverse("grant_sign", args=[grant.reference])
            yield WorkItem(f"Sign the agreement of grant {grant}", url)
        elif not grant.is_offered and not grant.has_signatory and names_signatory(user, grant):
            url = reverse("organisation")
            yield WorkItem(f"Name an authorised signatory, who can sign the agreement of grant {grant}", url)


def names_signatory(user: User, grant: Grant) -> bool:
    return user.has_perm("accounts.change_membership", grant.organisation)


def _bank_accounts(user: User) -> Iterator[WorkItem]:
    for grant in visibility.grants_without_bank_account(user).order_by("pk"):
        if user.has_perm("grants.enter_bankaccount", grant):
            url = reverse("grant_bank_account", args=[grant.reference])
            yield WorkItem(f"Enter the bank details for grant {grant}, so that we can pay it", url)


def _reports(user: User, today: date) -> Iterator[WorkItem]:
    is_soon = Q(status=ReportStatus.DUE, due_on__lte=today + REMINDED) | Q(status=ReportStatus.RETURNED)
    due = EvaluationReport.objects.filter(is_soon, grant__organisation__in=user.organisation_ids)
    for report in due.select_related("grant").order_by("due_on"):
        state = "was returned: change it" if report.is_returned else "is due: write it"
        url = reverse("grant_report", args=[report.grant.reference, report.number])
        yield WorkItem(f"{report.title} of grant {report.grant} {state}", url, report.due_on)
