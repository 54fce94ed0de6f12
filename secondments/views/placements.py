"""The list of placements, and the page of one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Strand
from core.accounts.requests import Personal
from core.audit import trail
from core.dates import london
from secondments import rules
from secondments.lifecycle import PlacementStatus
from secondments.models import Objective, OrganisationView, Placement, StartStep, unplaced
from secondments.views.fetch import placement_or_404

PER_PAGE = 25
MOST_UNPLACED = 10
MOST_STRANDS = 30


@require_safe
@login_required
def placements(request: Personal) -> HttpResponse:
    """List the placements this person may see, filtered by status and strand in the address."""
    seen = Placement.objects.visible_to(request.user)
    status, strand = request.GET.get("status", ""), request.GET.get("strand", "")
    if status in PlacementStatus.values:
        seen = seen.filter(status=status)
    if strand.isdecimal():
        through = Placement.strands.through.objects.filter(placement=OuterRef("pk"), strand=int(strand[:9]))
        seen = seen.filter(Exists(through))
    # First the page's keys, by the index alone; what the rows show is then joined to those 25 only.
    page: Any = Paginator(seen.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    rows = Placement.objects.filter(pk__in=list(page)).select_related("grant__organisation", "secondee", "grant__post")
    page.object_list = rows.prefetch_related("strands", "steps")
    context = {
        "page_obj": page,
        "statuses": PlacementStatus.choices,
        "strands": Strand.objects.order_by("-from_year", "-pk")[:MOST_STRANDS],
        "chosen": {"status": status, "strand": strand},
        "is_filtered": bool(status or strand),
        "unplaced": waiting_grants(request),
    }
    return render(request, "secondments/placements.html", context)


def waiting_grants(request: Personal) -> list[Any]:
    """Give the agreed grants for which this person may open a placement, the nearest start first."""
    grants = unplaced(request.user).select_related("organisation", "post", "programme")
    return list(grants.order_by("starts_on", "pk")[:MOST_UNPLACED])


@require_safe
@login_required
def placement(request: Personal, reference: str) -> HttpResponse:
    """Show who, where and until when, the six steps, the workplan in short, and the history."""
    found = placement_or_404(request, reference)
    steps = list(found.steps.all())
    for step in steps:
        step.placement = found
    today = london(request.arrived_at).date()
    context = {
        "placement": found,
        "tasks": [agreement_task(found), *(task(step, today) for step in steps)],
        "is_ready": all(step.is_settled for step in steps),
        "objectives": Objective.objects.filter(workplan__placement=found).annotate(
            done=Count("milestones", filter=Q(milestones__status="done")),
            planned=Count("milestones", filter=~Q(milestones__status="dropped")),
        ),
        "views": OrganisationView.objects.filter(workplan__placement=found).select_related("said_by", "answered_by")[
            :1
        ],
        "has_workplan": hasattr(found, "workplan"),
        "strands": found.strands.all(),
        "entries": trail.history(found),
        "today": today,
        "may": permissions(request, found),
        "sees_grant": request.user.has_perm("grants.view_grant", found.grant),
    }
    return render(request, "secondments/placement.html", context)


def permissions(request: Personal, found: Placement) -> dict[str, bool]:
    """Tell what this person may do on the page."""
    verbs = ("end_placement", "set_working_days", "change_workplan", "say_view", "answer_view", "read_reports")
    is_here = found.erased_at is None
    may = {verb: is_here and request.user.has_perm(f"secondments.{verb}", found) for verb in verbs}
    return {**may, "runs_programme": is_here and bool(rules.runs_programme(request.user, found))}


def agreement_task(found: Placement) -> dict[str, Any]:
    """Give the first of the six steps, read off the grant."""
    missing = not found.has_agreement
    on = found.grant.agreed_on
    return {
        "title": "Funding agreement with the funder",
        "hint": f"Signed by both sides on {on:%-d %B %Y}" if on and not missing else "To be signed by both sides",
        "status": "Open" if missing else "Done",
        "colour": "orange" if missing else "green",
    }


COLOURS = {"open": "blue", "recorded": "yellow", "done": "green", "waived": "grey"}
WORDS = {"open": "To do", "recorded": "To confirm", "done": "Done", "waived": "Waived"}


def task(step: StartStep, today: Any) -> dict[str, Any]:
    """Give one of the steps as the checklist shows it: whose it is, and by when or since when."""
    is_late = not step.is_settled and step.due_on < today and step.placement.status == PlacementStatus.PREPARING
    if step.status == "waived":
        hint = f"Not needed: {step.waived_reason}"
    elif step.status == "recorded":
        hint = (
            f"Happened on {step.happened_on:%-d %B %Y}. To be confirmed by {step.confirmer}, by {step.due_on:%-d %B %Y}"
        )
    elif step.status == "done":
        hint = f"{step.owner[:1].upper()}{step.owner[1:]}. Happened on {step.happened_on:%-d %B %Y}"
    else:
        also = f", then {step.confirmer}" if step.has_two_sides else ""
        hint = f"{step.owner[:1].upper()}{step.owner[1:]}{also}. By {step.due_on:%-d %B %Y}"
    return {
        "title": step.get_kind_display(),
        "href": "" if step.placement.erased_at else f"{step.placement.get_absolute_url()}steps/{step.kind}/",
        "hint": hint,
        "status": "Overdue" if is_late else WORDS[step.status],
        "colour": "orange" if is_late else COLOURS[step.status],
    }
