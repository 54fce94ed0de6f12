"""The pages of submitted CVs and statements as pictures, made outside every request by the worker's tick.

The service itself does this; there is no person whose permission could be asked.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from applications.lifecycle import Status
from applications.models import Document, DocumentPage
from core.files.pages import CannotDraw, Page, pages_of

PATIENCE = timedelta(seconds=60)  # a run ends well inside the worker's time limit
READ = (Status.SUBMITTED, Status.SHORTLISTED)

log = logging.getLogger(__name__)


def due() -> QuerySet[Document]:
    """Current files of applications before assessors that may be opened and have no pages yet."""
    drawn = DocumentPage.objects.filter(document=OuterRef("pk"))
    return Document.objects.filter(
        ~Exists(drawn),
        application__status__in=READ,
        application__erased_at__isnull=True,
        replaced_at__isnull=True,
        taken_out_at__isnull=True,
        scan__in=[Document.Scan.NONE, Document.Scan.CLEAN],
    ).exclude(file="")


def run(now: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Draw what is due, the longest waiting first; return how many files. Safe to run many at once."""
    done = 0
    for document in due().order_by("received_at").iterator(20):
        moment = clock() if clock else now
        if moment - now > PATIENCE:
            break
        try:
            with document.file.open("rb") as file:
                pages = pages_of(file.read(), document.content_type)
        except CannotDraw as problem:
            log.warning("document %s cannot be drawn: %s", document.pk, problem)
            pages = []
        except Exception as problem:  # noqa: BLE001 — one file that cannot be read must not hold up the others
            log.warning("document %s was not drawn: %s", document.pk, type(problem).__name__)
            continue
        done += keep(document, pages, at=moment)
    return done


def keep(document: Document, pages: list[Page], *, at: datetime) -> bool:
    """Write the pages, unless another worker has, or the file was taken out meanwhile."""
    drawn = [
        DocumentPage(document=document, number=number, picture=page.picture, words=page.text, made_at=at)
        for number, page in enumerate(pages, start=1)
    ]
    nothing = [DocumentPage(document=document, number=0, made_at=at)]
    try:
        with transaction.atomic():
            # The lock makes taking out wait, so that no page outlives its file.
            if not Document.objects.select_for_update().filter(pk=document.pk, taken_out_at__isnull=True).exists():
                return False
            DocumentPage.objects.bulk_create(drawn or nothing)
    except IntegrityError:
        return False
    return True
