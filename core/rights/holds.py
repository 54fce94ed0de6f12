"""Holds back from retention what is about somebody who asked that it be kept (UK GDPR, article 18)."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from core.retention.rules import Part
from core.rights.finding import find
from core.rights.models import RightsRequest


def held(model: type[Model], parts: tuple[Part, ...]) -> set[Any]:
    """The keys of rows of this model that are about such a person, or to which rows about them belong."""
    keys: set[Any] = set()
    for request in RightsRequest.objects.in_force().select_related("person", "programme"):
        found = find(request.email, request.person, request.programme)
        keys |= {row.thing.pk for row in found.of(model)}
        for part in parts:
            rows = [row.thing.pk for row in found.of(part.model)]
            belong = part.model._base_manager.filter(pk__in=rows) if rows else part.model._base_manager.none()
            keys |= set(belong.values_list(part.way, flat=True))
    return keys - {None}
