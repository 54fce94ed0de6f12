"""Copies of CV and statement without name and contact details: uploaded by the office, and shown once checked."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import QuerySet

from applications.actions import file_deletion
from applications.actions.names import NOT_HIDDEN
from applications.lifecycle import TrailEvent
from applications.models import Application, Document
from applications.models.document import OF_APPLICANTS, REDACTED
from applications.redaction import found_in
from applications.rules.names import hides_names
from applications.visibility.names import names_in
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.files import types
from core.files.store import discard, stored
from core.files.types import FileType
from core.lifecycle import Refused, require
from core.permissions import check

NO_ORIGINAL = "There is no such file to make a redacted copy of."
NOT_PDF = "Upload the redacted copy as a PDF. Word files keep what was changed in them."
STILL_THERE = "Look at each of these. If none is the name or a contact detail, tick the box below."


def originals(application: Application) -> QuerySet[Document]:
    return application.documents.filter(kind__in=OF_APPLICANTS, replaced_at__isnull=True)


def standing_copies(application: Application) -> QuerySet[Document]:
    return application.documents.filter(
        redacts__replaced_at__isnull=True, redacts__isnull=False, replaced_at__isnull=True, taken_out_at__isnull=True
    )


def refuse_without_original(application: Application, _at: datetime) -> None:
    require(hides_names(application), NOT_HIDDEN, code="wrong_state")
    require(originals(application).exists(), NO_ORIGINAL, code="no_original")


def upload(application: Application, *, kind: str, file: File[bytes], by: User, at: datetime) -> Document:
    """Keep a redacted copy of the file of this kind in place of the one before; it is shown once it was checked.

    Raises Refused for what is no PDF.
    """
    check(by, "applications.redact_application", application)
    require(hides_names(application), NOT_HIDDEN, code="wrong_state")
    original = originals(application).filter(kind=kind).first()
    if original is None:
        raise Refused(NO_ORIGINAL, field="kind", code="no_original")
    try:
        file_type = types.look(file)
    except Refused as problem:
        raise Refused(problem.sentence, field="file") from None
    require(file_type == FileType.PDF, NOT_PDF, "file")
    with stored(Document().file, file, refused_at="file") as name, transaction.atomic():
        return _keep(application, original, file, name, by=by, at=at)


def _keep(
    application: Application, original: Document, file: File[bytes], name: str, *, by: User, at: datetime
) -> Document:
    Application.objects.select_for_update(of=("self",)).get(pk=application.pk)  # two uploads at once: in turn
    kind = REDACTED[Document.Kind(original.kind)]
    before = application.documents.filter(kind=kind, replaced_at__isnull=True)
    sha256 = types.sha256_of(file)
    if same := before.filter(sha256=sha256, redacts=original).first():
        transaction.on_commit(partial(discard, same.file.storage, name), robust=True)
        return same
    file_deletion.take_out(before, at=at)
    document = Document(
        application=application,
        kind=kind,
        redacts=original,
        file=name,
        original_name=types.shown_name(file.name or "") or kind.label,
        content_type=FileType.PDF.content_type,
        size=file.size,
        sha256=sha256,
        received_at=at,
        received_from=by,
        scan=Document.Scan.WAITING if settings.CLAMD_URL else Document.Scan.NONE,
        scan_next_at=at if settings.CLAMD_URL else None,
    )
    document.save(force_insert=True)
    seal(application, at=at, is_extended=True)
    trail.record(TrailEvent.REDACTED_COPY_UPLOADED, application, by=by, at=at, kind=original.kind, sha256=sha256)
    return document


def to_check(application: Application) -> QuerySet[Document]:
    return standing_copies(application).filter(checked_at__isnull=True)


def refuse_without_copy(application: Application, _at: datetime) -> None:
    require(to_check(application).exists(), "Upload a redacted copy first.", code="no_copy")


def leftovers(document: Document) -> list[str]:
    """What in the words of the copy's pages looks like the name or a contact detail."""
    names, emails = names_in(document.application), document.application.candidates.values_list("email", flat=True)
    return list(dict.fromkeys(hit for page in document.pages.all() for hit in found_in(page.words, [*names, *emails])))


@transaction.atomic
def confirm(application: Application, *, document: Document, is_clean: bool, by: User, at: datetime) -> None:
    """Say that a person has looked through the redacted copy; from then on assessors read it.

    Raises Refused before it was made into pages, and where it still seems to have the name, unless `is_clean`.
    """
    check(by, "applications.redact_application", application)
    locked = Document.objects.select_for_update(of=("self",)).filter(pk=document.pk)
    copy = locked.filter(pk__in=to_check(application).values("pk")).select_related("application").first()
    if copy is None:
        raise Refused("This copy has been replaced or checked meanwhile.", field="document", code="no_copy")
    pages = list(copy.pages.all())
    require(bool(pages) and copy.may_be_opened, "We are still making its pages. Try again in a minute.", "document")
    unreadable = "We could not make pages of this file, so assessors could not read it. Upload another PDF."
    require(all(page.number for page in pages), unreadable, "document")
    left = leftovers(copy)
    require(is_clean or not left, f"The copy still has: {'; '.join(left)}. {STILL_THERE}", "is_clean", code="left_over")
    Document.objects.filter(pk=copy.pk).update(checked_at=at, checked_by=by)
    trail.record(TrailEvent.REDACTED_COPY_CHECKED, application, by=by, at=at, kind=copy.kind, sha256=copy.sha256)
