"""What waits for whom in this part of the journey."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse

from core.accounts.models import Membership
from core.accounts.roles import Role
from core.dates import london
from core.work_queue import WorkItem, figures, least_of, number_of
from grants.lifecycle import DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import Decision, EvaluationReport, Grant, Instalment, Signature

AHEAD = timedelta(days=30)  # a report that is due later does not wait for anybody yet
PAYABLE = (GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.ENDED_EARLY)
PAYMENTS = {
    "prepare": InstalmentStatus.SCHEDULED,
    "approve": InstalmentStatus.PREPARED,
    "pay": InstalmentStatus.APPROVED,
}

ASKED = {
    Role.OFFICER: ("to_confirm", "to_release", "accepted", "unread", "prepare", "prepare_first"),
    Role.DIRECTOR: (
        *("to_confirm", "to_release", "accepted", "unread"),
        *("unsigned", "one_unsigned", "approve", "approve_first"),
    ),
    Role.FINANCE: ("pay", "pay_first"),
}


def items(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield each piece of work that waits for this person."""
    names = dict.fromkeys(name for role, asked in ASKED.items() if role in user.roles for name in asked)
    if names:
        wanted = staff_figures(user, london(now).date())
        yield from for_staff(figures(user, **{name: wanted[name] for name in names}))
    if user.organisation_ids:
        yield from for_a_member(user, london(now).date())


def staff_figures(user: Any, today: date) -> dict[str, Subquery]:
    """What can be counted for the funder's staff; each role asks for its part."""
    payable = Instalment.objects.filter(grant__status__in=PAYABLE)
    prepare = payable.filter(status=InstalmentStatus.SCHEDULED, due_on__lte=today)
    approve = payable.filter(status=InstalmentStatus.PREPARED).exclude(prepared_by=user)
    pay = payable.filter(status=InstalmentStatus.APPROVED).exclude(prepared_by=user).exclude(approved_by=user)
    funders = Signature.objects.filter(agreement__grant=OuterRef("pk"), party=Signature.Party.FUNDER)
    accepted = Grant.objects.filter(status=GrantStatus.ACCEPTED)
    unsigned = accepted.filter(~Exists(funders), agreement__isnull=False)
    recorded = Decision.objects.filter(status=DecisionStatus.RECORDED)
    return {
        "to_confirm": number_of(recorded.exclude(recorded_by=user)),
        "to_release": number_of(Decision.objects.filter(status=DecisionStatus.CONFIRMED)),
        "accepted": number_of(accepted.filter(agreement__isnull=True)),
        "unread": number_of(EvaluationReport.objects.filter(status=ReportStatus.SUBMITTED)),
        "prepare": number_of(prepare),
        "prepare_first": least_of(prepare, "due_on"),
        "unsigned": number_of(unsigned),
        "one_unsigned": least_of(unsigned, "reference"),
        "approve": number_of(approve),
        "approve_first": least_of(approve, "due_on"),
        "pay": number_of(pay),
        "pay_first": least_of(pay, "due_on"),
    }


def for_staff(found: dict[str, Any]) -> Iterator[WorkItem]:
    """Yield what the roles asked about: decisions, agreements, reports, payments; one query for all of it."""
    decisions = reverse("admin:grants_decision_changelist")
    grants = f"{reverse('admin:grants_grant_changelist')}?status__exact={GrantStatus.ACCEPTED}"
    if count := found.get("to_confirm"):
        yield WorkItem(
            f"{counted(count, 'decision')} to confirm", f"{decisions}?status__exact={DecisionStatus.RECORDED}"
        )
    if count := found.get("to_release"):
        yield WorkItem(
            f"{counted(count, 'decision')} to release", f"{decisions}?status__exact={DecisionStatus.CONFIRMED}"
        )
    if count := found.get("accepted"):
        yield WorkItem(f"{counted(count, 'agreement')} to prepare", grants)
    if count := found.get("unread"):
        address = f"{reverse('admin:grants_evaluationreport_changelist')}?status__exact={ReportStatus.SUBMITTED}"
        yield WorkItem(f"{counted(count, 'evaluation report')} to read", address)
    if count := found.get("unsigned"):
        address = reverse("grant_sign", args=[found["one_unsigned"]]) if count == 1 else grants
        yield WorkItem(f"{counted(count, 'agreement')} to sign", address)
    for verb, status in PAYMENTS.items():
        if count := found.get(verb):
            address = f"{reverse('admin:grants_instalment_changelist')}?status__exact={status}"
            yield WorkItem(f"{counted(count, 'instalment')} to {verb}", address, found[f"{verb}_first"])


def for_a_member(user: Any, today: date) -> Iterator[WorkItem]:
    """Yield offers to answer (for leads), agreements to sign (for signatories), reports due in a month: two queries."""
    leads = {pk for pk, (standing, _) in user.standings.items() if standing == Membership.Standing.LEAD}
    signs = {pk for pk, (_, is_signatory) in user.standings.items() if is_signatory}
    own = Signature.objects.filter(agreement__grant=OuterRef("pk"), party=Signature.Party.ORGANISATION)
    rows = Grant.objects.filter(organisation_id__in=user.organisation_ids).annotate(is_signed=Exists(own))
    open_ones = rows.filter(
        Q(status=GrantStatus.OFFERED) | Q(status=GrantStatus.ACCEPTED, agreement__isnull=False, is_signed=False)
    )
    for grant in open_ones.order_by("pk"):
        if grant.status == GrantStatus.OFFERED and grant.organisation_id in leads:
            yield WorkItem(f"Grant {grant} is offered: accept or decline it", reverse("grant", args=[grant.reference]))
        elif grant.status == GrantStatus.ACCEPTED and grant.organisation_id in signs:
            yield WorkItem(f"The agreement of grant {grant} to sign", reverse("grant_sign", args=[grant.reference]))
    is_soon = Q(status=ReportStatus.DUE, due_on__lte=today + AHEAD) | Q(status=ReportStatus.RETURNED)
    due = EvaluationReport.objects.filter(is_soon, grant__organisation_id__in=user.organisation_ids)
    for report in due.select_related("grant").order_by("due_on"):
        word = "returned: change it" if report.status == ReportStatus.RETURNED else "to write"
        address = reverse("grant_report", args=[report.grant.reference, report.number])
        yield WorkItem(f"Evaluation report {report.number} of grant {report.grant} {word}", address, report.due_on)


def counted(number: int, noun: str) -> str:
    """Say how many: "1 agreement", "3 agreements"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
