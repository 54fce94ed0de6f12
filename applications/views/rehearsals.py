"""The end of a rehearsal: what submitting would do, and the button that clears it away."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from applications.actions import rehearsals
from applications.completeness import FilledForm
from applications.forms.starting import ClearForm
from applications.models import Application
from applications.views.fetch import with_writable
from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted


@require_http_methods(["GET", "HEAD", "POST"])
@with_writable
def application_rehearsal(request: Personal, application: Application) -> HttpResponse:
    """Run every check, say what would happen; clear the rehearsal once asked."""
    if not application.is_rehearsal:
        raise Http404
    return confirm_page(
        request,
        ClearForm(posted(request)),
        partial(rehearsals.clear, application, **acting(request)),
        template="applications/application_rehearsal.html",
        context={
            "application": application,
            "call": application.call,
            "lacking": rehearsals.lacking(FilledForm.of(application)),
        },
        done="You have cleared the rehearsal. We have deleted everything in it.",
        to=reverse("admin:applications_call_change", args=[application.call_id]),
    )
