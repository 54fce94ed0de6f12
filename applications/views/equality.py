"""Equality monitoring: the voluntary questions behind a link that works once, and what was counted."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from applications.actions import equality as asking
from applications.forms.expressions import EqualityForm
from applications.models import Call, EqualityQuestion
from applications.periods import EQUALITY_LINK
from applications.views.equality_statistics import batches, next_shown
from core.accounts.requests import Arrived, Personal
from core.post_redirect import never_kept


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@never_kept
def equality(request: Arrived, token: str) -> HttpResponse:
    """Ask, and count what is answered; the link is gone then. No message is kept: nothing is put into a session."""
    found = asking.find(token, request.arrived_at)
    if found is None:
        return render(request, "applications/equality_over.html", {"equality_link": EQUALITY_LINK}, status=404)
    questions = list(EqualityQuestion.objects.filter(programme=found.call.programme_id))
    form = EqualityForm(request.POST if request.method == "POST" else None, questions=questions)
    if request.method == "POST" and form.is_valid():
        if asking.answer(found, form.answers(), at=request.arrived_at):
            return redirect("equality_thanks")
        return render(request, "applications/equality_over.html", {"equality_link": EQUALITY_LINK}, status=404)
    return render(request, "applications/equality.html", {"form": form, "call": found.call})


@require_safe
def equality_thanks(request: Arrived) -> HttpResponse:
    return render(request, "applications/equality_thanks.html")


@require_safe
@login_required
def call_equality(request: Personal, slug: str) -> HttpResponse:
    """Show the counts of one call, of five or more only, once nothing can be added to them any more."""
    found = get_object_or_404(Call.objects.select_related("programme"), slug=slug)
    if not request.user.has_perm("applications.view_equality_call", found):
        raise Http404
    counted = {"batches": batches(found, request.arrived_at), "waiting": list(next_shown(found, request.arrived_at))}
    return render(
        request, "applications/call_equality.html", {"call": found, "equality_link": EQUALITY_LINK, **counted}
    )
