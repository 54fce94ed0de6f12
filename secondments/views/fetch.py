"""Finds what a page is about: 404 for whoever may not see it, 403 for whoever may see it and not do this."""

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.accounts.requests import Personal
from core.lifecycle import Refused
from core.permissions import may_ever
from core.visibility import visible_or_404
from secondments.models import Milestone, Objective, Placement, StartStep

RELATED = (
    "grant__programme__host",
    "grant__programme__funder",
    "grant__organisation",
    "grant__post",
    "secondee",
    "line_manager",
    "home_manager",
    "workplan",
)


def placement_or_404(request: Personal, reference: str, permission: str | None = None) -> Placement:
    """Return the placement with what its pages show.

    Raises PermissionDenied without the permission, and Refused where one is asked and the placement was erased.
    """
    rows = Placement.objects.select_related(*RELATED)
    placement = visible_or_404(rows, request.user, reference=reference)
    if permission and not request.user.has_perm(permission, placement):
        raise PermissionDenied
    if permission and placement.erased_at:
        raise Refused(placement.erasure)
    return placement


def with_workplan_or_404(request: Personal, reference: str, permission: str | None = None) -> Placement:
    """Return the placement with its workplan; placements from before the service have none."""
    placement = placement_or_404(request, reference, permission)
    if not hasattr(placement, "workplan"):
        raise Http404
    return placement


def step_or_404(request: Personal, reference: str, kind: str) -> StartStep:
    """Return one of a placement's steps before the start; Refused where the placement was erased."""
    placement = placement_or_404(request, reference)
    step = get_object_or_404(
        placement.steps.select_related("recorded_by", "confirmed_by", "waiver_asked_by"), kind=kind
    )
    if placement.erased_at:
        raise Refused(placement.erasure)
    step.placement = placement
    return step


def objective_or_404(placement: Placement, pk: int) -> Objective:
    objective = get_object_or_404(Objective, workplan=placement.workplan, pk=pk)
    objective.workplan = placement.workplan
    return objective


def milestone_or_404(placement: Placement, pk: int) -> Milestone:
    milestones = Milestone.objects.select_related("objective", "strand")
    milestone = get_object_or_404(milestones, objective__workplan=placement.workplan, pk=pk)
    milestone.objective.workplan = placement.workplan
    return milestone


def too_late(request: Personal, permission: str, thing: Model, placement: Placement) -> HttpResponse:
    """Answer a request that `has_perm` denies: 403 to whoever is not among those who have the permission.

    For those who are, the state has moved on (a button pressed twice, say): they are shown the placement as it is.
    """
    if not may_ever(request.user, permission, thing):
        raise PermissionDenied
    return redirect(placement)
