"""Starts and ends a placement, and sets its working days."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.accounts.requests import Personal
from secondments import rules
from secondments.actions import placements
from secondments.forms.fields import ButtonForm
from secondments.forms.steps import DaysForm
from secondments.lifecycle import PLACEMENT
from secondments.models import Placement
from secondments.views.fetch import done, placement_or_404


@login_required
def placement_start(request: Personal, reference: str) -> HttpResponse:
    """Ask once, then start; while something is open, say what and whose it is."""
    placement = host_only(request, reference)
    if not PLACEMENT.allows(placement, "start"):
        return redirect(placement)
    form = ButtonForm(request.POST if request.method == "POST" else None, button="Start this placement")
    facts = {"by": request.user, "at": request.arrived_at}
    if request.method == "POST" and form.is_valid() and done(form, placements.start, placement, **facts):
        messages.success(request, f"Placement {placement.reference} has started.")
        return redirect(placement)
    context = {"form": form, "placement": placement, "missing": list(placements.in_the_way(placement))}
    return render(request, "secondments/placement_start.html", context)


@login_required
def placement_end(request: Personal, reference: str) -> HttpResponse:
    """Ask once, then end."""
    placement = host_only(request, reference)
    if not PLACEMENT.allows(placement, "end"):
        return redirect(placement)
    form = ButtonForm(request.POST if request.method == "POST" else None, button="End this placement", warning=True)
    facts = {"by": request.user, "at": request.arrived_at}
    if request.method == "POST" and form.is_valid() and done(form, placements.end, placement, **facts):
        messages.success(request, f"Placement {placement.reference} has ended.")
        return redirect(placement)
    return render(request, "secondments/placement_end.html", {"form": form, "placement": placement})


@login_required
def placement_days(request: Personal, reference: str) -> HttpResponse:
    """Choose the days at the host."""
    placement = placement_or_404(request, reference, "secondments.set_working_days")
    form = DaysForm(request.POST or None, placement=placement, initial={"days": placement.day_names})
    facts = {"by": request.user, "at": request.arrived_at}
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, placements.set_working_days, placement, **form.cleaned_data, **facts)
    ):
        messages.success(request, "The working days are saved.")
        return redirect(placement)
    return render(request, "secondments/placement_days.html", {"form": form, "placement": placement})


def host_only(request: Personal, reference: str) -> Placement:
    """Return the placement for a programme manager of its host."""
    placement = placement_or_404(request, reference)
    if not rules.runs_programme(request.user, placement):
        raise PermissionDenied
    return placement
