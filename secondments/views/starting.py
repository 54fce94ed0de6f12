"""Starts and ends a placement, and sets its working days."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse

from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted
from secondments.actions import placements
from secondments.forms.fields import ButtonForm
from secondments.forms.steps import CallOffForm, DaysForm
from secondments.views.fetch import placement_or_404, too_late


@login_required
def placement_start(request: Personal, reference: str) -> HttpResponse:
    """Start, after a question; while a step is open, say which and whose it is."""
    placement = placement_or_404(request, reference)
    if not request.user.has_perm("secondments.start_placement", placement):
        return too_late(request, "secondments.start_placement", placement, placement)
    return confirm_page(
        request,
        ButtonForm(posted(request), button="Start this placement"),
        partial(placements.start, placement, **acting(request)),
        template="secondments/placement_start.html",
        context={"placement": placement, "missing": list(placements.open_steps(placement))},
        done=f"Placement {placement.reference} has started.",
        to=placement,
    )


@login_required
def placement_end(request: Personal, reference: str) -> HttpResponse:
    placement = placement_or_404(request, reference)
    if not request.user.has_perm("secondments.end_placement", placement):
        return too_late(request, "secondments.end_placement", placement, placement)
    return confirm_page(
        request,
        ButtonForm(posted(request), button="End this placement", warning=True),
        partial(placements.end, placement, **acting(request)),
        template="secondments/placement_end.html",
        context={"placement": placement},
        done=f"Placement {placement.reference} has ended.",
        to=placement,
    )


@login_required
def placement_call_off(request: Personal, reference: str) -> HttpResponse:
    placement = placement_or_404(request, reference)
    if not request.user.has_perm("secondments.call_off_placement", placement):
        return too_late(request, "secondments.call_off_placement", placement, placement)
    return confirm_page(
        request,
        CallOffForm(posted(request)),
        partial(placements.call_off, placement, **acting(request)),
        template="secondments/placement_call_off.html",
        context={"placement": placement},
        done=f"Placement {placement.reference} is called off.",
        to=placement,
    )


@login_required
def placement_days(request: Personal, reference: str) -> HttpResponse:
    placement = placement_or_404(request, reference, "secondments.set_working_days")
    return confirm_page(
        request,
        DaysForm(posted(request), placement=placement, initial={"days": placement.day_names}),
        partial(placements.set_working_days, placement, **acting(request)),
        template="secondments/placement_days.html",
        context={"placement": placement},
        done="We have saved the working days.",
        to=placement,
    )
