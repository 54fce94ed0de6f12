"""The SQL of the triggers that keep content frozen, for SQLite and PostgreSQL; no word of it comes from a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from core.audit.models import TriggerBypass

PREFIX = "frozen_"
# PostgreSQL: what a trigger is asked for each of, and what it gives back to let the statement go on.
PASSED_ON = {"UPDATE": ("ROW", "NEW"), "DELETE": ("ROW", "OLD"), "TRUNCATE": ("STATEMENT", "NULL")}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused, in SQL about OLD and NEW, and the sentence it is refused with."""

    when: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: its table, how it is made, and what the database says of it where it stands as it should."""

    name: str
    table: str
    creation: tuple[str, ...]
    definition: str


def changes(column: str) -> str:
    """SQL: the column gets another value."""
    name, differs = quoted(column), "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    return f"OLD.{name} {differs} NEW.{name}"


def falls(column: str) -> str:
    """SQL: the column gets another value, and not a greater one."""
    name = quoted(column)
    return f"({changes(column)} AND NOT COALESCE(NEW.{name} > OLD.{name}, FALSE))"


def stands(model: type[Model], when: Q) -> str:
    """SQL: the row is, before the change, among those that `when` finds."""
    if not when:
        return "TRUE"
    key = RawSQL(f"OLD.{quoted(str(model._meta.pk.column))}", ())  # noqa: S611 — a column's name
    rows = model._base_manager.filter(when, pk=key).order_by().values("pk")
    sql, values = rows.query.sql_with_params()
    connection.ensure_connection()
    return f"EXISTS ({sql % tuple(connection.schema_editor().quote_value(value) for value in values)})"


def of_table(table: str, columns: Sequence[str], updates: list[Refusal], deletes: list[Refusal]) -> Iterator[Trigger]:
    """Yield the triggers of one table. On PostgreSQL it is never emptied at once; SQLite knows no such statement."""
    # Named columns spare the steps that move the status alone the look at the rest.
    named = f"UPDATE OF {', '.join(map(quoted, columns))}"
    if connection.vendor == "sqlite":
        yield _in_sqlite(table, "UPDATE", named, updates)
        yield _in_sqlite(table, "DELETE", "DELETE", deletes)
    else:
        yield _in_postgresql(table, "UPDATE", updates)
        yield _in_postgresql(table, "DELETE", deletes)
        yield _in_postgresql(table, "TRUNCATE", [Refusal("TRUE", deletes[0].sentence)])


def removal(name: str) -> str:
    """SQL that takes a trigger away."""
    return f"DROP TRIGGER {quoted(name)}" if connection.vendor == "sqlite" else f"DROP FUNCTION {quoted(name)} CASCADE"


def standing() -> dict[str, str]:
    """The definitions of our triggers that stand in the database, by name."""
    sql = {
        "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": (
            "SELECT tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid, true), tgenabled, prosrc) FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE relnamespace = current_schema()::regnamespace"
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql[connection.vendor])
        return {name: definition for name, definition in cursor.fetchall() if name.startswith(PREFIX)}


def quoted(name: str) -> str:
    """Quote a name for SQL."""
    return connection.ops.quote_name(name)


def _nobody_stands_aside() -> str:
    return f"NOT EXISTS (SELECT 1 FROM {quoted(TriggerBypass._meta.db_table)})"  # noqa: S608 — our own table


def _in_sqlite(table: str, event: str, on: str, refusals: list[Refusal]) -> Trigger:
    name = f"{PREFIX}{table}_{event.lower()}"
    body = " ".join(
        f"SELECT RAISE(ABORT, '{one.sentence}') WHERE {one.when} AND {_nobody_stands_aside()};" for one in refusals
    )
    sql = f"CREATE TRIGGER {quoted(name)} BEFORE {on} ON {quoted(table)} FOR EACH ROW BEGIN {body} END"
    return Trigger(name, table, (sql,), sql)


def _in_postgresql(table: str, event: str, refusals: list[Refusal]) -> Trigger:
    name = f"{PREFIX}{table}_{event.lower()}"
    each, result = PASSED_ON[event]
    # What a trigger's body names it does not hold fast, so that a later migration may alter the columns.
    body = " ".join(
        f"IF {one.when} AND {_nobody_stands_aside()} THEN "
        f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{one.sentence}'; END IF;"
        for one in refusals
    )
    body = f"BEGIN {body} RETURN {result}; END"
    trigger = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
    return Trigger(name, table, (function, trigger), f"{trigger} O {body}")
