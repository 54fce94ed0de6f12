"""Request documents, and delete them with the thing they are about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast, Concat

from core import pdf
from core.documents import maker
from core.documents.models import GeneratedDocument, Status

KEPT_FOR_READERS = timedelta(hours=1)  # somebody may be waiting for, or downloading, the one before


class DocumentNotReady(Exception):
    """The document is still being made: try again in a moment."""


@transaction.atomic
def request(
    thing: models.Model,
    kind: str,
    html: str,
    *,
    name: str,
    at: datetime,
    is_frozen: bool = False,
    is_awaited: bool = False,
) -> GeneratedDocument:
    """Return the document with this content, which is made in the background after the commit unless it exists.

    `html` is the whole content, as `core.pdf.write` takes it; `kind` tells several documents of one thing apart; `name`
    is the file name people see. A document that is not frozen replaces those of its kind before it. `is_awaited` is for
    pages that call `responses.respond` at once. Whoever may see the document is not asked here: the view of the thing
    asks.
    """
    document, is_new = GeneratedDocument.objects.get_or_create(
        thing_type=thing._meta.label_lower,
        thing_id=str(thing.pk),
        content_key=pdf.content_key(html),
        defaults={
            "kind": kind,
            "name": name,
            "html": html,
            "is_frozen": is_frozen,
            "requested_at": at,
            "next_try_at": at,
        },
    )
    if is_frozen and not document.is_frozen:
        document.is_frozen = True
        document.save(update_fields=["is_frozen"])
    if is_new:
        if not is_frozen:
            before = documents_of(type(thing), [thing.pk]).filter(kind=kind, is_frozen=False).exclude(pk=document.pk)
            discard(before.filter(requested_at__lt=at - KEPT_FOR_READERS))
        maker.wake(is_awaited=is_awaited)
    return document


def documents_of(model: type[models.Model], keys: list[Any]) -> QuerySet[GeneratedDocument]:
    """Return the documents about these rows."""
    return GeneratedDocument.objects.filter(
        thing_type=model._meta.label_lower, thing_id__in=[str(key) for key in keys]
    ).exclude(status=Status.DISCARDED)


def discard(documents: QuerySet[GeneratedDocument]) -> None:
    """Give up these documents, content and all; `sweep` deletes their files and rows afterwards.

    From the commit on no page serves them. Retention calls this with `documents_of(...)` when a thing's content goes.
    """
    # The content key is freed, so that the same content may be requested again.
    freed = Concat(Value("discarded:"), Cast("pk", models.CharField()))
    documents.update(status=Status.DISCARDED, html="", problem="", content_key=freed)


def sweep() -> int:
    """Delete the files of discarded documents, then their rows; returns how many. Raises what the storage raises.

    A file goes before its row, so that no file is ever without one.
    """
    count = 0
    for document in GeneratedDocument.objects.filter(status=Status.DISCARDED).order_by("pk"):
        if document.file:
            document.file.storage.delete(str(document.file.name))
        document.delete()
        count += 1
    return count


def attachment(document_pk: int) -> tuple[str, str, bytes]:
    """Return a document for a letter: name, content type, content. DocumentNotReady while it is being made."""
    document = GeneratedDocument.objects.exclude(status=Status.DISCARDED).get(pk=document_pk)
    if document.status in {Status.WAITING, Status.MAKING}:
        raise DocumentNotReady(str(document))
    with document.file.open() as stored:
        return document.name, "application/pdf", stored.read()


def overdue(now: datetime, after: timedelta) -> QuerySet[GeneratedDocument]:
    """Return the documents that were given up, or have waited longer than `after`."""
    late = models.Q(status__in=[Status.WAITING, Status.MAKING], requested_at__lt=now - after)
    return GeneratedDocument.objects.filter(late | models.Q(status=Status.FAILED)).order_by(F("requested_at"), "pk")
