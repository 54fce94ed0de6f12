"""How long documents are kept: as long as the content of what they are about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from core.documents import store
from core.documents.models import GeneratedDocument, Status
from core.retention.rules import Erasable, Line, Rule


def without_thing(_at: datetime) -> QuerySet[GeneratedDocument]:
    """Documents about a thing that was deleted, or whose content was."""
    documents = GeneratedDocument.objects.exclude(status=Status.DISCARDED)
    due = Q(pk__in=[])
    for label in documents.order_by().values_list("thing_type", flat=True).distinct():
        model = apps.get_model(label)
        things = model._base_manager.all()
        if issubclass(model, Erasable):
            things = things.filter(erased_at__isnull=True)
        keys = things.annotate(key=Cast("pk", CharField())).values("key")
        due |= Q(thing_type=label) & ~Q(thing_id__in=keys)
    return documents.filter(due)


def discard(keys: list[Any], _at: datetime) -> None:
    store.discard(GeneratedDocument.objects.filter(pk__in=keys))


def sweep(_at: datetime) -> None:
    store.sweep()


TABLE: tuple[Line, ...] = (
    Rule(
        "Documents that we made: copies of applications, funding agreements, workplans",
        "what they are about is deleted",
        due=without_thing,
        files=discard,
        sweep=sweep,
        is_whole=True,
        is_noted=False,
    ),
)
