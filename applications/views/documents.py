"""Files of an application: the printed copy, the CV and the supporting statement."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from applications import documents
from applications.models import Application, Document
from applications.views.fetch import with_readable
from core.accounts.requests import Personal
from core.documents.responses import respond
from core.visibility import visible


@require_safe
@with_readable
def application_pdf(request: Personal, application: Application) -> HttpResponseBase:
    """The application as a paper; without the salary for those who must not see it."""
    with_salary = request.user.has_perm("applications.view_salary", application)
    return respond(request, documents.copy(application, with_salary=with_salary, at=request.arrived_at))


@require_safe
@login_required
def application_document(request: Personal, reference: str, document_id: UUID) -> HttpResponseBase:
    """A CV or statement as a download; each opening of a CV is put on the trail."""
    application = get_object_or_404(visible(Application.objects.by_reference(reference), request.user))
    current = Document.objects.filter(application=application)
    if not application.erased_at:
        current = current.filter(replaced_at__isnull=True)
    document = get_object_or_404(current.select_related("application__organisation"), pk=document_id)
    if not request.user.has_perm("applications.view_document", document):
        raise Http404
    is_opened = request.method == "GET"
    return documents.send(document, by=request.user, at=request.arrived_at, is_opened=is_opened)
