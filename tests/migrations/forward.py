"""Migrate an empty PostgreSQL database to a release, plant its rows, migrate forward to now, and say what is missing.

Run by test_released.py in a process of its own: `python -m tests.migrations.forward 1.0.0`.
"""

from __future__ import annotations

import gzip
import json
import sys
from datetime import datetime
from typing import Any

from tests.migrations.record import FOLDER

NO_FILES = "its file is gone from the storage"  # rows are planted, files are not


def main(version: str) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from core.invariants import all_breaches

    release = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))
    planted = json.loads(gzip.decompress((FOLDER / f"{version}.rows.json.gz").read_bytes()))
    executor = MigrationExecutor(connection)
    then = executor.migrate([tuple(node) for node in release["leaves"]]).apps
    with transaction.atomic():
        for label, values in planted.items():
            plant(then.get_model(label), values)
    with connection.cursor() as cursor:
        for sql in release["triggers"]:
            cursor.execute(sql)
    call_command("migrate", verbosity=0)
    missing = list(lost(planted))
    breaches = [said for said in all_breaches(datetime.fromisoformat(release["recorded_at"])) if NO_FILES not in said]
    print(json.dumps({"planted": {label: len(some) for label, some in planted.items()}, "problems": missing + breaches}))


def plant(model: Any, values: list[dict[str, Any]]) -> None:
    """Insert rows as the release had them, by its own model."""
    from django.core.management.color import no_style
    from django.db import connection

    fields = {field.attname: field for field in model._meta.concrete_fields}
    things = [model(**{name: fields[name].to_python(value) for name, value in row.items()}) for row in values]
    model._base_manager.bulk_create(things, batch_size=500)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(sql)


def lost(planted: dict[str, list[dict[str, Any]]]) -> Any:
    """Name the tables and rows that were planted and are not there now."""
    from django.apps import apps

    for label, values in planted.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            yield f"{label}: the table is gone; say here which one has its rows"
            continue
        key = model._meta.pk
        keys = {key.to_python(row[key.attname]) for row in values}
        there = set(model._base_manager.filter(pk__in=keys).values_list("pk", flat=True))
        if gone := keys - there:
            yield f"{label}: {len(gone)} of {len(keys)} rows are gone"


if __name__ == "__main__":
    main(sys.argv[1])
