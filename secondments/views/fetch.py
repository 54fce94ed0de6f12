"""Finds a placement for a page: not found for whoever may not see it, forbidden for whoever may only read it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from core.accounts.requests import Personal
from core.lifecycle import Refused
from secondments.models import Placement, StartStep

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
    """Return the placement with what its pages show."""
    seen = Placement.objects.visible_to(request.user).select_related(*RELATED)
    placement = get_object_or_404(seen, reference=reference)
    if permission and not request.user.has_perm(permission, placement):
        raise PermissionDenied
    if permission and placement.erased_at:
        raise Refused(placement.erasure)
    return placement


def planned_or_404(request: Personal, reference: str) -> Placement:
    """Return the placement with its workplan; those from before the service have none."""
    placement = placement_or_404(request, reference)
    if not hasattr(placement, "workplan"):
        raise Http404
    return placement


def step_or_404(request: Personal, reference: str, kind: str) -> StartStep:
    """Return one of a placement's steps before the start."""
    placement = placement_or_404(request, reference)
    step = placement.steps.select_related("recorded_by", "confirmed_by").filter(kind=kind).first()
    if step is None:
        raise Http404
    if placement.erased_at:
        raise Refused(placement.erasure)
    step.placement = placement
    return step


def done(form: forms.Form, action: Callable[..., Any], *things: Any, **facts: Any) -> bool:
    """Call the action; a refusal is put at the form's field, and nothing typed is lost."""
    try:
        action(*things, **facts)
    except Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.sentence)
        return False
    return True
