"""The grants that a person has, on their home page, and the next date of one as a calendar file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, QuerySet
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.models import Application
from core.accounts.models import User
from core.accounts.requests import Personal
from core.case_links import CaseLink
from core.dashboard import DashboardRow, DashboardSection, NextDate, calendar_file, soonest
from core.dates import london, say_day
from core.governance.models import AgendaItem
from core.permissions import may_ever
from core.visibility import visible
from core.work_queue import least_of
from grants.lifecycle import DecisionStatus, GrantStatus, InstalmentStatus, ReportStatus
from grants.models import Decision, EvaluationReport, Grant, Instalment


class NextDates(TypedDict):
    """What `listed` adds to each row."""

    payment_on: date | None
    report_on: date | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    ListedGrant = WithAnnotations[Grant, NextDates]

MOST = 5
UNPAID = (InstalmentStatus.SCHEDULED, InstalmentStatus.PREPARED, InstalmentStatus.APPROVED)
HAS_DATES = {GrantStatus.ACCEPTED, GrantStatus.AGREED, GrantStatus.ACTIVE}


def section(user: User, now: datetime) -> DashboardSection:
    if not user.organisation_ids and not may_ever(user, "grants.view_grant"):
        return DashboardSection("Grants", [])  # without a query: people of the host, secondees
    today = london(now).date()
    rows = [row_of(grant, today) for grant in listed(user, today)[:MOST]]
    url = reverse("admin:grants_grant_changelist" if user.is_staff else "grants")
    return DashboardSection("Grants", rows, url)


def listed(user: User, today: date) -> QuerySet[Any]:
    """The newest first, each with the days of its next payment and report: one query."""
    payments = Instalment.objects.filter(grant=OuterRef("pk"), status__in=UNPAID, due_on__gte=today)
    written = (ReportStatus.DUE, ReportStatus.RETURNED)
    reports = EvaluationReport.objects.filter(grant=OuterRef("pk"), status__in=written, due_on__gte=today)
    return (
        visible(Grant, user)
        .select_related("organisation", "post", "programme")
        .annotate(payment_on=least_of(payments, "due_on"), report_on=least_of(reports, "due_on"))
    )


def row_of(grant: ListedGrant, today: date) -> DashboardRow:
    coming = next_of(grant, today)
    return DashboardRow(
        reference=grant.reference,
        url=grant.get_absolute_url(),
        title=grant.role,
        programme=str(grant.programme),
        about=str(grant.organisation),
        state=grant.get_status_display(),
        status=grant.status,
        next=coming,
        calendar_url=reverse("grant_calendar", args=[grant.reference]) if coming else "",
    )


def next_of(grant: ListedGrant, today: date) -> NextDate | None:
    if grant.status not in HAS_DATES:
        return None
    dates = [
        ("Starts", grant.starts_on),
        ("Payment due", grant.payment_on),
        ("Evaluation report due", grant.report_on),
        ("Last day", grant.ends_on),
    ]
    return soonest(dates, today) or NextDate("Last day", grant.ends_on)


def of_case(user: User, application: Application) -> Iterator[CaseLink]:
    """The meeting that takes an application, the latest decision and the grant of it, on their pages in the admin."""
    items = visible(AgendaItem, user).filter(case=application).select_related("meeting")
    if item := items.order_by("-meeting__held_on", "-pk").first():
        url = reverse("admin:governance_meeting_change", args=[item.meeting_id])
        yield CaseLink("Meeting", say_day(item.meeting.held_on), url)
    decided = visible(Decision, user).filter(application=application).exclude(status=DecisionStatus.DROPPED)
    if decision := decided.order_by("-pk").first():
        url = reverse("admin:grants_decision_change", args=[decision.pk])
        yield CaseLink("Decision", decision.get_outcome_display(), url)
    if grant := visible(Grant, user).filter(decision__application=application).order_by("-pk").first():
        yield CaseLink("Grant", grant.reference, reverse("admin:grants_grant_change", args=[grant.pk]))


@require_safe
@login_required
def grant_calendar(request: Personal, reference: str) -> FileResponse:
    now = request.arrived_at
    today = london(now).date()
    grant = get_object_or_404(listed(request.user, today), reference=reference)
    title = f"{grant.role}, {grant.organisation}"
    publisher = str(grant.programme)
    return calendar_file(
        grant.reference, title, grant.get_absolute_url(), next_of(grant, today), now=now, publisher=publisher
    )
