"""The assessment visit as its organisation sees it: the times to choose from, then when, where and who comes."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications.actions import access_needs, slot_endings, visit_notes, visit_slots
from applications.forms.visits import ChooseForm, NeedsForm, VisitNoteForm
from applications.models import AccessNeeds, Application, AssessmentVisit, Attendee
from applications.models.visit_words import attendee_of, needs_token
from applications.rules.visit_words import VISITORS, are_all_in, still_to_write
from applications.views.fetch import with_openable
from applications.visibility.names import Reader
from applications.visibility.visit_words import needs_for, notes_for
from core.accounts.models import User
from core.accounts.requests import Arrived, Personal, acting
from core.forms import confirm_page, posted
from core.post_redirect import never_kept


@require_http_methods(["GET", "HEAD", "POST"])
@with_openable
def application_visit(request: Personal, application: Application) -> HttpResponse:
    """Choose a time; once there is a visit to come, show it."""
    coming = application.visits.coming().first()
    if coming is not None and request.method != "POST":
        return render(request, "applications/application_visit.html", of_visit(request, application, coming))
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


def of_visit(request: Personal, application: Application, visit: AssessmentVisit) -> dict[str, Any]:
    own = visit.attendees.filter(email__iexact=request.user.email).first()
    return {
        "application": application,
        "visit": visit,
        "people": visit.attendees.all(),
        "own_needs": needs_token(own) if own and access_needs.may_be_stated(own, request.arrived_at) else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def visit(request: Personal, uid: UUID) -> HttpResponse:
    """For who visits for the funder or the host: what to know before, and their notes after."""
    rows = AssessmentVisit.objects.select_related("application__call__programme", "application__organisation")
    found = get_object_or_404(rows.select_related("application__post"), uid=uid)
    if not request.user.has_perm("applications.visit_assessmentvisit", found):
        raise Http404
    return confirm_page(
        request,
        note_form(request, found),
        partial(visit_notes.write, found, **acting(request)),
        template="applications/visit.html",
        context=of_visitor(request, found),
        done="We have saved your notes.",
        to=request.path,
    )


def note_form(request: Personal, visit: AssessmentVisit) -> VisitNoteForm:
    own = visit.visitor_notes.filter(written_by=request.user).first()
    return VisitNoteForm(posted(request), initial={"text": own.text if own else ""})


def of_visitor(request: Personal, visit: AssessmentVisit) -> dict[str, Any]:
    reader = Reader.of(request.user, visit.application)
    is_over = are_all_in(visit)
    may_note = request.user.has_perm("applications.note_assessmentvisit", visit)
    has_begun = request.arrived_at >= visit.starts_at
    shows_form = request.method == "POST" or (may_note and has_begun and not is_over)
    return {
        **of_visit(request, reader.application, visit),
        "visit": reader.visit(visit),
        "people": reader.attendees(visit.attendees.all()),
        "needs": needs_for(request.user, visit),
        "notes": [one for one in notes_for(request.user, visit) if not (shows_form and one.is_own)],
        "waits_for": [] if is_over or not has_begun or not may_note else still_to_write(visit),
        "may_note": may_note,
        "is_over": is_over,
        "shows_form": shows_form,
    }


@never_kept
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def visit_needs(request: Arrived, token: str) -> HttpResponse:
    """For each person who comes; most have no account: the link is all they have."""
    attendee = attendee_of(token)
    if attendee is None:
        response = render(request, "applications/visit_needs_over.html", status=404)
    elif isinstance(request.user, User) and request.user.email.lower() != attendee.email.lower():
        response = render(request, "applications/visit_needs_other.html", status=403)
    elif request.method != "POST" and not access_needs.may_be_stated(attendee, request.arrived_at):
        response = render(request, "applications/visit_needs_over.html")
    else:
        response = needs_page(request, attendee, token)
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def needs_page(request: Arrived, attendee: Attendee, token: str) -> HttpResponse:
    current = AccessNeeds.objects.filter(attendee=attendee).first()
    return confirm_page(
        request,
        NeedsForm(posted(request), initial={"text": current.text if current else ""}),
        partial(access_needs.state, attendee, at=request.arrived_at),
        template="applications/visit_needs.html",
        context={"attendee": attendee, "visit": attendee.visit, "is_visitor": attendee.capacity in VISITORS},
        done="We have saved what you need.",
        to=reverse("visit_needs", args=[token]),
    )
