"""The workplan: to read, to print, and to write."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core import pdf
from core.accounts.requests import Personal
from core.dates import london
from secondments import documents
from secondments.actions import workplans
from secondments.forms.workplan import MilestoneForm, ObjectiveForm, said_by
from secondments.lifecycle import MILESTONE, SIGN_OFF
from secondments.models import Milestone, Objective, Placement
from secondments.views.fetch import done, placement_or_404, planned_or_404

STEPS = {"begin": "Begin", "complete": "Mark as done", "drop": "Drop", "resume": "Take up again"}
SIGNING = {
    "ask": ("Ask for sign-off", workplans.ask_sign_off),
    "give": ("Sign off", workplans.give_sign_off),
    "refuse": ("Send back unsigned", workplans.refuse_sign_off),
}


@require_safe
@login_required
def placement_workplan(request: Personal, reference: str) -> HttpResponse:
    """Show objectives with their milestones, a timeline, and what the organisation says."""
    placement = planned_or_404(request, reference)
    is_here = placement.erased_at is None
    may_write = is_here and request.user.has_perm("secondments.change_workplan", placement)
    may_sign = is_here and request.user.has_perm("secondments.sign_off_milestone", placement)
    today = london(request.arrived_at).date()
    context = documents.workplan(placement, today)
    for part in context["parts"]:
        for item in part.items:
            item.buttons = buttons(item.milestone, may_write=may_write, may_sign=may_sign)
    context |= {"may_write": may_write, "may_say": is_here and request.user.has_perm("secondments.say_view", placement)}
    return render(request, "secondments/placement_workplan.html", context)


def buttons(milestone: Milestone, *, may_write: bool, may_sign: bool) -> list[tuple[str, str]]:
    """List the steps of a milestone that this person may take now, as (step, words)."""
    if not may_write:
        return []
    found = [(step, STEPS[step]) for step in MILESTONE.steps_from(milestone)]
    signing = SIGN_OFF.steps_from(milestone) if milestone.is_open else []
    return found + [(step, SIGNING[step][0]) for step in signing if may_sign or step == "ask"]


@require_safe
@login_required
def placement_workplan_pdf(request: Personal, reference: str) -> HttpResponse:
    """Send the workplan as a printed paper."""
    placement = planned_or_404(request, reference)
    content = pdf.render(
        "secondments/workplan_paper.html", documents.workplan(placement, london(request.arrived_at).date())
    )
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{placement.reference}-workplan.pdf"'
    return response


@login_required
def workplan_objective(request: Personal, reference: str, pk: int | None = None) -> HttpResponse:
    """Add an objective, or word one anew."""
    placement = placement_or_404(request, reference, "secondments.change_workplan")
    objective = own(placement, Objective.objects.filter(workplan=placement.workplan), pk)
    version = placement.workplan.version
    form = ObjectiveForm(request.POST or None, initial=said_by(objective, version) if objective else {})
    if request.method == "POST" and form.is_valid():
        facts = {"title": form.cleaned_data["title"], "by": request.user, "at": request.arrived_at}
        if objective:
            facts["seen_version"] = form.cleaned_data["seen_version"] or 0
        action = workplans.change_objective if objective else workplans.add_objective
        if done(form, action, objective or placement, **facts):
            messages.success(request, "The objective is in the workplan.")
            return redirect("placement_workplan", reference)
    now = see_again(form, objective, version)
    context = {"form": form, "placement": placement, "objective": objective, "now": now}
    return render(request, "secondments/workplan_objective.html", context)


@login_required
def workplan_milestone(
    request: Personal, reference: str, pk: int | None = None, objective_pk: int | None = None
) -> HttpResponse:
    """Add a milestone to an objective, or change one."""
    placement = placement_or_404(request, reference, "secondments.change_workplan")
    related = Milestone.objects.select_related("objective", "strand").filter(objective__workplan=placement.workplan)
    milestone = own(placement, related, pk)
    objective = (
        milestone.objective
        if milestone
        else own(placement, Objective.objects.filter(workplan=placement.workplan), objective_pk)
    )
    version = placement.workplan.version
    start = said_by(milestone, version) if milestone else {}
    form = MilestoneForm(request.POST or None, placement=placement, initial=start)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.pop("seen_version") or 0
        facts = {**form.cleaned_data, "by": request.user, "at": request.arrived_at}
        if milestone:
            facts["seen_version"] = seen
        action = workplans.change_milestone if milestone else workplans.add_milestone
        if done(form, action, milestone or objective, **facts):
            messages.success(request, "The milestone is in the workplan.")
            return redirect("placement_workplan", reference)
    now = see_again(form, milestone, version)
    context = {"form": form, "placement": placement, "objective": objective, "milestone": milestone, "now": now}
    return render(request, "secondments/workplan_milestone.html", context)


@require_POST
@login_required
def workplan_milestone_step(request: Personal, reference: str, pk: int, step: str) -> HttpResponse:
    """Take one of a milestone's steps, or of its sign-off's."""
    placement = placement_or_404(request, reference, "secondments.change_workplan")
    milestones = Milestone.objects.select_related("objective").filter(objective__workplan=placement.workplan)
    milestone = own(placement, milestones, pk)
    facts: dict[str, Any] = {"by": request.user, "at": request.arrived_at}
    if step in STEPS:
        workplans.take_step(milestone, step=step, **facts)
    elif step in SIGNING:
        if step != "ask" and not request.user.has_perm("secondments.sign_off_milestone", placement):
            raise PermissionDenied
        SIGNING[step][1](milestone, **facts)
    else:
        raise Http404
    messages.success(request, f"“{milestone}”: {say(milestone, step)}.")
    return redirect("placement_workplan", reference)


def say(milestone: Milestone, step: str) -> str:
    """Say in words where a milestone stands after a step."""
    if step in STEPS:
        return str(milestone.get_status_display())
    return "sent back unsigned" if step == "refuse" else f"sign-off {milestone.get_sign_off_display()}"


def own(placement: Placement, rows: Any, pk: int | None) -> Any:
    """Return this placement's row, tied to the placement as it was fetched; None where none is asked for."""
    if pk is None:
        return None
    row = get_object_or_404(rows, pk=pk)
    objective = row if isinstance(row, Objective) else row.objective
    objective.workplan = placement.workplan
    objective.workplan.placement = placement
    return row


def see_again(form: Any, row: Objective | Milestone | None, version: int) -> Any:
    """After a refusal, give the row as it stands now, and let the next save count that as seen."""
    if row is None or not form.errors:
        return None
    seen = form.data.get("seen_version", "")
    form.data = {**{name: form.data.get(name) for name in form.fields if name in form.data}, "seen_version": version}
    return row if seen.isdecimal() and int(seen) < row.changed_in else None
