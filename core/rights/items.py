"""What a person gets to read: each field of each row about them, and what has to be reviewed before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import CharField, JSONField, Model, TextField
from django.db.models.fields.files import FieldFile
from django.db.models.functions import Cast

from core.accounts.models import Programme
from core.audit import trail
from core.audit.models import Entry, in_words
from core.dates import say_day, say_exactly
from core.letters.models import Letter
from core.permissions import programme_of
from core.promises import DELETED, declared, own_models
from core.rights.finding import Found, Row, label_of

WITHHELD = "(stored so that no one can read it: a password, a code or the key of a link)"


@dataclass(frozen=True, slots=True)
class Item:
    """One field of one row, in words; `key` names it for good: "applications.score:12:reason"."""

    thing: Model
    name: str
    value: str
    is_reviewed_first: bool = False

    @property
    def key(self) -> str:
        return f"{label_of(self.thing)}:{self.name}"

    @property
    def title(self) -> str:
        field = self.thing._meta.get_field(self.name)
        return str(getattr(field, "verbose_name", self.name))

    @property
    def noun(self) -> str:
        return str(self.thing._meta.verbose_name)


def items_of(row: Row) -> Iterator[Item]:
    withheld, in_confidence = row.names("withheld"), row.in_confidence
    for name in row.fields:
        if name in withheld:
            yield Item(row.thing, name, WITHHELD)
            continue
        value = say(row.thing, name)
        if value:
            yield Item(row.thing, name, value, name in in_confidence and must_be_reviewed(row.thing, name, value))


def must_be_reviewed(thing: Model, name: str, value: str) -> bool:
    """Whether somebody looks at it first: not at what is gone, nor at a line of the trail without anybody's words."""
    if value == DELETED:
        return False
    if isinstance(thing, Entry) and name == "detail":
        told = {key: part for key, part in thing.detail.items() if key not in trail.SAYS_NOTHING}
        return bool(trail.without_words(told) != told)
    return True


def items(found: Found, programme: Programme | None = None) -> list[Item]:
    """Everything about the person, item by item, with what others wrote that names them."""
    own = [item for row in found.rows.values() for item in items_of(row)]
    return own + mentions(found, programme)


def mentions(found: Found, programme: Programme | None = None) -> list[Item]:
    """Fields of rows that lead to somebody else, or to nobody, in which the person's name or address stands."""
    result = []
    for model in own_models():
        for name in text_fields(model):
            for thing in mentioning(model, name, found.person.words):
                row = found.rows.get(label_of(thing))
                is_elsewhere = programme is not None and programme_of(thing) not in {None, programme.pk}
                if not is_elsewhere and (row is None or name not in row.fields):
                    result.append(Item(thing, name, say(thing, name), is_reviewed_first=True))
    return result


def text_fields(model: type[Model]) -> list[str]:
    texts = [one for one in model._meta.concrete_fields if isinstance(one, CharField | TextField | JSONField)]
    sensitive = set(declared(model).sensitive)
    return [one.name for one in texts if one.name in sensitive and not one.choices]


def mentioning(model: type[Model], name: str, words: list[str]) -> list[Model]:
    if not words:
        return []
    found: dict[Any, Model] = {}
    for word in words:
        for spelling in {word, json.dumps(word)[1:-1]}:  # as JSON has it on SQLite
            rows = model._base_manager.annotate(as_text=Cast(name, TextField())).filter(as_text__icontains=spelling)
            found |= {row.pk: row for row in rows.order_by("pk")}
    return list(found.values())


def say(thing: Model, name: str) -> str:
    """The value of a field as people read it; a secret email's text is a code or a link, and is not repeated."""
    if isinstance(thing, Letter) and name in {"body", "formatted"} and getattr(thing, name):
        return WITHHELD if thing.is_secret else str(getattr(thing, name))
    field = thing._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(str(one) for one in getattr(thing, name).all())
    display = getattr(thing, f"get_{name}_display", None)
    return say_value(display() if display else getattr(thing, name))


def say_value(value: Any) -> str:
    match value:
        case None | "":
            return ""
        case FieldFile():
            return str(value.name or "")
        case datetime():
            return say_exactly(value)
        case date():
            return say_day(value)
        case bool() | dict() | list():
            return in_words(value) if value or isinstance(value, bool) else ""
    return str(value)
