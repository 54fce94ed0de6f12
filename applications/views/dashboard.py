"""The applications that a person has, on their home page, and the next date of one as a calendar file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.contrib.auth.decorators import login_required
from django.db.models import F, OuterRef
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.lifecycle import COMING_VISIT, Status
from applications.models import Application, AssessmentVisit, CaseNote
from applications.views.timeline import Standing, public_status
from core.accounts.models import User
from core.accounts.requests import Personal
from core.case_links import CaseLink
from core.dashboard import DashboardRow, DashboardSection, NextDate, calendar_file, soonest
from core.dates import london
from core.permissions import may_ever
from core.visibility import visible
from core.work_queue import least_of


class NextDates(TypedDict):
    """What `listed` adds to each row."""

    visit_at: datetime | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    ListedApplication = WithAnnotations[Application, NextDates]

MOST = 5


def section(user: User, now: datetime) -> DashboardSection:
    rows = [row_of(user, application, now) for application in listed(user, now)[:MOST]]
    if may_ever(user, "applications.view_submitted_applications"):
        return DashboardSection("Applications", rows, reverse("admin:applications_application_changelist"))
    return DashboardSection("Applications", rows, reverse("applications"))


def listed(user: User, now: datetime) -> Any:
    """Drafts, then what was submitted last, each with the time of its next visit: one query."""
    visits = AssessmentVisit.objects.filter(application=OuterRef("pk"), status__in=COMING_VISIT, starts_at__gte=now)
    rows = visible(Application.objects.real(), user).select_related(
        "organisation", "post", "call__programme", "standing"
    )
    newest = F("submitted_at").desc(nulls_first=True)
    return rows.annotate(visit_at=least_of(visits, "starts_at")).order_by(newest, "-pk")


def row_of(user: User, application: ListedApplication, now: datetime) -> DashboardRow:
    is_own = application.organisation_id in user.organisation_ids
    has_page = is_own or application.is_draft
    office_page = reverse("admin:applications_application_change", args=[application.pk])
    state = state_of(application, now) if is_own else Standing(application.get_status_display(), application.status)
    coming = next_of(application, now)
    return DashboardRow(
        reference=application.reference or "Draft",
        url=application.get_absolute_url() if has_page else office_page,
        title=str(application.post),
        programme=str(application.call.programme),
        about=str(application.organisation),
        state=state.text,
        status=state.status,
        next=coming,
        calendar_url=reverse("application_calendar", args=[application.shown_reference]) if coming else "",
    )


def state_of(application: Application, now: datetime) -> Standing:
    is_lost = application.is_draft and not application.is_open(now) and not hasattr(application, "standing")
    return Standing("not submitted", "closed") if is_lost else public_status(application)


def next_of(application: ListedApplication, now: datetime) -> NextDate | None:
    if application.is_draft:
        closes_at = application.closes_at
        return NextDate("Deadline", closes_at) if closes_at and application.is_open(now) else None
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        return None
    if application.visit_at:
        return NextDate("Assessment visit", application.visit_at)
    call, today = application.call, london(now).date()
    dates = [("Decision in the week of", call.decision_week_on)]
    if application.status == Status.SUBMITTED:
        dates.append(("Assessment visits from", call.visits_from_on))
    return soonest(dates, today)


def of_case(user: User, application: Application) -> Iterator[CaseLink]:
    """The application itself, on its page in the admin."""
    if user.has_perm("applications.view_application", application):
        url = reverse("admin:applications_application_change", args=[application.pk])
        yield CaseLink("Application", str(application), url)
        if count := visible(CaseNote, user).filter(application=application).count():
            yield CaseLink("Notes", str(count), f"{url}#notes")


def coming_for(user: User, application: Application, now: datetime) -> NextDate | None:
    """What comes next for one application, as its page tells this person."""
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        return None
    row = listed(user, now).filter(pk=application.pk).first()
    return next_of(row, now) if row else None


@require_safe
@login_required
def application_calendar(request: Personal, reference: str) -> FileResponse:
    now = request.arrived_at
    application = get_object_or_404(listed(request.user, now).by_reference(reference))
    title, url = f"{application.post}, {application.organisation}", reverse("home")
    publisher = str(application.call.programme)
    return calendar_file(
        application.shown_reference, title, url, next_of(application, now), now=now, publisher=publisher
    )
