"""Finds the rows about a person, by the ways that models declare (core/promises.py), and the rows that name them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import EmailField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.reverse_related import ForeignObjectRel

from core.accounts.models import Programme, User
from core.permissions import programme_of
from core.promises import DELETED, THING, About, declared, names_account, own_models
from core.rights.person import Person, person_at

IN_THINGS = ("about", "case")  # of an email: "app.model:key"


@dataclass(slots=True)
class Row:
    """A row about a person: the ways that led to it, from which follows what of it is theirs."""

    thing: Model
    parts: list[About] = field(default_factory=list)

    @property
    def label(self) -> str:
        return label_of(self.thing)

    def names(self, attribute: str) -> list[str]:
        found = (name for part in self.parts for name in getattr(part, attribute).split())
        return list(dict.fromkeys(found))

    @property
    def fields(self) -> list[str]:
        return self.names("fields")

    @property
    def in_confidence(self) -> set[str]:
        """What all the ways to it call confidential: what somebody wrote themselves is not kept from them."""
        openly = {name for part in self.parts for name in part.fields.split() if name not in part.in_confidence.split()}
        return set(self.names("in_confidence")) - openly

    @property
    def is_of_others(self) -> bool:
        return all(part.is_of_others for part in self.parts)

    @property
    def stays(self) -> dict[str, str]:
        """Fields that an erasure on request leaves, with the reason."""
        goes = {name for part in self.parts if not part.stays for name in part.fields.split()}
        return {
            name: part.stays for part in self.parts if part.stays for name in part.fields.split() if name not in goes
        }


@dataclass(slots=True)
class Found:
    """Everything found: rows about the person by label, and rows that name their account as who did something."""

    person: Person
    rows: dict[str, Row]
    named: dict[str, tuple[Model, list[str]]]

    @property
    def things(self) -> Iterator[Model]:
        yield from (row.thing for row in self.rows.values())

    def of(self, model: type[Model]) -> list[Row]:
        return [row for row in self.rows.values() if type(row.thing) is model]


def label_of(thing: Model) -> str:
    return f"{thing._meta.label_lower}:{thing.pk}"


def find(email: str, account: User | None = None, programme: Programme | None = None) -> Found:
    """Find what is held about somebody; with a programme, without what belongs to another one."""
    person = person_at(email, account)
    while True:
        found = _find(person, programme)
        wider = _known_better(person, found)
        if wider == person:
            return found
        person = wider


def _known_better(person: Person, found: Found) -> Person:
    """The person with the addresses and names that stand in the rows about them: a corrected address leads further."""
    return own_words(person.account, [row.thing for row in found.rows.values()], person)


def own_words(account: User | None, things: Iterable[Model], person: Person | None = None) -> Person:
    """The person of an account with the addresses and names in the rows about them (added to those of `person`)."""
    known = person or (person_at(account.email, account) if account else Person(None, frozenset()))
    addresses, names = set(known.addresses), set(known.names)
    for thing in things:
        promises = declared(type(thing)).about
        if any(THING in part.ways.split() for part in promises):
            continue  # an email about the person goes to others too
        columns = {one.name for one in thing._meta.concrete_fields if isinstance(one, EmailField)}
        ways = {way for part in promises for way in part.ways.split()} & columns
        values = {str(getattr(thing, way)).strip().lower() for way in ways}
        addresses |= {value for value in values if "@" in value and not value.endswith(".invalid")}
        name = str(getattr(thing, "name", "")).strip() if ways else ""
        names |= {name} - {"", DELETED}
    return Person(account, frozenset(addresses), frozenset(names))


def _find(person: Person, programme: Programme | None) -> Found:
    found = Found(person, {}, {})
    over_things = []
    for model in own_models():
        for part in declared(model).about:
            if THING in part.ways.split():
                over_things.append((model, part))
                continue
            for thing in rows_about(model, part, person):
                _add(found, thing, part, programme)
    for model in own_models():
        _name(found, model, programme)
    labels = [label for label, row in found.rows.items() if not row.is_of_others]
    for model, part in over_things:
        for thing in about_things(model, labels):
            _add(found, thing, part, programme)
    return found


def _add(found: Found, thing: Model, part: About, programme: Programme | None) -> None:
    if programme is not None and programme_of(thing) not in {None, programme.pk}:
        return
    row = found.rows.setdefault(label_of(thing), Row(thing))
    if part not in row.parts:
        row.parts.append(part)


def _name(found: Found, model: type[Model], programme: Programme | None) -> None:
    account = found.person.account
    if account is None:
        return
    ways = {way for part in declared(model).about for way in part.ways.split()}
    columns = [one.name for one in model._meta.concrete_fields if names_account(one) and one.name not in ways]
    if not columns:
        return
    asked = Q()
    for name in columns:
        asked |= Q(**{name: account})
    for thing in model._base_manager.filter(asked).order_by("pk"):
        if programme is None or programme_of(thing) in {None, programme.pk}:
            names = [name for name in columns if getattr(thing, f"{name}_id") == account.pk]
            found.named[label_of(thing)] = (thing, names)


def rows_about(model: type[Model], part: About, person: Person, key: Any = None) -> Iterator[Model]:
    """Yield the rows of a model, or the one with this key, that these ways lead to from the person."""
    for way in part.ways.split():
        rows = _rows_on(model, way, person)
        yield from (rows if key is None else rows.filter(pk=key)).order_by("pk")


def _rows_on(model: type[Model], way: str, person: Person) -> QuerySet[Any]:
    relations, last = _walk(model, way)
    rows = model._base_manager.all()
    if isinstance(last, EmailField):
        condition = Q(pk__in=[])
        for address in person.addresses:
            condition |= Q(**{f"{way}__iexact": address})
    elif person.account is None:
        return rows.none()
    else:
        condition = Q(**{way: person.account.pk})
    several = next((index for index, one in enumerate(relations) if isinstance(one, ForeignObjectRel)), None)
    if several is None:
        return rows.filter(condition)
    return rows.filter(condition, _is_last(way, several, relations[several]))


def _is_last(way: str, several: int, relation: Any) -> Q:
    """Of several rows on the way only the last one counts: the one before was somebody else."""
    path = way.split("__")
    over, before = "__".join(path[: several + 1]), "__".join([*path[:several], "pk"])
    others = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef(before)})
    return Q(**{f"{over}__pk": Subquery(others.order_by("-pk").values("pk")[:1])})


def _walk(model: type[Model], way: str) -> tuple[list[Any], Any]:
    """The relations along a way and the field at its end; a way that ends at an account ends at its key."""
    relations: list[Any] = []
    current: Any = model
    for name in way.split("__"):
        last = current._meta.pk if name == "pk" else current._meta.get_field(name)
        if last.is_relation:
            relations.append(last)
            current = last.related_model
    return relations, relations[-1] if relations and current is User else last


def about_things(model: type[Model], labels: list[str]) -> Iterator[Model]:
    """Rows about these things, by label: lines of the trail and documents name one in two columns, emails in others."""
    names = {one.name for one in model._meta.concrete_fields}
    if "thing_type" in names:
        keys: dict[str, list[str]] = defaultdict(list)
        for label in labels:
            thing_type, _, key = label.partition(":")
            keys[thing_type].append(key)
        for thing_type, of_type in keys.items():
            for some in _blocks(of_type):
                yield from model._base_manager.filter(thing_type=thing_type, thing_id__in=some).order_by("pk")
        return
    for some in _blocks(labels):
        asked = Q()
        for name in IN_THINGS:
            asked |= Q(**{f"{name}__in": some})
        yield from model._base_manager.filter(asked).order_by("pk")


def _blocks(keys: list[str], size: int = 300) -> Iterator[list[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
