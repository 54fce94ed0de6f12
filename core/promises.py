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
CLASSES = ("open", "personal", "special", "financial")


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

    strings = {name: names(name) for name in (*CLASSES, "changing", "emptied", "stored")}
    is_deleted = any(getattr(part, "is_deleted", False) for part in parts)
    return Declared(**strings, frozen=listed("frozen"), kept=listed("kept"), is_deleted=is_deleted)


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
    for one in promises.frozen:
        try:
            model._base_manager.filter(one.when)
        except FieldError as problem:
            yield f"“{one.refusal}” {problem}"
