"""Copies that assessors print to score: how long they are kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from applications.models import Call
from applications.periods import SCORING_COPY, SCORING_COPY_KIND
from core.documents import store
from core.documents.models import GeneratedDocument
from core.documents.retention import discard, sweep
from core.retention.rules import Rule


def made(before: datetime) -> QuerySet[GeneratedDocument]:
    """Copies that every assessor may have made again while they have something to score."""
    of_calls = store.documents_of(Call, list(Call.objects.values_list("pk", flat=True)))
    return of_calls.filter(kind__startswith=SCORING_COPY_KIND, requested_at__lte=before)


COPIES = Rule(
    "Copies of applications that assessors print to score them",
    SCORING_COPY,
    due=made,
    files=discard,
    sweep=sweep,
    is_whole=True,
    is_noted=False,
)
