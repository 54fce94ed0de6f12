"""The papers of a meeting of the committee: one PDF a reader, without what that reader must not see."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from applications.rules.cases import cases_to_assess
from applications.rules.joint_views import differing
from core.accounts.requests import Personal
from core.accounts.roles import DECIDES_ON_GRANTS
from core.audit import trail
from core.documents import store
from core.documents.responses import respond
from core.governance.forms import entries_for
from core.governance.models import Meeting
from core.governance.trail_events import TrailEvent
from core.visibility import visible
from grants.admin import recording

KIND = "papers"  # of a document about a meeting; with the reader's key


def papers_view(request: Personal, pk: int) -> HttpResponseBase:
    """The reader's own papers, made in the background; nobody's address leads to another's."""
    meetings = visible(Meeting, request.user).filter(body__role=DECIDES_ON_GRANTS).select_related("body__programme")
    meeting = get_object_or_404(meetings, pk=pk)
    if not request.user.has_perm("governance.read_papers", meeting):
        raise Http404
    html = render_to_string("grants/papers.pdf.html", papers_context(meeting, request))
    kind, name = f"{KIND} {request.user.pk}", f"Papers {meeting.held_on.isoformat()}.pdf"
    document = store.request(meeting, kind, html, name=name, at=request.arrived_at, is_awaited=True)
    if document.is_made and request.method == "GET" and not request.htmx:
        trail.record(TrailEvent.PAPERS_OPENED, meeting, by=request.user, at=request.arrived_at)
    return respond(request, document)


def papers_context(meeting: Meeting, request: Personal) -> dict[str, Any]:
    """What the reader may read of each application that waits for a decision, but for those they have yet to assess."""
    rows = recording.open_applications(request.user).filter(call__programme=meeting.programme_id)
    agenda = entries_for(meeting, request.user)
    places = {entry.item.case_id: entry.number for entry in agenda if entry.item.case_id}
    if places:
        rows = rows.filter(pk__in=places)
    to_assess = list(rows.filter(pk__in=cases_to_assess(request.user)))
    rows = rows.exclude(pk__in=[one.pk for one in to_assess])
    unsettled = list(differing(rows))
    settled = recording.counted(rows).exclude(pk__in=[one.pk for one in unsettled])
    entries: list[dict[str, Any]] = []
    for row in recording.seen_by(list(settled), request.user):
        sees_total = request.user.has_perm("applications.view_total", row)
        sheet = recording.sheet_from(row, recording.first_terms(row)) if sees_total else {}
        entries.append({"application": row, "evidence": recording.evidence(row), "sheet": sheet})
    entries.sort(key=lambda entry: places.get(entry["application"].pk, 0))
    return {
        "agenda": agenda,
        "site_name": meeting.body.programme.name,
        "meeting": meeting,
        "reader": request.user,
        "entries": entries,
        "unsettled": unsettled,
        "to_assess": to_assess,
    }
