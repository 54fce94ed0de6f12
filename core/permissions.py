"""Permissions, each with the sentence that refuses it.

`permit` declares one in an app's `rules.py`; pages and buttons ask `user.has_perm(name, thing)`; an action begins with
`check(by, name, thing)`, which a superuser does not pass unless the rule says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules
import structlog
from django.db.models import Model

from core.lifecycle import Lifecycle, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_REFUSAL = "You do not have permission to do this."

log = structlog.get_logger("security")

_WHO: dict[str, tuple[rules.Predicate, str]] = {}


def way_up(thing: object) -> Iterator[Model]:
    """Yield a row and those that it belongs to, one by one, up to the one that stands in the programme itself."""
    while isinstance(thing, Model):
        yield thing
        through = getattr(thing, "belongs_through", None) or getattr(thing, "programme_through", None)
        thing = getattr(thing, through) if through else None


def programme_of(thing: object) -> int | None:
    """The id of the programme a thing belongs to; None for no thing, and for what belongs to the installation."""
    return getattr(thing, "programme_id", None)


def permit(
    name: str, who: rules.Predicate, refusal: str = DEFAULT_REFUSAL, *, when: rules.Predicate | None = None
) -> None:
    """Declare a permission: who has it, when (a state of the thing), and the sentence that refuses anybody else."""
    rules.add_perm(name, who & when if when is not None else who)
    _WHO[name] = (who, refusal)


def check(by: object, name: str, thing: object = None) -> None:
    """Raise Refused, with the permission's name as its code, unless `by` is one of those who have the permission.

    Only *who* is asked: the state of the thing is judged by its lifecycle, whose refusal says what the state is.
    """
    if not may_ever(by, name, thing):
        log.warning("refused", permission=name, user=getattr(by, "pk", None))
        raise Refused(_WHO[name][1], code=name)


def may_ever(by: object, name: str, thing: object = None) -> bool:
    """Whether `by` is one of those who have the permission, whatever state the thing is in; a superuser does not pass.

    Pages ask `user.has_perm`; this is for fetching what somebody works on at all.
    """
    return bool(_WHO[name][0].test(by, thing))


def refusals() -> dict[str, str]:
    return {name: refusal for name, (_, refusal) in _WHO.items()}


def may_read_history(user: Any, thing: Model) -> bool:
    """Whether the person reads who did what to this thing: asked besides "view", and nobody's unless a rule says so."""
    options = thing._meta
    return bool(user.has_perm(f"{options.app_label}.view_{options.model_name}_history", thing))


def in_state(lifecycle: Lifecycle, step: str) -> rules.Predicate:
    def allowed(_user: object, thing: Model | None) -> bool:
        return thing is not None and lifecycle.allows(thing, step)

    return rules.predicate(allowed, name=f"in_state:{step}")
