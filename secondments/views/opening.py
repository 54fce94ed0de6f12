"""Opens a placement for an agreed grant."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from core.accounts.requests import Personal
from secondments.actions import placements
from secondments.forms.opening import OpenForm
from secondments.models import Placement, unplaced
from secondments.views.fetch import done


@login_required
def placement_open(request: Personal, reference: str) -> HttpResponse:
    """Ask for the people and the term; a second press shows what the first one opened."""
    if opened := Placement.objects.visible_to(request.user).filter(grant__reference=reference).first():
        return redirect(opened)
    related = ("programme__host", "organisation", "post__call", "decision")
    grant = get_object_or_404(unplaced(request.user).select_related(*related), reference=reference)
    form = OpenForm(request.POST or None, grant=grant)
    facts = {"by": request.user, "at": request.arrived_at}
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, placements.open_placement, grant, **form.cleaned_data, **facts)
    ):
        placement = Placement.objects.get(grant=grant)
        messages.success(
            request, f"Placement {placement.reference} is open. Secondee and managers have been written to."
        )
        return redirect(placement)
    peak = placements.room(grant.programme, grant.starts_on, grant.ends_on)
    return render(request, "secondments/placement_open.html", {"form": form, "grant": grant, "peak": peak})
