"""What waits for whom in decisions, grants, payments and reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from core.accounts.models import Membership, User
from core.dates import london
from core.permissions import may_ever
from core.text import plural
from core.work_queue import WorkItem, figures, least_of, number_of
from grants import visibility
from grants.lifecycle import DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import EvaluationReport, Grant, Signature

REMINDED = timedelta(days=30)  # a report appears in the queue this long before it is due


@dataclass(frozen=True)
class Queue:
    """Rows that wait for one step: the permission to take it, the rows, their noun, the verb, and the list's filter.

    `first` is a field whose least value is wanted too: "due_on", or "reference" where one grant alone has its own page.
    """

    permission: str
    rows: QuerySet[Any]
    noun: str
    verb: str
    status: str
    first: str = ""

    @property
    def url(self) -> str:
        return f"{reverse(f'admin:grants_{self.rows.model._meta.model_name}_changelist')}?status__exact={self.status}"


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    """Yield what waits for this person: one query for the funder's people, two for members of organisations."""
    today = london(now).date()
    if waiting := [queue for queue in _queues(user, today) if may_ever(user, queue.permission)]:
        yield from _for_the_office(user, waiting)
    if user.organisation_ids:
        yield from _offers_and_agreements(user)
        yield from _reports(user, today)


def _queues(user: User, today: date) -> list[Queue]:
    signing = visibility.agreements_to_sign(user)
    preparing = visibility.instalments_to_prepare(user, today)
    approving, paying = visibility.instalments_to_approve(user), visibility.instalments_to_pay(user)
    reading = visibility.reports_to_read(user)
    return [
        Queue(
            "grants.confirm_decision",
            visibility.decisions_to_confirm(user),
            "decision",
            "confirm",
            DecisionStatus.RECORDED,
        ),
        Queue(
            "grants.release_decision",
            visibility.decisions_to_release(user),
            "decision",
            "release",
            DecisionStatus.CONFIRMED,
        ),
        Queue(
            "grants.prepare_agreement",
            visibility.agreements_to_prepare(user),
            "agreement",
            "prepare",
            GrantStatus.ACCEPTED,
        ),
        Queue("grants.accept_evaluationreport", reading, "evaluation report", "read", ReportStatus.SUBMITTED),
        Queue("grants.sign_for_funder", signing, "agreement", "sign", GrantStatus.ACCEPTED, "reference"),
        Queue("grants.prepare_instalment", preparing, "instalment", "prepare", InstalmentStatus.SCHEDULED, "due_on"),
        Queue("grants.approve_instalment", approving, "instalment", "approve", InstalmentStatus.PREPARED, "due_on"),
        Queue("grants.pay_instalment", paying, "instalment", "pay", InstalmentStatus.APPROVED, "due_on"),
    ]


def _for_the_office(user: User, queues: list[Queue]) -> Iterator[WorkItem]:
    wanted = {f"count_{at}": number_of(queue.rows) for at, queue in enumerate(queues)}
    wanted |= {f"first_{at}": least_of(queue.rows, queue.first) for at, queue in enumerate(queues) if queue.first}
    found = figures(user, **wanted)
    for at, queue in enumerate(queues):
        if count := found[f"count_{at}"]:
            first = found.get(f"first_{at}")
            is_one_grant = count == 1 and queue.first == "reference"
            url = reverse("grant_sign", args=[first]) if is_one_grant else queue.url
            yield WorkItem(
                f"{plural(count, queue.noun)} to {queue.verb}", url, first if queue.first == "due_on" else None
            )


def _offers_and_agreements(user: User) -> Iterator[WorkItem]:
    signed = Signature.objects.filter(agreement__grant=OuterRef("pk"), party=Signature.Party.ORGANISATION)
    to_sign = Q(~Exists(signed), status=GrantStatus.ACCEPTED, agreement__isnull=False)
    signs = Membership.objects.filter(organisation=OuterRef("organisation"), is_signatory=True, person__is_active=True)
    rows = Grant.objects.filter(organisation__in=user.organisation_ids).select_related("organisation")
    rows = rows.annotate(has_signatory=Exists(signs))
    for grant in rows.filter(to_sign | Q(status=GrantStatus.OFFERED)).order_by("pk"):
        if user.has_perm("grants.accept_grant", grant):
            url = reverse("grant", args=[grant.reference])
            yield WorkItem(f"Accept or decline the offer of grant {grant}", url)
        elif user.has_perm("grants.sign_grant", grant):
            url = reverse("grant_sign", args=[grant.reference])
            yield WorkItem(f"Sign the agreement of grant {grant}", url)
        elif not grant.is_offered and not grant.has_signatory and names_signatory(user, grant):
            url = reverse("organisation")
            yield WorkItem(f"Name an authorised signatory, who can sign the agreement of grant {grant}", url)


def names_signatory(user: User, grant: Grant) -> bool:
    return user.has_perm("accounts.change_membership", grant.organisation)


def _reports(user: User, today: date) -> Iterator[WorkItem]:
    is_soon = Q(status=ReportStatus.DUE, due_on__lte=today + REMINDED) | Q(status=ReportStatus.RETURNED)
    due = EvaluationReport.objects.filter(is_soon, grant__organisation__in=user.organisation_ids)
    for report in due.select_related("grant").order_by("due_on"):
        state = "was returned: change it" if report.is_returned else "is due: write it"
        url = reverse("grant_report", args=[report.grant.reference, report.number])
        yield WorkItem(f"{report.title} of grant {report.grant} {state}", url, report.due_on)
