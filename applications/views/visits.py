"""The assessment visit as its organisation sees it: the times to choose from, then when, where and who comes."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from applications.actions import slot_endings, visit_slots
from applications.forms.visits import ChooseForm
from applications.models import Application, AssessmentVisit
from applications.views.fetch import with_openable
from core.accounts.requests import Personal, acting
from core.forms import confirm_page, posted


@require_http_methods(["GET", "HEAD", "POST"])
@with_openable
def application_visit(request: Personal, application: Application) -> HttpResponse:
    """Choose a time; once there is a visit to come, show it."""
    coming = application.visits.coming().first()
    if coming is not None and request.method != "POST":
        return render(request, "applications/application_visit.html", of_visit(application, coming))
    offers = slot_endings.open_offers(application, request.arrived_at)
    form = ChooseForm(posted(request), application=application, offers=offers, by=request.user)
    return confirm_page(
        request,
        form,
        partial(visit_slots.choose, application, **acting(request)),
        template="applications/application_visit.html",
        context={
            "application": application,
            "offers": offers,
            "questions": next((offer.slot.questions for offer in offers if offer.slot.questions), ""),
            "may_choose": request.user.has_perm("applications.choose_visitslot", application),
        },
        done="You have chosen the time. We are emailing everyone who comes.",
        to=request.path,
    )


def of_visit(application: Application, visit: AssessmentVisit) -> dict[str, Any]:
    return {"application": application, "visit": visit, "people": visit.attendees.all()}
