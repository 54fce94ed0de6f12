"""Domain events: what happens in one stage and has consequences in another.

An action publishes what it has done, inside its transaction; each app's `handlers.py` (settings.EVENT_HANDLERS, in
that order) holds one function per event it answers, named like the event. Nothing is sent later: when the transaction
ends, every consequence is in the database.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime


class Event(StrEnum):
    """The closed list of events; a handler's name is one of these."""

    CALL_EXTENDED = "call_extended"
    CALL_CANCELLED = "call_cancelled"
    APPLICATION_ENDED = "application_ended"  # withdrawn, turned down, offer declined, or its call cancelled
    CANDIDATE_WITHDREW = "candidate_withdrew"
    ASSESSOR_RECUSED = "assessor_recused"
    DECISION_RELEASED = "decision_released"
    GRANT_AGREED = "grant_agreed"  # both parties have signed
    GRANT_EXTENDED = "grant_extended"
    GRANT_ENDED = "grant_ended"  # closed, ended early, or its offer declined
    PLACEMENT_ENDED = "placement_ended"  # ended, or called off
    DOCUMENT_MADE = "document_made"  # a PDF that was requested is stored; `thing` is the GeneratedDocument
    ROLES_GIVEN = "roles_given"  # to a person, who holds them now
    MEMBER_JOINED = "member_joined"  # an organisation; `thing` is the membership
    SEAT_GIVEN = "seat_given"  # on a body, to a person who may speak for an organisation
    PERSON_LEFT = "person_left"  # of an organisation (a membership ended), or of a role
    PERSON_ERASED = "person_erased"  # `thing`: the keys of the rows about them that were emptied, by model
    PERSON_CHANGED = "person_changed"  # a name or an address


def publish(event: Event, thing: Any, *, by: Any, at: datetime, **facts: Any) -> None:
    """Run every app's handler of this event, in the order of settings, in the transaction of the action that caused it.

    Raises what a handler raises, so that the action and all its consequences stand or fall together. RuntimeError
    outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{event} was published outside a transaction.")
    for _, handler in handlers_of(event):
        handler(thing, by=by, at=at, **facts)


def handlers_of(event: Event) -> Iterator[tuple[str, Callable[..., None]]]:
    for path in settings.EVENT_HANDLERS:
        handler = getattr(import_module(path), event.value, None)
        if handler is not None:
            yield path, handler


def leftovers(now: datetime) -> Iterator[str]:
    """Yield a sentence about each thing that still waits, reminds, invites or counts although its subject has ended.

    Every handlers module may have `leftovers(now)`; `check_invariants` prints what they find.
    """
    for path in settings.EVENT_HANDLERS:
        find = getattr(import_module(path), "leftovers", None)
        if find is not None:
            yield from find(now)
