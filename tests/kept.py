"""Rows that a factory made in an empty database, written again as they were instead of walked to again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.conf import UserSettingsHolder, settings
from django.db import connection
from django.db.models import Model

from core import naming
from core.audit.models import TriggerBypass
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.database_template import MADE_BY_MIGRATE

P = ParamSpec("P")
R = TypeVar("R", bound=Model)

NUMBERED = (UserFactory, OrganisationFactory)
# Settings that each test has of its own and that no row holds.
OWN = {"MEDIA_ROOT", "STORAGES", "PASSWORD_HASHERS", "DOCUMENT_MAKER"}


@dataclass(frozen=True)
class Kept:
    """What a factory left: rows by table, files by path within MEDIA_ROOT, the numbers to go on with, what it returned."""

    rows: dict[str, Any]
    files: dict[Path, bytes]
    numbers: list[int]
    knows_names: bool
    pk: int


_kept: dict[tuple[Any, ...], Kept] = {}


def kept(read: Callable[[int], R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a factory walk once in a process for the same arguments, settings and day, where there is nothing yet.

    Later its rows, files and numbers are written again with the same keys, and `read` gives the row it returns by its
    key. What waited for a commit is not kept: a test that delivers it builds with `factory.__wrapped__`.
    """

    def decorator(build: Callable[P, R]) -> Callable[P, R]:
        @wraps(build)
        def factory(*args: P.args, **kwargs: P.kwargs) -> R:
            if not _nothing_yet():
                return build(*args, **kwargs)
            asked = repr((args, sorted(kwargs.items())))
            key = (build, asked, connection.vendor, date.today(), *_numbers(), *_settings())
            if key in _kept:
                _write(_kept[key])
                return read(_kept[key].pk)
            made = build(*args, **kwargs)
            _kept[key] = Kept(_rows(), _files(), _numbers(), bool(naming._known.names), made.pk)
            return made

        return factory

    return decorator


def forget() -> None:
    """Have everything walked to again."""
    _kept.clear()


def _nothing_yet() -> bool:
    """Whether this test has a transaction of its own in which no row and no file was made."""
    if not connection.in_atomic_block or any(Path(settings.MEDIA_ROOT).rglob("*.*")):
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(_there(table) for table in _tables())}")
        return not cursor.fetchone()[0]


def _there(table: str) -> str:
    return f'EXISTS (SELECT 1 FROM "{table}")'  # noqa: S608 - the name comes from the database


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.table_names()) - MADE_BY_MIGRATE)


def _numbers() -> list[int]:
    return [each._meta._counter.seq for each in NUMBERED]


def _settings() -> list[tuple[str, str]]:
    """Whatever a test set otherwise than it stands in the settings."""
    names, holder = set(), settings._wrapped
    while isinstance(holder, UserSettingsHolder):
        names |= {name for name in holder.__dict__ if name.isupper()}
        holder = holder.default_settings
    said = [(name, repr(getattr(settings, name))) for name in sorted(names - OWN)]
    return [*said, ("default storage", repr(settings.STORAGES["default"]))]


def _files() -> dict[Path, bytes]:
    folder = Path(settings.MEDIA_ROOT)
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _rows() -> dict[str, Any]:
    """Every table that has rows: the bytes of COPY on PostgreSQL, a statement and its tuples on SQLite."""
    rows: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in _tables():
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                    rows[table] = b"".join(bytes(part) for part in copy)
            else:
                rows[table] = cursor.execute(f'SELECT {_columns(table)} FROM "{table}"').fetchall()  # noqa: S608
    return {table: content for table, content in rows.items() if content}


@cache
def _columns(table: str) -> str:
    """The columns that a row of SQLite is written with: not those that the database works out."""
    with connection.cursor() as cursor:
        cursor.execute(f'PRAGMA table_xinfo("{table}")')
        return ", ".join(f'"{name}"' for _, name, *_, hidden in cursor.fetchall() if not hidden)


def _write(what: Kept) -> None:
    for factory, number in zip(NUMBERED, what.numbers, strict=True):
        factory.reset_sequence(number)
    for path, content in what.files.items():
        whole = Path(settings.MEDIA_ROOT, path)
        whole.parent.mkdir(parents=True, exist_ok=True)
        whole.write_bytes(content)
    with connection.cursor() as cursor, _without_triggers(cursor):
        for table, rows in what.rows.items():
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)
            else:
                places = ", ".join("%s" for _ in rows[0])
                cursor.executemany(f'INSERT INTO "{table}" ({_columns(table)}) VALUES ({places})', rows)  # noqa: S608
    if what.knows_names:
        naming.names(afresh=True)


@contextmanager
def _without_triggers(cursor: Any) -> Iterator[None]:
    """Neither triggers nor foreign keys are looked at meanwhile: the rows were right when they were read."""
    bypass = TriggerBypass._meta.db_table
    if connection.vendor == "postgresql":
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
    else:
        cursor.execute(f'INSERT INTO "{bypass}" DEFAULT VALUES')
        yield
        cursor.execute(f'DELETE FROM "{bypass}"')  # noqa: S608 - the name is a model's
