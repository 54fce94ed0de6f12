"""Permissions, each with the sentence that refuses it.

`permit` declares one in an app's `rules.py`; pages and buttons ask `user.has_perm(name, thing)`; an action begins with
`check(by, name, thing)`, which a superuser does not pass unless the rule says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import rules
import structlog
from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string

from core.lifecycle import Lifecycle, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_REFUSAL = "You do not have permission to do this."

log = structlog.get_logger("security")

_WHO: dict[str, tuple[rules.Predicate, str]] = {}
_ASKS_AGAIN: set[str] = set()
_NEW_USES: dict[str, str] = {}
_ROLES = re.compile(r"(?<!~)(has_role|office_of_organisation):([A-Za-z ]+(?:\|(?=\S)[A-Za-z ]+)*)")


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
    name: str,
    who: rules.Predicate,
    refusal: str = DEFAULT_REFUSAL,
    *,
    when: rules.Predicate | None = None,
    asks_again: bool = False,
    new_use: str = "",
) -> None:
    """Declare a permission: who has it, when (a state of the thing), and the sentence that refuses anybody else.

    With `asks_again` people show again who they are before they use it on a page (core/step_up.py). `new_use` names
    the use of personal data that it is, which a restriction holds back (core/rights/restriction.py).
    """
    if new_use:
        _NEW_USES[name] = new_use
    if asks_again:
        _ASKS_AGAIN.add(name)
    rules.add_perm(name, who & when if when is not None else who)
    _WHO[name] = (who, refusal)


def check(by: object, name: str, thing: object = None) -> None:
    """Raise Refused, with the permission's name as its code, unless `by` is one of those who have the permission.

    Only *who* is asked: the state of the thing is judged by its lifecycle, whose refusal says what the state is.
    """
    if not may_ever(by, name, thing):
        log.warning("refused", permission=name, user=getattr(by, "pk", None))
        raise Refused(_WHO[name][1], code=name)
    if sentence := restriction(name, thing):
        raise Refused(sentence, code="restricted")


def restriction(name: str, thing: object, known: dict[str, str] | None = None) -> str:
    """Say that use of the data of the person whom this thing is about is restricted; "" where it may be used.

    `known` remembers the answers about one thing, by use.
    """
    use = _NEW_USES.get(name)
    if use is None or not isinstance(thing, Model):
        return ""
    answers = {} if known is None else known
    if use not in answers:
        answers[use] = import_string(settings.RESTRICTION_SOURCE)(thing, use)
    return answers[use]


def may_ever(by: object, name: str, thing: object = None) -> bool:
    """Whether `by` is one of those who have the permission, whatever state the thing is in; a superuser does not pass.

    Pages ask `user.has_perm`; this is for fetching what somebody works on at all.
    """
    return bool(_WHO[name][0].test(by, thing))


def asks_again(name: str) -> bool:
    return name in _ASKS_AGAIN


def roles_named(name: str) -> frozenset[str]:
    """The roles that a permission's rule names, in any of its alternatives: what the guide says who may."""
    return frozenset(role.strip() for _, roles in _ROLES.findall(_WHO[name][0].name) for role in roles.split("|"))


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
