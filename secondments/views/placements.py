"""The list of placements, and the page of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Strand
from core.accounts.models import User
from core.accounts.requests import Personal
from core.audit import trail
from core.case_links import case_links
from core.dates import london
from core.visibility import visible
from grants.models import Grant
from secondments.lifecycle import MilestoneStatus, PlacementStatus
from secondments.models import Objective, Placement
from secondments.views.fetch import placement_or_404
from secondments.views.presenters import organisation_notice, tasks
from secondments.visibility import grants_to_place, needs_another

PER_PAGE = 25
MOST_UNPLACED = 10
MOST_STRANDS = 30
VERBS = (
    "start_placement",
    "end_placement",
    "call_off_placement",
    "set_working_days",
    "change_placement",
    "change_workplan",
    "say_view",
    "answer_view",
    "read_reports",
)


@require_safe
@login_required
def placements(request: Personal) -> HttpResponse:
    rows = visible(Placement, request.user)
    status, strand = request.GET.get("status", ""), request.GET.get("strand", "")
    if status in PlacementStatus.values:
        rows = rows.filter(status=status)
    if strand.isdecimal():
        through = Placement.strands.through.objects.filter(placement=OuterRef("pk"), strand=int(strand[:9]))
        rows = rows.filter(Exists(through))
    context = {
        "page_obj": page_of(rows, request.GET.get("page")),
        "statuses": PlacementStatus.choices,
        "strands": strands_of(request.user)[:MOST_STRANDS],
        "chosen": {"status": status, "strand": strand},
        "is_filtered": bool(status or strand),
        "unplaced": unplaced_grants(request),
    }
    return render(request, "secondments/placements.html", context)


def strands_of(user: User) -> QuerySet[Strand]:
    """The strands on which the placements that a person sees work, the latest first."""
    through = Placement.strands.through.objects.filter(placement__in=visible(Placement, user).order_by())
    return Strand.objects.filter(pk__in=through.values("strand")).order_by("-from_year", "-pk")


def page_of(rows: QuerySet[Placement], number: str | None) -> Page[Any]:
    """A page of the list: its keys by the index alone, then what the rows show joined to those 25 only."""
    page: Page[Any] = Paginator(rows.values_list("pk", flat=True), PER_PAGE).get_page(number)
    related = ("grant__organisation", "secondee", "grant__post")
    shown = Placement.objects.filter(pk__in=list(page)).select_related(*related)
    page.object_list = shown.prefetch_related("strands", "steps")
    return page


def unplaced_grants(request: Personal) -> list[Grant]:
    grants = grants_to_place(request.user).select_related("organisation", "post", "programme")
    return list(grants.order_by("starts_on", "pk")[:MOST_UNPLACED])


@require_safe
@login_required
def placement(request: Personal, reference: str) -> HttpResponse:
    row = placement_or_404(request, reference)
    steps = list(row.steps.all())
    for step in steps:
        step.placement = row
    today = london(request.arrived_at).date()
    is_preparing = row.is_preparing and row.erased_at is None
    context = {
        "placement": row,
        "tasks": tasks(row, steps, today),
        "is_ready": is_preparing and not any(step.is_missing for step in steps),
        "strands": row.strands.all(),
        "needs_another": needs_another(row),
        "entries": trail.history_for(request.user, row),
        "may": permissions(request, row),
        "case_links": case_links(request.user, row) if request.user.is_staff else [],
        "sees_grant": request.user.has_perm("grants.view_grant", row.grant),
    }
    return render(request, "secondments/placement.html", context | workplan_context(row))


def workplan_context(placement: Placement) -> dict[str, Any]:
    """The workplan in short; placements from before the service have none."""
    if not hasattr(placement, "workplan"):
        return {"has_workplan": False}
    view = placement.workplan.views.select_related("said_by", "answered_by").first()
    return {
        "has_workplan": True,
        "objectives": Objective.objects.filter(workplan=placement.workplan).annotate(
            done=Count("milestones", filter=Q(milestones__status=MilestoneStatus.DONE)),
            planned=Count("milestones", filter=~Q(milestones__status=MilestoneStatus.DROPPED)),
        ),
        "notice": organisation_notice(placement, view),
    }


def permissions(request: Personal, placement: Placement) -> dict[str, bool]:
    """What this person may do on the page; nothing once the placement was erased."""
    is_erased = placement.erased_at is not None
    return {verb: not is_erased and request.user.has_perm(f"secondments.{verb}", placement) for verb in VERBS}
