"""What the service is called: by its programme where a thing belongs to one, else as the installation says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from core.permissions import programme_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# The names under which views, papers and letters pass on the thing that a page is about, the nearest first.
NAMES = ("programme", "placement", "grant", "application", "expression", "call", "invitation", "original")


LASTS = 60  # seconds that a process keeps the names: every page and email asks, and they hardly ever change


@dataclass(frozen=True)
class Known:
    """The names of all programmes by key, and when they were read; replaced whole, since threads share it."""

    names: dict[int, str]
    since: float


_known = Known({}, float("-inf"))


def site_name(programme_id: int | None = None) -> str:
    """Return the programme's name; without one SITE_NAME, or where it is unset the name of the only programme."""
    if programme_id is None and settings.SITE_NAME:
        return str(settings.SITE_NAME)
    known = names()
    if programme_id is not None and programme_id not in known:
        known = names(afresh=True)
    if programme_id is not None:
        return known[programme_id]
    return next(iter(known.values())) if len(known) == 1 else str(settings.SERVICE_NAME)


def names(*, afresh: bool = False) -> dict[int, str]:
    """Return the names of all programmes by key."""
    global _known  # noqa: PLW0603 - one for the process
    known = _known
    if afresh or time.monotonic() - known.since > LASTS:
        programmes: Any = apps.get_model(settings.PROGRAMME_MODEL)._default_manager
        _known = known = Known(dict(programmes.values_list("pk", "name")), time.monotonic())
    return known.names


def forget() -> None:
    """Ask the database again, after a programme was made or named anew."""
    global _known  # noqa: PLW0603
    _known = Known({}, float("-inf"))


def site_name_for(programme_ids: Iterable[int] | None) -> str:
    """Return what somebody's pages are called who works in these programmes (None: in all)."""
    keys = list(programme_ids or ())
    return site_name(keys[0] if len(keys) == 1 else None)


def programme_in(context: Mapping[str, Any]) -> str:
    """Return the name of the programme that a page's thing belongs to; "" for a page of the installation."""
    for name in NAMES:
        thing = context.get(name)
        key = programme_of(thing) if isinstance(thing, Model) else None
        if key is not None:
            return site_name(key)
    return ""
