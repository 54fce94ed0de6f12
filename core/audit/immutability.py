"""Triggers for what models declare as frozen (core/promises.py), on PostgreSQL; `bypass_triggers` is the one way past.

SQLite, the newcomer's database, has none: there the actions refuse, and everything here finds nothing to do.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Model, Q

from core.audit import triggers
from core.audit.models import TriggerBypass
from core.audit.triggers import Refusal, Trigger
from core.promises import Frozen, declared, own_models


@dataclass(frozen=True, slots=True)
class FrozenColumns:
    """Fields of one table that stay as they are in the rows that `when` finds; those in `rising` may rise."""

    model: type[Model]
    names: list[str]
    refusal: str
    when: Q
    rising: list[str]

    def columns(self, names: list[str]) -> list[str]:
        return [str(self.model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]


def frozen_columns() -> list[FrozenColumns]:
    """Everything that is frozen, by table: many-to-many fields as the rows of the table between."""
    return [part for model in own_models() for one in declared(model).frozen for part in _parts(model, one)]


def _parts(model: type[Model], one: Frozen) -> Iterator[FrozenColumns]:
    many = {field.name: field.remote_field.through for field in model._meta.many_to_many}
    names = [str(model._meta.pk.name), *(name for name in one.fields.split() if name not in many)]
    yield FrozenColumns(model, names, one.refusal, one.when, one.rising.split())
    for name in one.fields.split():
        if between := many.get(name):
            back = next(field.name for field in between._meta.fields if field.related_model is model)
            every = [field.name for field in between._meta.fields]
            yield FrozenColumns(between, every, one.refusal, _through(back, one.when), [])


def _through(field: str, condition: Q) -> Q:
    children: list[Q | tuple[str, Any]] = []
    for child in condition.children:
        if isinstance(child, Q):
            children.append(_through(field, child))
        else:
            lookup, value = cast("tuple[str, Any]", child)
            children.append((f"{field}__{lookup}", value))
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


@cache
def wanted() -> dict[str, Trigger]:
    """The triggers that must exist, by name."""
    if connection.vendor != "postgresql":
        return {}
    by_table: dict[str, list[FrozenColumns]] = defaultdict(list)
    for part in frozen_columns():
        by_table[part.model._meta.db_table].append(part)
    found: dict[str, Trigger] = {}
    for table, parts in by_table.items():
        updates, deletes = [_update(part) for part in parts], [_deletion(part) for part in parts]
        found |= {one.name: one for one in triggers.of_table(table, updates, deletes)}
    return found


def _update(part: FrozenColumns) -> Refusal:
    moved = [triggers.changes(column) for column in part.columns(part.names)]
    moved += [triggers.falls(column) for column in part.columns(part.rising)]
    return Refusal(f"({' OR '.join(moved)}) AND {triggers.was_among(part.model, part.when)}", part.refusal)


def _deletion(part: FrozenColumns) -> Refusal:
    return Refusal(triggers.was_among(part.model, part.when), part.refusal)


@transaction.atomic
def install() -> None:
    """Create missing triggers, replace those that differ, and drop those that are no longer wanted.

    Tables that a partial migration has not created yet are left out.
    """
    if connection.vendor != "postgresql":
        return
    tables = set(connection.introspection.table_names())
    if TriggerBypass._meta.db_table not in tables:
        return
    present = triggers.installed()
    right = {name for name, one in wanted().items() if present.get(name) == one.definition}
    with connection.cursor() as cursor:
        for name in present.keys() - right:
            cursor.execute(triggers.removal(name))
        for name, one in wanted().items():
            if name not in right and one.table in tables:
                for sql in one.creation:
                    cursor.execute(sql)


@transaction.atomic
def remove() -> None:
    """Drop them all. Only tests do: to prove that it is the triggers that refuse."""
    with connection.cursor() as cursor:
        for name in triggers.installed():
            cursor.execute(triggers.removal(name))


def missing() -> list[str]:
    """The names of triggers that are missing, switched off, or differ from what they should say."""
    if connection.vendor != "postgresql":
        return []
    present = triggers.installed()
    return [name for name, one in wanted().items() if present.get(name) != one.definition]


@contextmanager
def bypass_triggers() -> Iterator[None]:
    """Let what is frozen be changed and deleted, by this transaction alone and only inside the block.

    For retention and for tests. The row of `TriggerBypass` is seen by no other connection; if the block fails, it goes
    with the savepoint.
    """
    with transaction.atomic():
        row = TriggerBypass.objects.create()
        yield
        row.delete()
