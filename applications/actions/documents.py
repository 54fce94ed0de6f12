"""What is done with the files of an application: kept, looked at, replaced."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from applications.actions import candidates
from applications.actions.drafts import hold, refuse_when_closed
from applications.lifecycle import CandidateStatus
from applications.models import Application, Candidate, Document
from core.accounts.models import User
from core.audit import trail
from core.files import types
from core.lifecycle import Refused


def attach(application: Application, kind: str, upload: File[bytes], *, by: User | None, at: datetime) -> Document:
    """Keep a CV or supporting statement in place of the one before. Raises Refused for what is no PDF or Word file.

    The same file sent twice is kept once. The file is looked at before the transaction, which stays short. `by` is None
    for the proposed secondee, who may send the CV while they are asked; the organisation is then told. Where there is a
    virus scanner the file waits for it: nobody can open it before, but the application can be submitted.
    """
    refuse_when_closed(application, at)
    kind = Document.Kind(kind)
    try:
        found = types.look(upload)
    except Refused as problem:
        raise Refused(f"{kind.label}: {problem.sentence}", field=kind.value) from None
    digest = types.sha256_of(upload)
    with transaction.atomic():
        held = hold(application, at)
        sender = None if by else _asked(held)
        current = application.documents.filter(kind=kind, replaced_at__isnull=True)
        if same := current.filter(sha256=digest).first():
            return same
        replaced = current.update(replaced_at=at)
        document = Document(
            application=application,
            kind=kind,
            original_name=types.shown_name(upload.name or "") or kind.label,
            content_type=found.content_type,
            size=upload.size,
            sha256=digest,
            received_at=at,
            received_from=by,
            scan=Document.Scan.WAITING if settings.CLAMD_URL else Document.Scan.NONE,
            scan_next_at=at if settings.CLAMD_URL else None,
        )
        document.file.save("", upload, save=False)
        document.save(force_insert=True)
        event = f"{kind.label} replaced" if replaced else f"{kind.label} uploaded"
        through = {} if by else {"through": candidates.LINK}
        trail.record(event, application, by=by, at=at, size=document.size, sha256=digest, **through)
        if sender is not None:
            candidates.tell_colleagues("candidate_sent_cv", sender, at, once=str(document.pk))
        elif by is not None and kind == Document.Kind.CV:
            candidates.ask_again_if_changed(application, by=by, at=at)
    return document


def _asked(application: Application) -> Candidate:
    candidate = application.candidates.filter(status=CandidateStatus.ASKED).first()
    if candidate is None:
        raise Refused("You have answered already, so the CV cannot be changed here. Ask your employer, or write to us.")
    return candidate
