"""The steps before the start: one page each to read, record, confirm, waive and open again."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.accounts.requests import Personal
from secondments.actions import start_steps
from secondments.forms.fields import ButtonForm
from secondments.forms.steps import RecordForm, WaiveForm
from secondments.models import StartStep
from secondments.views.fetch import done, step_or_404


@login_required
def placement_step(request: Personal, reference: str, kind: str) -> HttpResponse:
    """Show the step, with the form that records it for whoever owns it."""
    step = step_or_404(request, reference, kind)
    may = {
        verb: request.user.has_perm(f"secondments.{verb}_startstep", step)
        for verb in ("record", "confirm", "waive", "reopen")
    }
    form = RecordForm(request.POST or None, kind=kind)
    if request.method == "POST":
        if not may["record"]:
            return not_now(request, step)
        if form.is_valid() and done(form, start_steps.record, step, **form.facts(), **facts(request)):
            waits = f" It counts once {step.confirmer} has confirmed it." if step.has_two_sides else ""
            messages.success(request, f"{step.get_kind_display()}: recorded.{waits}")
            return redirect(step.placement)
    context = {"step": step, "placement": step.placement, "may": may, "form": form if may["record"] else None}
    context["confirm_form"] = ButtonForm(button="Confirm this step")
    return render(request, "secondments/placement_step.html", context)


@login_required
def placement_step_confirm(request: Personal, reference: str, kind: str) -> HttpResponse:
    """Confirm for the other side."""
    step = step_or_404(request, reference, kind)
    if request.method != "POST":
        return redirect("placement_step", reference, kind)
    if not request.user.has_perm("secondments.confirm_startstep", step):
        return not_now(request, step)
    start_steps.confirm(step, **facts(request))
    messages.success(request, f"{step.get_kind_display()}: confirmed.")
    return redirect(step.placement)


@login_required
def placement_step_waive(request: Personal, reference: str, kind: str) -> HttpResponse:
    """Let the placement start without the step, for a reason."""
    step = step_or_404(request, reference, kind)
    if not request.user.has_perm("secondments.waive_startstep", step):
        return not_now(request, step)
    form = WaiveForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, start_steps.waive, step, **form.cleaned_data, **facts(request))
    ):
        messages.success(request, f"{step.get_kind_display()}: waived.")
        return redirect(step.placement)
    return render(
        request, "secondments/placement_step_waive.html", {"form": form, "step": step, "placement": step.placement}
    )


@login_required
def placement_step_reopen(request: Personal, reference: str, kind: str) -> HttpResponse:
    """Open the step again, once asked."""
    step = step_or_404(request, reference, kind)
    if not request.user.has_perm("secondments.reopen_startstep", step):
        return not_now(request, step)
    form = ButtonForm(request.POST if request.method == "POST" else None, button="Open this step again", warning=True)
    if request.method == "POST" and form.is_valid() and done(form, start_steps.reopen, step, **facts(request)):
        messages.success(request, f"{step.get_kind_display()}: open again.")
        return redirect(step.placement)
    return render(
        request, "secondments/placement_step_reopen.html", {"form": form, "step": step, "placement": step.placement}
    )


def facts(request: Personal) -> dict[str, Any]:
    """Return who acts and when the request arrived, as every action takes them."""
    return {"by": request.user, "at": request.arrived_at}


def not_now(request: Personal, step: StartStep) -> HttpResponse:
    """Forbid a step that is somebody else's; one that is already past (pressed twice) is shown as it stands."""
    if step.is_settled or step.status == "recorded":
        messages.info(request, f"{step.get_kind_display()}: {step.get_status_display()}.")
        return redirect(step.placement)
    raise PermissionDenied
