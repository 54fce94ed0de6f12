"""Answer a request for a document: the PDF, or a page that waits for it and goes on by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import content_disposition_header

from core.documents import making
from core.documents.models import GeneratedDocument, Status
from core.files import types

ASK_AGAIN_AFTER = 2  # seconds
PUBLIC_FOR = 300  # seconds; a call that is extended has another blank form


def respond(
    request: Any, document: GeneratedDocument, *, is_public: bool = False, is_inline: bool = False
) -> HttpResponseBase:
    """Return the PDF with an ETag (304 to whoever has it), or 202 with a page that waits while it is being made.

    Without a worker a new document is made first, if that takes only seconds.

    Whoever calls this has asked whether the person may see it. `is_public` lets shared caches keep it; `is_inline`
    shows it in the browser where that can.
    """
    if request.htmx:
        return _progress(request, document)
    making.make_for_reader(document, request.arrived_at)
    if not document.is_made:
        return _page(request, document)
    etag = f'"{document.sha256}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        response = types.send(document.file.open("rb"), document.name, types.FileType.PDF.content_type)
        if is_inline:  # our own content, so it needs no sandbox, in which no browser shows a PDF
            del response["Content-Security-Policy"]
            response["Content-Disposition"] = str(content_disposition_header(False, document.name))
    response["ETag"] = etag
    del response["Cache-Control"]
    if is_public:
        patch_cache_control(response, public=True, max_age=PUBLIC_FOR)
    else:
        patch_cache_control(response, private=True, no_cache=True)  # kept by the reader's browser, asked for each time
    return response


def _page(request: Any, document: GeneratedDocument) -> HttpResponse:
    has_failed = document.status == Status.FAILED
    status = 503 if has_failed else 202
    context = {"document": document, "has_failed": has_failed}
    response = render(request, "documents/preparing.html", context, status=status)
    if not has_failed:
        response["Retry-After"] = str(ASK_AGAIN_AFTER)
    response["Cache-Control"] = "no-store"
    return response


def _progress(request: Any, document: GeneratedDocument) -> HttpResponse:
    """The part of the waiting page that htmx asks for: once the document is made, it opens it and offers a link."""
    if request.htmx.target == "document-opens":
        response = HttpResponse(status=204)
        response["HX-Redirect"] = request.get_full_path()
    else:
        context = {"document": document, "has_failed": document.status == Status.FAILED}
        response = render(request, "documents/progress.html", context)
    response["Cache-Control"] = "no-store"
    return response
