"""The steps before the start: one page each to read, record, confirm, waive and reopen."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect

from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted
from core.permissions import may_ever
from core.post_redirect import way_back
from secondments import rules
from secondments.actions import start_steps
from secondments.forms.fields import ButtonForm
from secondments.forms.steps import RecordForm, WaiveForm
from secondments.models import StartStep
from secondments.views.fetch import step_or_404, too_late
from secondments.views.presenters import step_summary


@login_required
def placement_step(request: Personal, reference: str, kind: str) -> HttpResponse:
    step = step_or_404(request, reference, kind)
    may = {
        verb: request.user.has_perm(f"secondments.{verb}_startstep", step)
        for verb in ("record", "confirm", "ask_waiver", "waive", "refuse_waiver", "reopen")
    }
    if request.method == "POST" and not may["record"]:
        return not_now(request, "record", step)
    waits = f" Next, {rules.confirmer_of(step)} must confirm it." if step.has_two_sides else ""
    return confirm_page(
        request,
        RecordForm(posted(request), step=step),
        partial(start_steps.record, step, **acting(request)),
        template="secondments/placement_step.html",
        context={"step": step, "placement": step.placement, "may": may, "summary": step_summary(step)}
        | {"consenter": rules.consenter_of(step)},
        done=f"{step.title}: recorded.{waits}",
        to=step.placement,
    )


@login_required
def placement_step_confirm(request: Personal, reference: str, kind: str) -> HttpResponse:
    step = step_or_404(request, reference, kind)
    if request.method != "POST":
        return way_back("placement_step", reference, kind)
    if not request.user.has_perm("secondments.confirm_startstep", step):
        return not_now(request, "confirm", step)
    start_steps.confirm(step, **acting(request))
    messages.success(request, f"{step.title}: confirmed.")
    return redirect(step.placement)


@login_required
def placement_step_waive(request: Personal, reference: str, kind: str) -> HttpResponse:
    """Waive the step, where it is one's own or one was asked to agree; otherwise ask for it."""
    step = step_or_404(request, reference, kind)
    may_waive = request.user.has_perm("secondments.waive_startstep", step)
    if not may_waive and not request.user.has_perm("secondments.ask_waiver_startstep", step):
        is_own = may_ever(request.user, "secondments.waive_startstep", step)
        return not_now(request, "waive" if is_own else "ask_waiver", step)
    action = start_steps.waive if may_waive else start_steps.ask_waiver
    name, consenter = step.title, rules.consenter_of(step)
    return confirm_page(
        request,
        WaiveForm(posted(request), is_asking=not may_waive, initial={"reason": step.waiver_reason}),
        partial(action, step, **acting(request)),
        template="secondments/placement_step_waive.html",
        context={"step": step, "placement": step.placement, "is_asking": not may_waive, "consenter": consenter},
        done=f"{name}: waived." if may_waive else f"{name}: we have asked {consenter} to agree.",
        to=step.placement,
    )


@login_required
def placement_step_keep(request: Personal, reference: str, kind: str) -> HttpResponse:
    """Refuse to waive the step."""
    step = step_or_404(request, reference, kind)
    if not request.user.has_perm("secondments.refuse_waiver_startstep", step):
        return not_now(request, "refuse_waiver", step)
    return confirm_page(
        request,
        ButtonForm(posted(request), button="Do not waive this step"),
        partial(start_steps.refuse_waiver, step, **acting(request)),
        template="secondments/placement_step_keep.html",
        context={"step": step, "placement": step.placement},
        done=f"{step.title}: not waived.",
        to=step.placement,
    )


@login_required
def placement_step_reopen(request: Personal, reference: str, kind: str) -> HttpResponse:
    step = step_or_404(request, reference, kind)
    if not request.user.has_perm("secondments.reopen_startstep", step):
        return not_now(request, "reopen", step)
    return confirm_page(
        request,
        ButtonForm(posted(request), button="Reopen this step", warning=True),
        partial(start_steps.reopen, step, **acting(request)),
        template="secondments/placement_step_reopen.html",
        context={"step": step, "placement": step.placement},
        done=f"{step.title}: reopened.",
        to=step.placement,
    )


def not_now(request: Personal, verb: str, step: StartStep) -> HttpResponse:
    """Answer a verb that the person may not take now: 403, or the placement where the step has moved on."""
    response = too_late(request, f"secondments.{verb}_startstep", step, step.placement)
    messages.info(request, f"{step.title}: {step.get_status_display()}.")
    return response
