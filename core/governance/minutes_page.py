"""The minutes of a meeting as a PDF: one copy a reader, without what that reader must not see."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from core.accounts.requests import Personal
from core.audit import trail
from core.documents import store
from core.documents.responses import respond
from core.governance.agenda import Members, minutes_of
from core.governance.forms import entries_for
from core.governance.models import Meeting
from core.governance.trail_events import TrailEvent
from core.visibility import visible

KIND = "minutes"  # of a document about a meeting; with the reader's key


def minutes_view(request: Personal, pk: int) -> HttpResponseBase:
    """The reader's own copy; nobody's address leads to another's."""
    meeting = get_object_or_404(visible(Meeting, request.user).select_related("body__programme"), pk=pk)
    if not request.user.has_perm("governance.view_minutes", minutes_of(meeting)):
        raise Http404
    html = render_to_string("governance/minutes.pdf.html", minutes_context(meeting, request))
    kind, name = f"{KIND} {request.user.pk}", f"Minutes {meeting.held_on.isoformat()}.pdf"
    document = store.request(meeting, kind, html, name=name, at=request.arrived_at, is_awaited=True)
    if document.is_made and request.method == "GET" and not request.htmx:
        trail.record(TrailEvent.MINUTES_OPENED, meeting, by=request.user, at=request.arrived_at)
    return respond(request, document)


def minutes_context(meeting: Meeting, request: Personal) -> dict[str, Any]:
    minutes = minutes_of(meeting)
    is_confirmed = minutes is not None and minutes.is_confirmed
    present = minutes.present.split("\n") if minutes and is_confirmed else sorted(Members.of(meeting).names.values())
    return {
        "site_name": meeting.body.programme.name,
        "meeting": meeting,
        "minutes": minutes,
        "reader": request.user,
        "present": present,
        "agenda": entries_for(meeting, request.user),
    }
