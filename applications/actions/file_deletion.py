"""Files that are taken out for good: nobody can open them from then on, and they are deleted after the commit.

The service itself does this, for actions that have asked their permission, for retention and for the virus scan.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from applications.models import Document, DocumentPage
from core.audit.seals import unseal


def take_out(documents: QuerySet[Document], *, at: datetime) -> None:
    """Take these documents out: nobody can open them from now on, and their files are deleted after the commit.

    A rolled-back transaction deletes nothing. Where the storage does not answer, `erase_due` deletes them later.
    """
    named = list(documents.values_list("pk", flat=True))  # with them go their redacted copies
    standing = Document.objects.filter(Q(pk__in=named) | Q(redacts__in=named), taken_out_at__isnull=True)
    keys = list(standing.values_list("pk", flat=True))
    taken_out = Document.objects.filter(pk__in=keys)
    taken_out.update(taken_out_at=at, replaced_at=Coalesce("replaced_at", at))
    DocumentPage.objects.filter(document__in=keys).delete()
    for document in taken_out:
        unseal(document)
    transaction.on_commit(lambda: erase(taken_out), robust=True)


def erase(documents: QuerySet[Document]) -> int:
    """Delete the stored files of those that were taken out; return how many. Raises what the storage raises."""
    erased = 0
    for document in documents.filter(taken_out_at__isnull=False).exclude(file=""):
        name = str(document.file.name)
        document.file.storage.delete(name)
        erased += Document.objects.filter(pk=document.pk, file=name).update(file="")
    return erased


def erase_due() -> int:
    return erase(Document.objects.all())
