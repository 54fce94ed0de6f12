"""What a model promises about its rows: how personal each field is, what freezes when, what retention empties.

A model declares it in an inner class, whose names of fields are separated by spaces:

    class Promises:
        open = "id grant recorded_at"
        personal = "reason recorded_by"
        frozen = (Frozen("grant reason recorded_at recorded_by", "An extension cannot be changed."),)
        emptied = "reason"
        kept = (Kept("recorded_by", because=AUDIT),)

`open` is published or about no person; `personal` is about a person, or their words; `special` could tell belief,
origin, health or a conflict of interest; `financial` is pay, or the money of one organisation. Each field has exactly
one of these, and each that is not open is one of: `emptied` by retention, `stored` (its file is deleted from the
storage), `kept` for a reason, or in a row that is deleted whole (`is_deleted`). `frozen` columns are guarded by
triggers on PostgreSQL (core/audit/immutability.py); `changing` are the other columns of a model that has frozen ones.

`about` leads from a row to the person whom its fields are about (core/rights finds by it what is held about
somebody); every field that is not open, and names no account, is in one of these or among the `impersonal`.

What the parents of a model declare counts too. `manage.py check` compares all of it with the fields.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import Error
from django.core.exceptions import FieldError
from django.db.models import Model, Q

DELETED = "(deleted)"  # replaces words whose retention period is over
AUDIT = "who did what in their work here, as the trail shows it"
OF_ORGANISATION = "an organisation's own words, which it wrote in its name"
CLASSES = ("open", "personal", "special", "financial")
THING = "thing"  # the way of an email, a document or a line of the trail: over the row that it is about


@dataclass(frozen=True, slots=True)
class Frozen:
    """Fields that cannot change in the rows that `when` finds, which cannot be deleted either.

    Fields in `rising` may get a greater value and no other. `when` looks at the row, and its parents, as they were
    before the change; without it, all rows. The name of a many-to-many field freezes its rows in the table between.
    `refusal` is the database's answer.
    """

    fields: str
    refusal: str
    when: Q = Q()  # noqa: RUF009 — never changed
    rising: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Fields about a person that outlive every retention rule, and why."""

    fields: str
    because: str


@dataclass(frozen=True, slots=True)
class About:
    """The fields that tell of the person to whom `ways` lead: look-ups that end at an account or an email address.

    A way over several rows, like the proposed secondees of an application, counts for the last of them only.
    Fields `in_confidence` are others' views of the person or about others: somebody reviews them before the person gets
    them. Nobody is shown what is `withheld`. Erasure on request leaves the fields of a part that `stays`, and says why.
    A row that `is_of_others` has these fields of the person and is about somebody else: its emails and its lines of the
    trail do not tell of them.
    """

    ways: str
    fields: str
    in_confidence: str = ""
    withheld: str = ""
    stays: str = ""
    is_of_others: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """The promises of a model and its parents, as lists of names of fields."""

    open: list[str]
    personal: list[str]
    special: list[str]
    financial: list[str]
    changing: list[str]
    emptied: list[str]
    stored: list[str]
    frozen: list[Frozen]
    kept: list[Kept]
    about: list[About]
    impersonal: list[str]
    is_deleted: bool

    @property
    def sensitive(self) -> list[str]:
        return self.personal + self.special + self.financial

    @property
    def guarded(self) -> list[str]:
        return [name for one in self.frozen for name in f"{one.fields} {one.rising}".split()]


@cache
def declared(model: type[Model]) -> Declared:
    """Read the promises of a model; empty where it declares none."""
    parts = [part for one in reversed(model.__mro__) if (part := vars(one).get("Promises"))]

    def names(attribute: str) -> list[str]:
        return [name for part in parts for name in getattr(part, attribute, "").split()]

    def listed(attribute: str) -> list[Any]:
        return [one for part in parts for one in getattr(part, attribute, ())]

    strings: Any = {name: names(name) for name in (*CLASSES, "changing", "emptied", "stored", "impersonal")}
    is_deleted = any(getattr(part, "is_deleted", False) for part in parts)
    lists: Any = {name: listed(name) for name in ("frozen", "kept", "about")}
    return Declared(**strings, **lists, is_deleted=is_deleted)


def own_models() -> list[type[Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if Path(settings.BASE_DIR, config.name.split(".")[0]).is_dir()
        for model in config.get_models()
    ]


def check_promises(**_kwargs: Any) -> list[Error]:
    return [
        Error(f"{model._meta.label}: {problem}.", obj=model, id="promises.E001")
        for model in own_models()
        for problem in problems(model)
    ]


def problems(model: type[Model]) -> Iterator[str]:
    promises = declared(model)
    columns = {field.name for field in model._meta.concrete_fields}
    fields = columns | {field.name for field in model._meta.many_to_many}
    classes = Counter(promises.open + promises.sensitive)
    kept = [name for one in promises.kept for name in one.fields.split()]
    ends = Counter(promises.emptied + promises.stored + kept)
    named = {*classes, *ends, *promises.guarded, *promises.changing}
    yield from (f"{name} is no field" for name in sorted(named - fields))
    yield from (f"{name} is neither open, personal, special nor financial" for name in sorted(fields - set(classes)))
    yield from (f"{name} has two classes" for name, times in classes.items() if times > 1)
    yield from (f"{name} is emptied, stored or kept twice" for name, times in ends.items() if times > 1)
    yield from (f"{name} is open, so it is not emptied, stored or kept" for name in promises.open if name in ends)
    if not promises.is_deleted:
        forever = [name for name in promises.sensitive if name not in ends]
        yield from (f"{name} is neither emptied nor stored, and nothing says why it is kept" for name in forever)
    if promises.frozen:
        loose = columns - set(promises.guarded) - set(promises.changing) - {str(model._meta.pk.name)}
        yield from (f"{name} is neither frozen nor changing" for name in sorted(loose))
        yield from (f"{name} is frozen and changing" for name in promises.changing if name in promises.guarded)
    yield from leads_nowhere(model, promises)
    for one in promises.frozen:
        try:
            model._base_manager.filter(one.when)
        except FieldError as problem:
            yield f"“{one.refusal}” {problem}"


def names_account(field: Any) -> bool:
    """Whether a field holds the key of an account: whoever is in it is found by it."""
    return bool(field.is_relation and field.related_model and field.related_model._meta.label == account_label())


def account_label() -> str:
    return str(settings.AUTH_USER_MODEL)


def leads_nowhere(model: type[Model], promises: Declared) -> Iterator[str]:
    """Yield what is wrong with the ways from rows to people; a field about a person that no way covers is forgotten."""
    fields = {field.name: field for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    covered = Counter(name for one in promises.about for name in set(one.fields.split()))
    found = {name for name in promises.sensitive if name in fields and names_account(fields[name])}
    for name in promises.sensitive:
        if name not in covered and name not in found and name not in promises.impersonal:
            yield f"{name} is about a person, and nothing leads to that person"
    for name in sorted({*covered, *promises.impersonal} - set(promises.sensitive)):
        yield f"{name} is not about a person, so no way leads from it to one"
    yield from (f"{name} is both impersonal and about a person" for name in promises.impersonal if name in covered)
    for one in promises.about:
        loose = {*one.in_confidence.split(), *one.withheld.split()} - set(one.fields.split())
        yield from (f"{name} is in confidence or withheld, and not among its fields" for name in sorted(loose))
        for way in one.ways.split():
            try:
                if way != THING:
                    model._base_manager.filter(**{f"{way}__isnull": False})
            except FieldError as problem:
                yield f"{problem}"
