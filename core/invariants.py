"""What must hold of the rows and files at any time; `manage.py check_invariants` names each breach.

Every module in settings.INVARIANT_SOURCES has `breaches(now)`, which yields one sentence per breach and reads rows in
blocks, so that its memory does not grow with the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.db.models import CheckConstraint, Q

from core import events


def all_breaches(now: datetime) -> Iterator[str]:
    for path in settings.INVARIANT_SOURCES:
        yield from import_module(path).breaches(now)


def breaches(now: datetime) -> Iterator[str]:
    yield from _constraints()
    yield from events.leftovers(now)


def _constraints() -> Iterator[str]:
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if (
                isinstance(constraint, CheckConstraint)
                and model._base_manager.filter(~Q(constraint.condition)).exists()
            ):
                yield f"{model._meta.label}: {constraint.name}"
