"""The end of a rehearsal: what submitting would do, and the button that clears it away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from applications.actions import rehearsals
from applications.completeness import FilledForm
from applications.forms.starting import ClearForm
from applications.views.fetch import of_own
from core.accounts.requests import Personal


@require_http_methods(["GET", "HEAD", "POST"])
@of_own
def application_rehearsal(request: Personal, application: Any) -> HttpResponse:
    """Run every check, say what would happen; clear the rehearsal once asked."""
    if not application.is_rehearsal:
        raise Http404
    if request.method == "POST":
        rehearsals.clear(application, by=request.user, at=request.arrived_at)
        messages.success(request, "The rehearsal is cleared: nothing of it is kept.")
        return redirect(reverse("admin:applications_call_change", args=[application.call_id]))
    context = {
        "form": ClearForm(),
        "application": application,
        "call": application.call,
        "lacking": rehearsals.lacking(FilledForm.of(application)),
    }
    return render(request, "applications/application_rehearsal.html", context)
