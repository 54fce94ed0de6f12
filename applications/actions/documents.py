"""The files of an application: a CV or supporting statement uploaded, in place of the one before."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from applications import letters
from applications.actions import candidates, file_deletion
from applications.actions.drafts import lock_draft, refuse_when_closed
from applications.lifecycle import CandidateStatus, TrailEvent
from applications.models import Application, Candidate, Document
from core.accounts.models import User
from core.audit import trail
from core.files import types
from core.files.store import discard, stored
from core.lifecycle import Refused, require
from core.permissions import check

UPLOADED = {Document.Kind.CV: TrailEvent.CV_UPLOADED, Document.Kind.STATEMENT: TrailEvent.STATEMENT_UPLOADED}
REMOVED = {Document.Kind.CV: TrailEvent.CV_REMOVED, Document.Kind.STATEMENT: TrailEvent.STATEMENT_REMOVED}
REPLACED = {Document.Kind.CV: TrailEvent.CV_REPLACED, Document.Kind.STATEMENT: TrailEvent.STATEMENT_REPLACED}

MOST_A_DAY, MOST_IN_ALL = 40, 200  # uploads of one application
TOO_MANY_TODAY = f"{MOST_A_DAY} files were uploaded for this application today, which is the most. Try again tomorrow."
TOO_MANY_IN_ALL = f"{MOST_IN_ALL} files were uploaded for this application, which is the most. Ask us for help."
HIDDEN_WORDS = "hidden_words"  # the code of a refusal that the same file sent again passes


@dataclass(frozen=True)
class Inspected:
    """An upload that is a PDF or Word file, with what was read of it before the transaction."""

    kind: Document.Kind
    file: File[bytes]
    content_type: str
    sha256: str
    hidden_words: str


def attach(
    application: Application, kind: str, upload: File[bytes], *, by: User, at: datetime, with_hidden_words: bool = False
) -> Document:
    """Keep a CV or supporting statement in place of the one before. Raises Refused for what is no PDF or Word file.

    A Word file with comments or tracked changes is refused (HIDDEN_WORDS) unless `with_hidden_words`: the assessors
    could read them. The same file sent twice is kept once. Where there is a virus scanner the file waits for it: it
    cannot be opened before, but the application can be submitted.
    """
    check(by, "applications.change_application", application)
    refuse_when_closed(application, at)
    inspected = _inspect(application, kind, upload, at, with_hidden_words)
    with _stored(inspected) as name, transaction.atomic():
        lock_draft(application, at)
        document, is_new = _keep(application, inspected, name, by=by, at=at)
        if is_new:
            candidates.ask_again_if_changed(application, by=by, at=at)
    return document


def attach_cv_by_candidate(
    application: Application, upload: File[bytes], *, at: datetime, with_hidden_words: bool = False
) -> Document:
    """Keep the CV that the proposed secondee sends while they are asked; the organisation is told.

    The token of their link lets them in. Raises Refused as `attach` does, and once they have answered.
    """
    refuse_when_closed(application, at)
    inspected = _inspect(application, Document.Kind.CV, upload, at, with_hidden_words)
    with _stored(inspected) as name, transaction.atomic():
        sender = _asked(lock_draft(application, at))
        document, is_new = _keep(application, inspected, name, by=None, at=at)
        if is_new:
            letters.candidates.to_organisation("candidate_sent_cv", sender, at=at, once=str(document.pk))
    return document


@transaction.atomic
def remove(application: Application, kind: str, *, by: User, at: datetime) -> None:
    """Remove the current file of this kind: nobody can open it any more, and it is deleted after the commit."""
    check(by, "applications.change_application", application)
    lock_draft(application, at)
    current = application.documents.filter(kind=kind, replaced_at__isnull=True)
    document = current.first()
    if document is None:
        return
    file_deletion.take_out(current, at=at)
    trail.record(REMOVED[Document.Kind(kind)], application, by=by, at=at, sha256=document.sha256)
    if kind == Document.Kind.CV:
        candidates.ask_again_if_changed(application, by=by, at=at)


def _inspect(
    application: Application, kind: str, upload: File[bytes], at: datetime, with_hidden_words: bool
) -> Inspected:
    # Before the transaction, which holds the application's row and stays short.
    document_kind = Document.Kind(kind)
    _refuse_too_many(application, document_kind, at)
    try:
        file_type = types.look(upload)
    except Refused as problem:
        raise Refused(f"{document_kind.label}: {problem.sentence}", field=document_kind.value) from None
    hidden = types.hidden_words(upload, file_type)
    sentence = (
        f"{document_kind.label}: this Word document has {hidden} in it, which everyone who opens it can read. Accept "
        "or delete them in Word, or save it as PDF, and choose the new file. "
        "To upload it as it is, choose the same file again."
    )
    require(with_hidden_words or not hidden, sentence, document_kind.value, code=HIDDEN_WORDS)
    return Inspected(document_kind, upload, file_type.content_type, types.sha256_of(upload), hidden)


def _stored(upload: Inspected) -> AbstractContextManager[str]:
    # Concurrency: the storage may take seconds, and whoever submits waits for the application's row.
    return stored(Document().file, upload.file, refused_at=upload.kind)


def _keep(
    application: Application, upload: Inspected, name: str, *, by: User | None, at: datetime
) -> tuple[Document, bool]:
    current = application.documents.filter(kind=upload.kind, replaced_at__isnull=True)
    if same := current.filter(sha256=upload.sha256).first():
        transaction.on_commit(partial(discard, same.file.storage, name), robust=True)
        return same, False
    replaced = _replace(application, current, at=at)
    document = Document(
        application=application,
        kind=upload.kind,
        file=name,
        original_name=types.shown_name(upload.file.name or "") or upload.kind.label,
        content_type=upload.content_type,
        size=upload.file.size,
        sha256=upload.sha256,
        hidden_words=upload.hidden_words,
        received_at=at,
        received_from=by,
        scan=Document.Scan.WAITING if settings.CLAMD_URL else Document.Scan.NONE,
        scan_next_at=at if settings.CLAMD_URL else None,
    )
    document.save(force_insert=True)
    event = (REPLACED if replaced else UPLOADED)[upload.kind]
    through = {} if by else {"through": candidates.LINK}
    trail.record(event, application, by=by, at=at, size=document.size, sha256=document.sha256, **through)
    return document, True


def _replace(application: Application, current: QuerySet[Document], *, at: datetime) -> bool:
    """Mark the current document as replaced; its file is deleted unless a submitted version has it."""
    replaced = list(current.values_list("pk", flat=True))
    current.update(replaced_at=at)
    if not application.version:
        file_deletion.take_out(Document.objects.filter(pk__in=replaced), at=at)
    return bool(replaced)


def _refuse_too_many(application: Application, kind: Document.Kind, at: datetime) -> None:
    if application.documents.filter(received_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(TOO_MANY_TODAY, field=kind.value)
    if application.documents.count() >= MOST_IN_ALL:
        raise Refused(TOO_MANY_IN_ALL, field=kind.value)


def _asked(application: Application) -> Candidate:
    candidate = application.candidates.filter(status=CandidateStatus.ASKED).first()
    if candidate is None:
        raise Refused("You have already answered, so you cannot change your CV. Ask your employer, or email us.")
    return candidate
