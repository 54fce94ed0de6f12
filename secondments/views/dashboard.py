"""The placements that a person has, on their home page, and the next date of one as a calendar file."""

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
from core.dates import london
from core.visibility import visible
from core.work_queue import least_of
from secondments import rules
from secondments.lifecycle import OPEN_MILESTONES, OVER
from secondments.models import Milestone, Placement


class NextDates(TypedDict):
    """What `listed` adds to each row."""

    milestone_on: date | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    ListedPlacement = WithAnnotations[Placement, NextDates]

MOST = 10  # a programme's placements at once are few, and whoever runs it needs them all
RELATED = ("grant__organisation", "grant__post", "grant__programme__host", "secondee", "line_manager")


def section(user: User, now: datetime) -> DashboardSection:
    """Those that go on; where none does, the latest."""
    today = london(now).date()
    placements = list(listed(user, today)[:MOST])
    current = [placement for placement in placements if placement.status not in OVER]
    rows = [row_of(user, placement, today) for placement in current or placements[:1]]
    return DashboardSection("Placements", rows, reverse("placements"))


def listed(user: User, today: date) -> QuerySet[Any]:
    """The latest start first, each with the day of its next milestone: one query."""
    due = Milestone.objects.filter(
        objective__workplan__placement=OuterRef("pk"), status__in=OPEN_MILESTONES, due_on__gte=today
    )
    return visible(Placement, user).select_related(*RELATED).annotate(milestone_on=least_of(due, "due_on"))


def row_of(user: User, placement: ListedPlacement, today: date) -> DashboardRow:
    coming, host, role = next_of(placement, today), placement.grant.programme.host, placement.grant.role
    is_secondee = rules.is_secondee(user, placement)
    days = ", ".join(placement.day_names) or "working days not chosen"
    with_whom = f"line manager {placement.line_manager}" if placement.line_manager else str(host)
    return DashboardRow(
        reference=placement.reference,
        url=placement.get_absolute_url(),
        title=f"{role} at {host.in_sentence}" if is_secondee else str(placement.secondee or role),
        about=f"{days}; {with_whom}" if is_secondee else str(placement.grant.organisation),
        programme=str(placement.programme),
        state=placement.get_status_display(),
        status=placement.status,
        next=coming,
        calendar_url=reverse("placement_calendar", args=[placement.reference]) if coming else "",
    )


def of_case(user: User, application: Application) -> Iterator[CaseLink]:
    placements = visible(Placement, user).filter(grant__decision__application=application)
    if placement := placements.order_by("-pk").first():
        yield CaseLink("Placement", placement.reference, placement.get_absolute_url())


def next_of(placement: ListedPlacement, today: date) -> NextDate | None:
    if placement.status in OVER:
        return None
    if placement.is_preparing:
        return NextDate("Starts", placement.starts_on)
    last = NextDate("Last day", placement.ends_on)
    return soonest([("Milestone due", placement.milestone_on), (last.what, placement.ends_on)], today) or last


@require_safe
@login_required
def placement_calendar(request: Personal, reference: str) -> FileResponse:
    now = request.arrived_at
    today = london(now).date()
    placement = get_object_or_404(listed(request.user, today), reference=reference)
    title = str(placement.secondee or placement.grant.role)
    return calendar_file(
        placement.reference,
        title,
        placement.get_absolute_url(),
        next_of(placement, today),
        now=now,
        publisher=str(placement.programme),
    )
