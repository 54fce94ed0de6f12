"""A call as a zip: every application's dossier and files as its reader may see them, with a list of SHA-256 hashes.

Asked for by POST, which requests the dossiers; made in the background; streamed in bounded memory once all are made.
What the reader may not see is left out without a word. The hashes are checked with `sha256sum -c MANIFEST.sha256`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.http import content_disposition_header

from applications import documents
from applications.models import Application, Call, Document
from core import step_up
from core.accounts.requests import Personal
from core.admin.readonly import around
from core.audit import trail
from core.dates import london
from core.documents.models import GeneratedDocument, Status
from core.text import plural
from core.visibility import visible, visible_or_404
from grants.admin import dossier
from grants.lifecycle import TrailEvent

PERMISSION = "applications.export_call"
MANIFEST = "MANIFEST.sha256"
CHUNK = 1 << 16  # bytes


def archive_view(request: Personal, pk: int) -> HttpResponseBase:
    """How far the dossiers are; POST asks for them as they are now."""
    call = visible_or_404(Call, request.user, PERMISSION, pk=pk)
    step_up.demand(request, PERMISSION, f"All dossiers of {call}")
    if request.method == "POST":
        rows = of_call(call, request)
        made = [dossier.make(one, request, is_awaited=False).pk for one in rows.iterator(chunk_size=1)]
        request.session[_key(call)] = made
        messages.success(request, f"We are making {plural(len(made), 'dossier')}. This page says how far it is.")
        return HttpResponseRedirect(request.path)
    return archive_page(call, request)


def archive_page(call: Call, request: Personal, status: int = 200) -> TemplateResponse:
    asked = requested(call, request)
    context = {
        **around(request),
        "title": "Take all dossiers of this call",
        "subtitle": str(call),
        "opts": Call._meta,
        "original": call,
        "count": of_call(call, request).count(),
        "asked": len(asked),
        "made": sum(one.is_made for one in asked),
        "failed": sum(one.status == Status.FAILED for one in asked),
        "manifest": MANIFEST,
    }
    return TemplateResponse(request, "admin/grants/decision/archive.html", context, status=status)


def zip_view(request: Personal, pk: int) -> HttpResponseBase:
    """The zip, once every dossier is made; until then the page that says how far it is."""
    call = visible_or_404(Call, request.user, PERMISSION, pk=pk)
    step_up.demand(request, PERMISSION, f"All dossiers of {call}")
    asked = requested(call, request)
    if request.method != "GET" or not asked or not all(one.is_made for one in asked):
        return archive_page(call, request, status=202)
    entries = list(contents(call, asked, request))
    facts: dict[str, Any] = {"by": request.user, "at": request.arrived_at}
    trail.record(TrailEvent.CALL_TAKEN, call, applications=len({one.folder for one in entries}), **facts)
    response = StreamingHttpResponse(stream(entries, request.arrived_at), content_type="application/zip")
    response["Content-Disposition"] = str(content_disposition_header(True, f"{call.slug} dossiers.zip"))
    response["Cache-Control"] = "no-store"
    return response


def of_call(call: Call, request: Personal) -> QuerySet[Application]:
    """The applications of the call that this reader may take away: of a case they stood aside from, no trace."""
    rows = visible(dossier.applications(), request.user).filter(call=call, reference__isnull=False)
    keys = [one.pk for one in rows if request.user.has_perm(dossier.PERMISSION, one)]
    return dossier.applications().filter(pk__in=keys).order_by("reference", "pk")


def requested(call: Call, request: Personal) -> list[GeneratedDocument]:
    """The dossiers that this reader asked for in this session."""
    keys = request.session.get(_key(call), [])
    rows = GeneratedDocument.objects.filter(pk__in=keys, kind=f"{dossier.KIND} {request.user.pk}")
    return list(rows.exclude(status=Status.DISCARDED).order_by("pk"))


def _key(call: Call) -> str:
    return f"dossiers of call {call.pk}"


# --- the file ---


@dataclass(frozen=True)
class Entry:
    """One file of the zip: its folder, its name there, and its name in the storage."""

    folder: str
    name: str
    stored: str

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}"


def contents(call: Call, asked: list[GeneratedDocument], request: Personal) -> Iterator[Entry]:
    """The dossier and the files of each application that the reader may still take; the trail of each says so."""
    dossiers = {one.thing_id: one for one in asked}
    for application in of_call(call, request):
        made = dossiers.get(str(application.pk))
        if made is None:
            continue
        folder = application.shown_reference
        trail.record(TrailEvent.DOSSIER_MADE, application, by=request.user, at=request.arrived_at)
        yield Entry(folder, made.name, str(made.file.name))
        for document in dossier.context(application, request.user, request.arrived_at)["documents"]:
            if document.may_be_opened:
                yield _file(document, folder, request)


def _file(document: Document, folder: str, request: Personal) -> Entry:
    name = documents.taken(document, by=request.user, at=request.arrived_at)
    return Entry(folder, name, str(document.file.name))


class _Pipe:
    """What ZipFile writes to where nothing can be sought: bytes wait here until they are sent."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def write(self, data: bytes) -> int:
        self.waiting += data
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def taken(self) -> bytes:
        data, self.waiting = bytes(self.waiting), bytearray()
        return data


def stream(entries: list[Entry], at: datetime) -> Iterator[bytes]:
    """Yield the zip in pieces, one file's chunk in memory at a time; the list of hashes comes last."""
    pipe, lines = _Pipe(), []
    here = london(at)
    moment = (here.year, here.month, here.day, here.hour, here.minute, here.second)
    target: Any = pipe
    with ZipFile(target, "w", ZIP_STORED) as archive:
        for entry in entries:
            digest = sha256()
            with default_storage.open(entry.stored) as source, archive.open(ZipInfo(entry.path, moment), "w") as inside:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    inside.write(chunk)
                    yield pipe.taken()
            lines.append(f"{digest.hexdigest()}  {entry.path}\n")
        archive.writestr(ZipInfo(MANIFEST, moment), "".join(lines))
    yield pipe.taken()
