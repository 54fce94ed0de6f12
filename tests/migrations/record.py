"""Write down a release: its heading in the CHANGELOG, its migrations by hash, its triggers, the demonstration's rows.

    make record-release VERSION=1.0.0 DATABASE_URL=postgres://…/an_empty_database
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "released"


def own_apps() -> dict[str, Path]:
    """The folder of each app's migrations, by label."""
    from django.apps import apps
    from django.conf import settings

    folders = {one.label: Path(one.path) / "migrations" for one in apps.get_app_configs()}
    return {label: path for label, path in folders.items() if path.is_relative_to(settings.BASE_DIR) and path.exists()}


def hashes() -> dict[str, dict[str, str]]:
    """The SHA-256 of each migration's file, by app and name."""
    return {
        label: {
            path.stem: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("[0-9]*.py"))
        }
        for label, folder in sorted(own_apps().items())
        if ".venv" not in folder.parts
    }


def leaves() -> list[list[str]]:
    """The last migration of each app."""
    from django.db.migrations.loader import MigrationLoader

    graph = MigrationLoader(None).graph
    return [list(node) for node in sorted(graph.leaf_nodes()) if node[0] in hashes()]


def models() -> Iterator[Any]:
    """Every model of ours, with the tables between."""
    from django.apps import apps

    for label in sorted(hashes()):
        yield from apps.get_app_config(label).get_models(include_auto_created=True)


def rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table of ours, by model: the values by column's attribute."""
    found = {}
    for model in models():
        names = [field.attname for field in model._meta.concrete_fields if not field.generated]
        if some := list(model._base_manager.order_by("pk").values(*names)):
            found[model._meta.label_lower] = some
    return found


def declare(version: str, on: str) -> None:
    """Put what is unreleased under the version's heading, unless the CHANGELOG has it already."""
    file = FOLDER.parents[2] / "CHANGELOG.md"
    text = file.read_text(encoding="utf-8")
    if f"\n## {version} " not in text:
        text = text.replace("\n## Unreleased\n", f"\n## Unreleased\n\n## {version} – {on}\n", 1)
        file.write_text(text, encoding="utf-8")


def exactly(value: Any) -> str:
    """Say a value that JSON has no word for: instants to the microsecond, since seals are over them."""
    return value.isoformat() if isinstance(value, date) else str(value)


def main(version: str) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cii.settings")
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from core.audit import immutability

    if connection.vendor != "postgresql":
        sys.exit("Give DATABASE_URL, an empty PostgreSQL database: a release has triggers there.")
    triggers = [sql for one in immutability.wanted().values() for sql in one.creation]
    release = {
        "version": version,
        "recorded_at": timezone.now().isoformat(),
        "leaves": leaves(),
        "migrations": hashes(),
        "triggers": triggers,
    }
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{version}.json").write_text(json.dumps(release, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    declare(version, timezone.now().date().isoformat())
    content = json.dumps(rows(), default=exactly, separators=(",", ":"), sort_keys=True)
    (FOLDER / f"{version}.rows.json.gz").write_bytes(gzip.compress(content.encode(), mtime=0))


if __name__ == "__main__":
    main(sys.argv[1])
