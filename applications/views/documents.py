"""Files of an application: the printed copy, the CV and the supporting statement."""

from __future__ import annotations

from uuid import UUID

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from applications import documents
from applications.models import Application, Document
from applications.rules.names import is_name_hidden
from applications.views.fetch import with_readable
from applications.visibility.names import Reader
from core.accounts.requests import Personal
from core.documents.responses import respond
from core.visibility import visible


@require_safe
@with_readable
def application_pdf(request: Personal, application: Application) -> HttpResponseBase:
    """The application as a paper; without the salary for those who must not see it."""
    with_salary = request.user.has_perm("applications.view_salary", application)
    reader = Reader.of(request.user, application)
    copy = documents.copy(application, with_salary=with_salary, reader=reader, at=request.arrived_at)
    return respond(request, copy)


@require_safe
@login_required
def application_document(request: Personal, reference: str, document_id: UUID) -> HttpResponseBase:
    """A CV or statement as a download; each opening of a CV is put on the trail."""
    document = _current(request, reference, document_id)
    if is_name_hidden(request.user, document.application):  # a file may say in its properties who wrote it
        raise Http404
    is_opened = request.method == "GET"
    return documents.send(document, by=request.user, at=request.arrived_at, is_opened=is_opened)


@require_safe
@login_required
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def application_document_pages(request: Personal, reference: str, document_id: UUID) -> HttpResponse:
    """A CV or statement as pictures with text, in a frame of the page where it is scored; an opening like any other."""
    document = _current(request, reference, document_id)
    is_opened = request.method == "GET"
    pages = documents.open_pages(document, by=request.user, at=request.arrived_at, is_opened=is_opened)
    context = {"document": document, "pages": pages, "is_shown": any(page.number for page in pages)}
    return render(request, "applications/document_pages.html", context)


def _current(request: Personal, reference: str, document_id: UUID) -> Document:
    """The document that stands, if the person may open it; of a deleted application any, to say that it was deleted."""
    application = get_object_or_404(visible(Application.objects.by_reference(reference), request.user))
    current = Document.objects.filter(application=application)
    if not application.erased_at:
        current = current.filter(replaced_at__isnull=True)
    document = get_object_or_404(current.select_related("application__organisation"), pk=document_id)
    if not request.user.has_perm("applications.view_document", document):
        raise Http404
    return document
