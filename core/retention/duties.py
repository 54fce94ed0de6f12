"""What the law or a case under way keeps from an erasure that somebody asks for: each app names its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from core.retention.rules import Part


@dataclass(frozen=True, slots=True)
class Duty:
    """A row that stays for now: why, and until when, in words."""

    model: type[Model]
    pk: Any
    because: str
    until: str


def duties(rows: Mapping[type[Model], set[Any]], at: datetime) -> Iterator[Duty]:
    """Ask each of settings.DUTY_SOURCES, `kept(rows, at) -> Iterator[Duty]`, which of these rows must stay."""
    for path in settings.DUTY_SOURCES:
        yield from import_string(path)(rows, at)


def among(
    parts: tuple[Part, ...], rows: Mapping[type[Model], set[Any]], things: Mapping[Any, tuple[str, str]]
) -> Iterator[Duty]:
    """Those of the rows that go with one of these things, with what is said of the thing: why, and until when."""
    for part in parts:
        asked = part.model._base_manager.filter(**{"pk__in": rows.get(part.model, ()), f"{part.way}__in": list(things)})
        for pk, thing in asked.order_by("pk").values_list("pk", part.way):
            yield Duty(part.model, pk, *things[thing])
