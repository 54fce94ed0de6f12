"""One application as a dossier: a PDF of what its reader may see of it. The trail says who took one, and when."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from applications import documents
from applications.admin import application_page
from applications.models import Application, CaseMessage, Document, DocumentPage
from core import step_up
from core.accounts.models import User
from core.accounts.requests import Personal
from core.audit import trail
from core.documents import store
from core.documents.models import GeneratedDocument
from core.documents.responses import respond
from core.visibility import visible, visible_or_404
from grants.lifecycle import TrailEvent
from grants.models import Decision

KIND = "dossier"  # of a document about an application; with the reader's key
PERMISSION = "applications.export_application"


def dossier_view(request: Personal, pk: int) -> HttpResponseBase:
    """The reader's own dossier, made in the background; nobody's address leads to another's."""
    application = visible_or_404(applications(), request.user, PERMISSION, pk=pk)
    step_up.demand(request, PERMISSION, f"Dossier of {application}")
    document = make(application, request)
    response = respond(request, document)
    if response.status_code == HTTPStatus.OK and request.method == "GET" and not request.htmx:
        _record(application, request)
    return response


def _record(application: Application, request: Personal) -> None:
    """The trail says that a dossier was taken, and, as of any reader, that the CV in it was opened."""
    facts: dict[str, Any] = {"by": request.user, "at": request.arrived_at}
    trail.record(TrailEvent.DOSSIER_MADE, application, **facts)
    for document in application_page.context(application, request.user, request.arrived_at)["documents"]:
        if pages_of(document):
            documents.open_pages(document, **facts)


def applications() -> QuerySet[Application]:
    rows = Application.objects.filter(is_rehearsal=False)
    return rows.select_related("organisation", "post", "call__programme__funder", "call__programme__host", "entered_by")


def make(application: Application, request: Personal, *, is_awaited: bool = True) -> GeneratedDocument:
    """Request the dossier with what this reader may see of the application now."""
    html = render_to_string("grants/dossier.pdf.html", context(application, request.user, request.arrived_at))
    name = f"Dossier {application.shown_reference}.pdf"
    kind = f"{KIND} {request.user.pk}"
    return store.request(application, kind, html, name=name, at=request.arrived_at, is_awaited=is_awaited)


def context(application: Application, user: User, at: datetime) -> dict[str, Any]:
    """What the application's page in the admin shows this reader, with the pages of its files and the decisions.

    Notes of the office stay in the office.
    """
    page = application_page.context(application, user, at)
    decisions = visible(Decision, user).filter(application=application).order_by("recorded_at", "pk")
    is_office = page.get("is_office", False)
    messages = visible(CaseMessage, user).filter(application=application) if is_office else CaseMessage.objects.none()
    return {
        **page,
        "reader": user,
        "site_name": application.call.programme.name,
        "files": [(one, pages_of(one)) for one in page.get("documents", [])],
        "visits": page["visits"].prefetch_related("attendees"),
        "decisions": list(decisions.select_related("post", "meeting__body", "recorded_by", "confirmed_by")),
        "case_messages": list(messages.select_related("sent_by", "candidate", "answered_by")),
    }


def pages_of(document: Document) -> list[DocumentPage]:
    """The pages as pictures with their words; none before the virus scan, or while they are being made."""
    return list(document.pages.filter(number__gt=0)) if document.may_be_opened else []
