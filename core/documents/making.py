"""Make the documents that wait: claim one, render it, store it; each step a conditional update.

No web process renders: where somebody waits for a document, it hands the HTML to a child process and waits for that
(`make_for_reader`). No transaction is open and no row is locked meanwhile.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from subprocess import TimeoutExpired

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q

from core import pdf
from core.documents import maker
from core.documents.models import GeneratedDocument, Status
from core.events import Event, publish

CLAIM_LASTS = timedelta(minutes=10)
PATIENCE = timedelta(seconds=120)  # a run ends well inside the worker's time limit and the claims it made
READER_WAITS = 15  # seconds at most, then the page says that the document is being made
BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15))
MOST_ATTEMPTS = len(BACKOFF) + 1
PROBLEM_LENGTH = 300

log = logging.getLogger(__name__)


def due(now: datetime) -> Q:
    """Choose the documents to make: waiting and due, or claimed by a process that did not finish."""
    waiting = Q(status=Status.WAITING, next_try_at__lte=now)
    return waiting | Q(status=Status.MAKING, claimed_at__lte=now - CLAIM_LASTS)


def make_due(now: datetime) -> int:
    """Make what is due at `now`, oldest first, until nothing is left or time is up; returns how many were made.

    Safe to run many at once. A document that fails is tried again after 1, 5 and 15 minutes, then given up: the page
    that waits for it says so, administrators see it, and `check_invariants` names it.
    """
    began = time.monotonic()
    made = 0
    while (elapsed := timedelta(seconds=time.monotonic() - began)) < PATIENCE:
        moment = now + elapsed
        document = GeneratedDocument.objects.filter(due(moment)).order_by("next_try_at", "pk").first()
        if document is None:
            break
        if claim(document, moment):
            made += make(document, moment)
    return made


def make_now(document: GeneratedDocument, at: datetime) -> bool:
    """Make this one document unless it is made: for the demonstration and for tests, which wait for nothing."""
    return not document.is_made and claim(document, at) and make(document, at)


def make_for_reader(document: GeneratedDocument, at: datetime) -> None:
    """Make a new document while its reader waits, unless that takes long; `document` is read again.

    For where no worker runs. What takes longer than READER_WAITS is left to `manage.py make_documents`.
    """
    if settings.DOCUMENT_MAKER != "child" or document.status != Status.WAITING or document.attempts:
        return
    began = time.monotonic()
    with maker.alone(READER_WAITS) as is_alone:
        document.refresh_from_db()
        left = READER_WAITS - (time.monotonic() - began)
        if is_alone and document.status == Status.WAITING and not document.attempts and claim(document, at):
            make(document, at, partial(pdf.write_apart, timeout=max(left, 0)))
            document.refresh_from_db()
    if GeneratedDocument.objects.filter(due(at)).exists():  # requested meanwhile, when the lock was held
        maker.start_child()


def claim(document: GeneratedDocument, moment: datetime) -> bool:
    """Take the document for making, unless somebody has touched it since it was read."""
    seen = GeneratedDocument.objects.filter(pk=document.pk, status=document.status, claimed_at=document.claimed_at)
    document.status, document.claimed_at = Status.MAKING, moment
    return seen.update(status=Status.MAKING, claimed_at=moment) == 1


def make(document: GeneratedDocument, moment: datetime, write: Callable[[str], bytes] | None = None) -> bool:
    """Render and store a document that this process has claimed; returns whether it is made."""
    try:
        content = _content_of_twin(document) or (write or pdf.write)(document.html)
        file, digest = _store(document, content), sha256(content).hexdigest()
        with transaction.atomic():
            if not _finish(document, status=Status.MADE, file=file, sha256=digest, html="", made_at=moment, problem=""):
                return False  # discarded meanwhile, or claimed by another after ten minutes
            document.refresh_from_db()
            publish(Event.DOCUMENT_MADE, document, by=None, at=moment)
    except TimeoutExpired:
        _finish(document, status=Status.WAITING, attempts=document.attempts + 1, problem="It takes long.")
        return False
    except Exception as problem:  # noqa: BLE001 — one bad document must not hold up the others
        _fail(document, problem, moment)
        return False
    return True


def _content_of_twin(document: GeneratedDocument) -> bytes | None:
    twin = GeneratedDocument.objects.filter(content_key=document.content_key, status=Status.MADE).first()
    if twin is None:
        return None
    with twin.file.open() as stored:
        content: bytes = stored.read()
    return content if sha256(content).hexdigest() == twin.sha256 else None


def _store(document: GeneratedDocument, content: bytes) -> str:
    name = f"documents/{document.content_key}/{document.pk}.pdf"
    default_storage.delete(name)  # what a process left that died while it wrote
    return default_storage.save(name, ContentFile(content))


def _finish(document: GeneratedDocument, **fields: object) -> bool:
    ours = GeneratedDocument.objects.filter(pk=document.pk, status=Status.MAKING, claimed_at=document.claimed_at)
    return ours.update(**fields) == 1


def _fail(document: GeneratedDocument, problem: Exception, moment: datetime) -> None:
    attempts = document.attempts + 1
    told = f"{type(problem).__name__}: {' '.join(str(problem).split())}"[:PROBLEM_LENGTH]
    is_over = attempts >= MOST_ATTEMPTS
    log.log(
        logging.ERROR if is_over else logging.WARNING,
        "document %s failed, attempt %s: %s",
        document.pk,
        attempts,
        type(problem).__name__,
    )
    if is_over:
        _finish(document, status=Status.FAILED, attempts=attempts, problem=told)
        return
    later = moment + BACKOFF[attempts - 1]
    _finish(document, status=Status.WAITING, attempts=attempts, next_try_at=later, problem=told)
