"""Test databases copied from a template: the migrations run once for each state of the source, not in each process."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings

from core.audit.models import TriggerBypass

FOLDER = Path(settings.BASE_DIR, "var", "test-databases")
SOURCE = ("core", "applications", "grants", "secondments", "learning", "cii")
LOCKS = ("requirements-test.txt",)
MADE_BY_MIGRATE = {"django_content_type", "auth_permission", "django_migrations", "django_site"}


@contextmanager
def test_database() -> Iterator[None]:
    """Connect to a migrated and otherwise empty database, and drop it afterwards."""
    original = connection.settings_dict["NAME"]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock, patient():
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.vendor == "sqlite":
            _copy_on_sqlite(FOLDER / f"{_digest()}.sqlite3")
        else:
            _copy_on_postgresql(str(original), f"test_template_{original}_{_digest()}")
    yield
    with patient():
        if connection.vendor == "postgresql":
            _end_other_sessions()
        connection.creation.destroy_test_db(original, verbosity=0)


@contextmanager
def patient() -> Iterator[None]:
    """Lift the time limits of PostgreSQL's connection: a database is made, copied and dropped on a busy disk."""
    if connection.vendor != "postgresql":
        yield
        return
    kept = {"options": connection.settings_dict["OPTIONS"]["options"]}
    connection.close()
    connection.settings_dict["OPTIONS"]["options"] = "-c jit=off"
    try:
        with override_settings(DATABASE_ANSWERS_WITHIN=0):
            yield
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"].update(kept)


def _end_other_sessions() -> None:
    """End what tests of broken lines left: a session whose other end fell silent would keep the database."""
    with connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")  # noqa: S608 - constant


def empty(_operations: object, sql_list: list[str]) -> None:  # in place of execute_sql_flush
    """Delete all rows but those that `migrate` makes. On PostgreSQL without TRUNCATE, which takes seconds for all tables."""
    bypass = TriggerBypass._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            deletions = [sql for sql in sql_list if not any(f'"{table}"' in sql for table in MADE_BY_MIGRATE)]
            cursor.execute(f'INSERT INTO "{bypass}" DEFAULT VALUES')
            for sql in sorted(deletions, key=lambda sql: bypass in sql):
                cursor.execute(sql)
            return
        cursor.execute("SET LOCAL session_replication_role = replica")  # neither triggers nor foreign keys
        for table in set(connection.introspection.table_names(cursor)) - MADE_BY_MIGRATE:
            cursor.execute(f'DELETE FROM "{table}"')  # noqa: S608 - the name comes from the database


def _digest() -> str:
    """Identify everything that the tables are made from."""
    files = [path for name in SOURCE for path in sorted(Path(settings.BASE_DIR, name).rglob("*.py"))]
    digest = hashlib.sha256(platform.python_version().encode())
    for path in [*files, *(Path(settings.BASE_DIR, name) for name in LOCKS)]:
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _create() -> None:
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = connection.settings_dict["NAME"] = name


def _copy_on_sqlite(template: Path) -> None:
    if not template.exists():
        _create()
        unfinished = template.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(unfinished)) as file:
            connection.connection.backup(file)
        for older in FOLDER.glob("*.sqlite3"):
            older.unlink()
        unfinished.rename(template)
        return
    _use(f"file:memorydb_{connection.alias}?mode=memory&cache=shared")
    connection.ensure_connection()
    with closing(sqlite3.connect(template)) as file:
        file.backup(connection.connection)


def _copy_on_postgresql(original: str, template: str) -> None:
    import psycopg

    own = connection.settings_dict["TEST"]["NAME"] or f"test_{original}"
    parameters: dict[str, Any] = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in {"host", "port", "user", "password"}
    }
    with closing(psycopg.connect(**parameters, dbname=original, autocommit=True)) as server:
        older = f"{template[: -len(_digest())]}%".replace("_", r"\_")
        names = [name for (name,) in server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [older])]
        if template not in names:
            connection.settings_dict["TEST"]["NAME"] = f"{template}_unfinished"
            _create()
            _use(original)
            connection.settings_dict["TEST"]["NAME"] = own
            for name in names:
                server.execute(f'DROP DATABASE IF EXISTS "{name}"')
            server.execute(f'ALTER DATABASE "{template}_unfinished" RENAME TO "{template}"')
        server.execute(f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{own}" TEMPLATE "{template}"')
        # A power cut may lose a test's rows: no commit waits for the disk.
        server.execute(f'ALTER DATABASE "{own}" SET synchronous_commit = off')
    _use(own)
    connection.ensure_connection()
