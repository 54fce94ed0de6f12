"""What an erasure would do: what goes, what stays, why and until when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model

from core.accounts.models import Programme, User
from core.audit.models import Entry
from core.documents.models import GeneratedDocument
from core.promises import DELETED, names_account
from core.retention.duties import Duty, duties
from core.rights.finding import Found, Row, find, label_of
from core.rights.items import Item, items_of, mentions
from core.rights.person import Person

OF_ACCOUNT = "their name stands in what is kept"
TRAIL = "who did what when, without a name: the trail shows that the service was run as it should be"


@dataclass(frozen=True, slots=True)
class Remains:
    """One thing that an erasure leaves: which, why, and until when."""

    label: str
    noun: str
    fields: str
    because: str
    until: str = ""


@dataclass(slots=True)
class Plan:
    """What an erasure would do now: the fields that go, others' words that name the person, and what stays."""

    found: Found
    goes: dict[str, tuple[Row, list[str]]] = field(default_factory=dict)
    mentions: list[Item] = field(default_factory=list)
    remains: list[Remains] = field(default_factory=list)
    keeps_name: str = ""  # until when; empty: the account loses its name

    @property
    def person(self) -> Person:
        return self.found.person

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many rows of each kind lose something, by what people call them."""
        numbers: dict[str, int] = defaultdict(int)
        for row, _ in self.goes.values():
            numbers[str(row.thing._meta.verbose_name_plural)] += 1
        for item in self.mentions:
            numbers[f"{item.thing._meta.verbose_name_plural} of others that name them"] += 1
        return sorted(numbers.items())


def plan(email: str, person: User | None, programme: Programme | None, at: datetime) -> Plan:
    """Work out an erasure without doing anything."""
    found = find(email, person, programme)
    made = Plan(found)
    named_by = mentions(found, programme)
    kept = duties_on(found, named_by, at)
    for label, row in found.rows.items():
        if isinstance(row.thing, User):
            continue
        if duty := kept.get(label) or kept.get(thing_label(row.thing)):
            made.remains += said(row, duty)
            continue
        stays = row.stays
        made.remains += [
            Remains(label, str(row.thing._meta.verbose_name), item.title, stays[item.name])
            for item in items_of(row)
            if item.name in stays and item.value != DELETED
        ]
        if goes := [name for name in row.fields if name not in stays]:
            made.goes[label] = (row, goes)
    for item in named_by:
        duty = kept.get(label_of(item.thing)) or kept.get(thing_label(item.thing))
        if duty:
            noun = str(item.thing._meta.verbose_name)
            made.remains.append(Remains(label_of(item.thing), noun, item.title, duty.because, duty.until))
        elif not isinstance(item.thing, User):
            made.mentions.append(item)
    made.keeps_name = account_is_named(found, kept)
    made.remains += of_account(made)
    return made


def duties_on(found: Found, named_by: list[Item], at: datetime) -> dict[str, Duty]:
    """What the apps keep of the rows about the person, of those that name them, and of those that these are about."""
    rows: dict[type[Model], set[Any]] = defaultdict(set)
    things = [*found.things, *(thing for thing, _ in found.named.values()), *(item.thing for item in named_by)]
    for thing in things:
        rows[type(thing)].add(thing.pk)
        if (model := thing_model(thing)) is not None:
            rows[model].add(model._meta.pk.to_python(thing_label(thing).partition(":")[2]))
    result: dict[str, Duty] = {}
    for one in duties(rows, at):
        result.setdefault(f"{one.model._meta.label_lower}:{one.pk}", one)
    return result


def thing_label(row: Model) -> str:
    """The label of what a document or a line of the trail is about; emails go by their own time."""
    if isinstance(row, GeneratedDocument | Entry):
        return f"{row.thing_type}:{row.thing_id}"
    return ""


def thing_model(row: Model) -> Any:
    label = thing_label(row).partition(":")[0]
    return apps.get_model(label) if label else None


def said(row: Row, duty: Duty) -> Iterator[Remains]:
    for item in items_of(row):
        if item.value != DELETED:
            yield Remains(row.label, item.noun, item.title, duty.because, duty.until)


def account_is_named(found: Found, kept: dict[str, Duty]) -> str:
    """Until when the account's name has to stay, because a row that must be kept names it; empty for not at all."""
    if found.person.account is None:
        return ""
    named = {label for label in found.named if label in kept}
    named |= {
        label
        for label, row in found.rows.items()
        if label in kept and any(names_account(one) for one in _fields_of(row))
    }
    return max((kept[label].until for label in named), default="", key=lambda until: (until[-4:].isdigit(), until[-4:]))


def _fields_of(row: Row) -> list[Any]:
    return [row.thing._meta.get_field(name) for name in row.fields]


def of_account(made: Plan) -> Iterator[Remains]:
    person = made.person.account
    if person is None:
        return
    if made.keeps_name:
        yield Remains(label_of(person), "person", "full name, works for", OF_ACCOUNT, made.keeps_name)
    number = sum(isinstance(thing, Entry) for thing, _ in made.found.named.values())
    if number:
        yield Remains(label_of(person), "trail entry", f"{number} lines of what they did", TRAIL)
