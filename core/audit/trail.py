"""Writes and reads the trail; a line stands in the same transaction as what it tells of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, Q, QuerySet

from core.audit import chain
from core.audit.models import Entry, day_in_words
from core.permissions import may_read_history, programme_of
from core.promises import DELETED

# Details that are never anybody's words, whatever happens to the thing.
SAYS_NOTHING = frozenset(
    [
        "through",
        "reader",
        "party",
        "outcome",
        "amount",
        "section",
        "step",
        "criteria",
        "sha256",
        "fingerprint",
        "kept_until",
        "starts",
        "ends",
        "due",
        "since",
        "happened",
        "before",
        "last_day",
        "new_last_day",
    ]
)
SECRETS = frozenset({"password", "token", "secret", "code"})


def record(event: str, thing: Model, *, by: AbstractBaseUser | None, at: datetime, **detail: Any) -> Entry:
    """Write one line: `event` in words ("application submitted"), what it was done to, by whom and when.

    The line belongs to the thing's programme; where it has none, to the `programme` among the details.
    `by` is None when the service did it by itself, or somebody without an account did; `through` then says in words by
    what way ("their own link"). `detail` is kept as JSON: money and fractions as text, moments and
    dates in ISO form, rows by their name. Raises ValueError for a detail that is named like a secret, TypeError for one
    that cannot be kept, and for a thing that has not been saved.
    """
    if thing.pk is None:
        raise ValueError(f"There is no {thing._meta.verbose_name} to record on before it is saved.")
    if secrets := SECRETS & detail.keys():
        raise ValueError(f"The trail keeps no secrets: leave out {', '.join(sorted(secrets))}.")
    return Entry.objects.create(
        at=at,
        by_id=by.pk if by is not None else None,
        event=event,
        thing_type=thing._meta.label_lower,
        thing_id=str(thing.pk),
        thing_label=str(thing)[:200],
        programme_id=programme_of(thing) or programme_of(detail.get("programme")),
        detail={name: plain(value) for name, value in detail.items()},
    )


def history(*things: Model) -> QuerySet[Entry]:
    """Return what happened to these things, oldest first, each line with its person."""
    ids: dict[str, list[str]] = defaultdict(list)
    for thing in things:
        ids[thing._meta.label_lower].append(str(thing.pk))
    lines = Entry.objects.select_related("by").order_by("at", "pk")
    if not ids:
        return lines.none()
    asked = Q()
    for kind, of_kind in ids.items():
        asked |= Q(thing_type=kind, thing_id__in=of_kind)
    return lines.filter(asked)


def history_for(user: Any, *things: Model) -> QuerySet[Entry]:
    """Return the history of those of the things whose history the person may read; pages show no other."""
    return history(*(thing for thing in things if may_read_history(user, thing)))


def plain(value: Any) -> Any:  # noqa: PLR0911 — a table of kinds
    """Turn a fact into JSON; raises TypeError for one that has no plain form."""
    match value:
        case Enum():
            return plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal() | Fraction() | UUID() | Model():
            return str(value)
        case Mapping():
            return {str(name): plain(part) for name, part in value.items()}
        case set() | frozenset():
            return sorted(plain(part) for part in value)
        case list() | tuple() | QuerySet():
            return [plain(part) for part in value]
        case _:
            raise TypeError(f"The trail cannot keep a {type(value).__name__}.")


def forget(model: type[Model], keys: Sequence[Any], *, is_gone: bool = False) -> None:
    """Take people's words out of the lines on these rows: who did what and when stays, with dates, counts and states.

    The name of a thing is written anew, since it may have been made of such words; one that is deleted loses it.
    """
    lines = forget_in(Q(thing_type=model._meta.label_lower, thing_id__in=[str(key) for key in keys]))
    found = model._base_manager.filter(pk__in={line.thing_id for line in lines})
    named = {str(row.pk): str(row)[:200] for row in found}
    for line in lines:
        line.thing_label = DELETED if is_gone else named.get(line.thing_id, line.thing_label)
    Entry.objects.bulk_update(lines, ["thing_label"], batch_size=200)
    chain.follow_erasure(lines)


def forget_in(lines: Q) -> list[Entry]:
    """Take people's words out of these lines; return them. Nobody else ever changes a line."""
    found = list(Entry.objects.filter(lines))
    for line in found:
        line.detail = {
            name: value if name in SAYS_NOTHING else without_words(value) for name, value in line.detail.items()
        }
    Entry.objects.bulk_update(found, ["detail"], batch_size=200)
    chain.follow_erasure(found)
    return found


def without_words(value: Any) -> Any:
    """The same without text, but for days and instants, which are kept in ISO form."""
    match value:
        case str():
            return value if not value or day_in_words(value) != value else DELETED
        case list():
            return [without_words(part) for part in value]
        case dict():
            return {name: without_words(part) for name, part in value.items()}
    return value
