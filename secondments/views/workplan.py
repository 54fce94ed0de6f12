"""The workplan: to read, to print, and to change."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.accounts.requests import Personal, acting
from core.dates import london
from core.documents.responses import respond
from core.forms import posted, run_action
from secondments import documents
from secondments.actions import workplans
from secondments.forms.workplan import MilestoneForm, ObjectiveForm, SeenVersionForm
from secondments.lifecycle import MILESTONE, SIGN_OFF
from secondments.models import Milestone, Objective
from secondments.views.fetch import milestone_or_404, objective_or_404, with_workplan_or_404
from secondments.views.presenters import organisation_notice

STEPS = {"begin": "Begin", "complete": "Mark as done", "drop": "Drop", "resume": "Restart"}
SIGN_OFF_STEPS = {"ask": "Ask for sign-off", "give": "Sign off", "refuse": "Refuse sign-off"}
SIGN_OFF_ACTIONS = {
    "ask": workplans.ask_sign_off,
    "give": workplans.give_sign_off,
    "refuse": workplans.refuse_sign_off,
}


@require_safe
@login_required
def placement_workplan(request: Personal, reference: str) -> HttpResponse:
    placement = with_workplan_or_404(request, reference)
    may = {
        verb: placement.erased_at is None and request.user.has_perm(f"secondments.{verb}", placement)
        for verb in ("change_workplan", "sign_off_milestone", "say_view")
    }
    context = documents.workplan(placement, london(request.arrived_at).date())
    for part in context["parts"]:
        for item in part.items:
            item.buttons = buttons(item.milestone, may)
    context |= {"may": may, "notice": organisation_notice(placement, context["view"])}
    return render(request, "secondments/placement_workplan.html", context)


def buttons(milestone: Milestone, may: dict[str, bool]) -> list[tuple[str, str]]:
    """The steps of a milestone that this person may take now, as (step, words)."""
    if not may["change_workplan"]:
        return []
    steps = [(step, STEPS[step]) for step in MILESTONE.steps_from(milestone)]
    sign_off = SIGN_OFF.steps_from(milestone) if milestone.is_open else []
    return steps + [(step, SIGN_OFF_STEPS[step]) for step in sign_off if may["sign_off_milestone"] or step == "ask"]


@require_safe
@login_required
def placement_workplan_pdf(request: Personal, reference: str) -> HttpResponseBase:
    placement = with_workplan_or_404(request, reference)
    return respond(request, documents.printed_workplan(placement, at=request.arrived_at), is_inline=True)


@login_required
def workplan_objective(request: Personal, reference: str, pk: int | None = None) -> HttpResponse:
    placement = with_workplan_or_404(request, reference, "secondments.change_workplan")
    objective = objective_or_404(placement, pk) if pk else None
    form = ObjectiveForm(posted(request), objective=objective, version=placement.workplan.version)
    action = (
        partial(workplans.change_objective, objective) if objective else partial(workplans.add_objective, placement)
    )
    if saved(request, form, action):
        messages.success(request, "We have saved the objective.")
        return redirect("placement_workplan", reference)
    context = {"form": form, "placement": placement, "objective": objective, "now": changed_row(form, objective)}
    return render(request, "secondments/workplan_objective.html", context)


@login_required
def workplan_milestone(
    request: Personal, reference: str, pk: int | None = None, objective_pk: int | None = None
) -> HttpResponse:
    placement = with_workplan_or_404(request, reference, "secondments.change_workplan")
    milestone = milestone_or_404(placement, pk) if pk else None
    objective = milestone.objective if milestone else objective_or_404(placement, objective_pk or 0)
    version = placement.workplan.version
    form = MilestoneForm(posted(request), placement=placement, milestone=milestone, version=version)
    action = (
        partial(workplans.change_milestone, milestone) if milestone else partial(workplans.add_milestone, objective)
    )
    if saved(request, form, action):
        messages.success(request, "We have saved the milestone.")
        return redirect("placement_workplan", reference)
    context = {"form": form, "placement": placement, "objective": objective, "milestone": milestone}
    return render(request, "secondments/workplan_milestone.html", {**context, "now": changed_row(form, milestone)})


def saved(request: Personal, form: SeenVersionForm, action: Callable[..., Any]) -> bool:
    is_valid = form.is_bound and form.is_valid()
    return is_valid and run_action(form, action, **form.cleaned_data, **acting(request))


def changed_row(form: SeenVersionForm, row: Objective | Milestone | None) -> Objective | Milestone | None:
    """After a refusal: the row as it is now, if somebody changed it since the person read it."""
    if row is None or not form.errors:
        return None
    is_unseen = not form.has_seen(row)
    form.show_current_version()
    return row if is_unseen else None


@require_POST
@login_required
def workplan_milestone_step(request: Personal, reference: str, pk: int, step: str) -> HttpResponse:
    is_signing = step in SIGN_OFF_STEPS and step != "ask"
    permission = "secondments.sign_off_milestone" if is_signing else "secondments.change_workplan"
    placement = with_workplan_or_404(request, reference, permission)
    milestone = milestone_or_404(placement, pk)
    if step in STEPS:
        workplans.take_step(milestone, step=step, **acting(request))
    elif step in SIGN_OFF_STEPS:
        SIGN_OFF_ACTIONS[step](milestone, **acting(request))
    else:
        raise Http404
    messages.success(request, f"“{milestone}”: {outcome(milestone, step)}.")
    return redirect("placement_workplan", reference)


def outcome(milestone: Milestone, step: str) -> str:
    if step in STEPS:
        return milestone.get_status_display()
    return "sign-off refused" if step == "refuse" else f"sign-off {milestone.get_sign_off_display()}"
