"""A handlers module that records the events it answers; named in settings.EVENT_HANDLERS by tests."""

from __future__ import annotations

from typing import Any

heard: list[tuple[str, Any]] = []


def decision_released(decision: Any, **_: Any) -> None:
    heard.append(("decision_released", decision))


def grant_extended(grant: Any, **_: Any) -> None:
    heard.append(("grant_extended", grant))


def grant_ended(grant: Any, **_: Any) -> None:
    heard.append(("grant_ended", grant))


def placement_ended(placement: Any, **_: Any) -> None:
    heard.append(("placement_ended", placement))
