"""How long requests about personal data and the files that answer them are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from core.retention.periods import Period
from core.retention.rules import Line, Part, Rule
from core.rights.erasing import delete_file, finish
from core.rights.models import Correction, PermittedUse, RightsRequest

REQUEST = Period(years=3, after="they were answered")
FILE = Period(days=30, after="it was released")


def closed(before: datetime) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(closed_at__lte=before, erased_at__isnull=True, is_pending=False)


def files(before: datetime) -> QuerySet[RightsRequest]:
    return RightsRequest.objects.filter(~Q(file=""), closed_at__lte=before)


def delete_files(keys: list[Any], _at: datetime) -> None:
    for key in keys:
        delete_file(key)


TABLE: tuple[Line, ...] = (
    Rule(
        "Copies of someone's personal data, made because they asked for one",
        FILE,
        "That there was one, and when",
        due=files,
        files=delete_files,
    ),
    Rule(
        "Requests about personal data and our answers",
        REQUEST,
        "Reference, dates, kind, outcome",
        due=closed,
        parts=(Part(RightsRequest, "pk"), Part(Correction, "request"), Part(PermittedUse, "request")),
        files=delete_files,
        sweep=finish,
    ),
)
