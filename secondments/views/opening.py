"""Opens a placement for an agreed grant."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted
from core.visibility import visible
from secondments.actions import placements
from secondments.forms.opening import OpenForm
from secondments.models import Placement
from secondments.visibility import grants_to_place


def opened(placement: Placement) -> str:
    return f"Placement {placement.reference} is open. We have emailed the secondee and the managers."


@login_required
def placement_open(request: Personal, reference: str) -> HttpResponse:
    """Ask for the people and the term; a second press shows what the first one opened."""
    if placement := visible(Placement, request.user).filter(grant__reference=reference).first():
        return redirect(placement)
    related = ("programme__host", "organisation", "post__call", "decision")
    grant = get_object_or_404(grants_to_place(request.user).select_related(*related), reference=reference)
    return confirm_page(
        request,
        OpenForm(posted(request), grant=grant),
        partial(placements.open_placement, grant, **acting(request)),
        template="secondments/placement_open.html",
        context={"grant": grant, "peak": placements.room(grant.programme, grant.starts_on, grant.ends_on)},
        done=opened,
        to=lambda placement: placement,
    )
