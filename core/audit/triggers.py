"""The SQL of the triggers that keep content frozen, for PostgreSQL; nothing in it comes from a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Model, Q
from django.db.models.expressions import RawSQL

from core.audit.models import TriggerBypass

PREFIX = "frozen_"
# What a trigger is called for each of, and what it returns to let the statement go on.
PASSED_ON = {"UPDATE": ("ROW", "NEW"), "DELETE": ("ROW", "OLD"), "TRUNCATE": ("STATEMENT", "NULL")}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is refused, in SQL about OLD and NEW, and the sentence it is refused with."""

    when: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger: its table, how it is made, and how the database describes it when it is as it should be."""

    name: str
    table: str
    creation: tuple[str, ...]
    definition: str


def changes(column: str) -> str:
    return f"OLD.{quoted(column)} IS DISTINCT FROM NEW.{quoted(column)}"


def falls(column: str) -> str:
    name = quoted(column)
    return f"({changes(column)} AND NOT COALESCE(NEW.{name} > OLD.{name}, FALSE))"


def was_among(model: type[Model], when: Q) -> str:
    """SQL: before the change, the row was among those that `when` finds."""
    if not when:
        return "TRUE"
    key = RawSQL(f"OLD.{quoted(str(model._meta.pk.column))}", ())  # noqa: S611 — a column's name
    rows = model._base_manager.filter(when, pk=key).order_by().values("pk")
    sql, values = rows.query.sql_with_params()
    connection.ensure_connection()
    return f"EXISTS ({sql % tuple(connection.schema_editor().quote_value(value) for value in values)})"


def of_table(table: str, updates: list[Refusal], deletes: list[Refusal]) -> Iterator[Trigger]:
    """Yield the triggers of one table, which is never emptied at once."""
    yield _trigger(table, "UPDATE", updates)
    yield _trigger(table, "DELETE", deletes)
    yield _trigger(table, "TRUNCATE", [Refusal("TRUE", deletes[0].sentence)])


def removal(name: str) -> str:
    return f"DROP FUNCTION {quoted(name)} CASCADE"


def installed() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, concat_ws(' ', pg_get_triggerdef(pg_trigger.oid, true), tgenabled, prosrc) FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE relnamespace = current_schema()::regnamespace"
        )
        return {name: definition for name, definition in cursor.fetchall() if name.startswith(PREFIX)}


def quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _trigger(table: str, event: str, refusals: list[Refusal]) -> Trigger:
    name = f"{PREFIX}{table}_{event.lower()}"
    each, result = PASSED_ON[event]
    no_bypass = f"NOT EXISTS (SELECT 1 FROM {quoted(TriggerBypass._meta.db_table)})"  # noqa: S608 — our own table
    # Columns named in a function's body do not depend on it, so that a later migration may alter them.
    body = " ".join(
        f"IF {one.when} AND {no_bypass} THEN "
        f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{one.sentence}'; END IF;"
        for one in refusals
    )
    body = f"BEGIN {body} RETURN {result}; END"
    trigger = f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
    function = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$"
    return Trigger(name, table, (function, trigger), f"{trigger} O {body}")
