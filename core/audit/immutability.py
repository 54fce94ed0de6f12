"""What no longer changes: rows and columns named by each app's `frozen.py`, kept by triggers in the database.

`bypass_triggers` is the one way past them.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model, Q
from django.utils.module_loading import module_has_submodule

from core.audit import triggers
from core.audit.models import TriggerBypass
from core.audit.triggers import Refusal, Trigger

ALWAYS = Q()


@dataclass(frozen=True, slots=True)
class Frozen:
    """Columns of a model that stand as they are, in rows that are also not deleted; the rest may move.

    `columns` are names of fields; those in `rising` may get a greater value, and no other. `when` finds the rows by
    what they and their parents were before the change; without it, all. `sentence` is what the database answers.
    """

    model: str
    columns: str
    sentence: str
    when: Q = ALWAYS
    rising: str = ""

    @property
    def of(self) -> type[Model]:
        """The model itself."""
        return apps.get_model(self.model)

    @property
    def names(self) -> list[str]:
        """The fields that stand still; the key of the row is always among them."""
        return [self.of._meta.pk.name, *self.columns.split()]

    def column(self, name: str) -> str:
        """The column of a field."""
        return str(self.of._meta.get_field(name).column)  # type: ignore[union-attr]  # no relation that leads here


FROZEN = (
    Frozen(
        "audit.Entry", "at by event thing_type thing_id thing_label programme detail", "The trail is never changed."
    ),
)


def tables() -> list[Frozen]:
    """Everything that freezes, of every app."""
    found: list[Frozen] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "frozen"):
            found += import_module(f"{config.name}.frozen").FROZEN
    return found


@cache
def wanted() -> dict[str, Trigger]:
    """The triggers that must stand, by name."""
    by_table: dict[str, list[Frozen]] = defaultdict(list)
    for frozen in tables():
        by_table[frozen.of._meta.db_table].append(frozen)
    found: dict[str, Trigger] = {}
    for table, parts in by_table.items():
        columns = [part.column(name) for part in parts for name in (*part.names, *part.rising.split())]
        updates, deletes = [_update(part) for part in parts], [_deletion(part) for part in parts]
        found |= {one.name: one for one in triggers.of_table(table, list(dict.fromkeys(columns)), updates, deletes)}
    return found


def _update(part: Frozen) -> Refusal:
    moved = [triggers.changes(part.column(name)) for name in part.names]
    moved += [triggers.falls(part.column(name)) for name in part.rising.split()]
    return Refusal(f"({' OR '.join(moved)}) AND {triggers.stands(part.of, part.when)}", part.sentence)


def _deletion(part: Frozen) -> Refusal:
    return Refusal(triggers.stands(part.of, part.when), part.sentence)


@transaction.atomic
def install() -> None:
    """Make what is missing, make anew what differs, and take away what is no longer wanted.

    After a migration that goes only part of the way, some tables are not there yet.
    """
    there, made = triggers.standing(), set(connection.introspection.table_names())
    if TriggerBypass._meta.db_table not in made:
        return
    right = {name for name, one in wanted().items() if there.get(name) == one.definition}
    with connection.cursor() as cursor:
        for name in there.keys() - right:
            cursor.execute(triggers.removal(name))
        for name, one in wanted().items():
            if name not in right and one.table in made:
                for sql in one.creation:
                    cursor.execute(sql)


@transaction.atomic
def remove() -> None:
    """Take them all away: SQLite remakes a table that a migration changes, and stumbles over triggers that name it."""
    with connection.cursor() as cursor:
        for name in triggers.standing():
            cursor.execute(triggers.removal(name))


def missing() -> list[str]:
    """The names of triggers that are missing, switched off, or say something else than they should."""
    there = triggers.standing()
    return [name for name, one in wanted().items() if there.get(name) != one.definition]


@contextmanager
def bypass_triggers() -> Iterator[None]:
    """Let what is frozen be changed and deleted, by this transaction alone and only inside the block.

    For retention and for tests. A row of `TriggerBypass` that no other connection sees tells the triggers; if the block
    fails, the savepoint that goes back takes it along.
    """
    with transaction.atomic():
        row = TriggerBypass.objects.create()
        yield
        row.delete()
