"""What a release promises to the next: its migrations stay as they are, and its rows are there after every later one."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.database_template import patient
from tests.migrations.record import FOLDER, hashes

DECLARED = re.findall(r"^## ([1-9]\d*\.\d+\.\d+) ", (settings.BASE_DIR / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
RELEASES = sorted(path.stem for path in FOLDER.glob("*.json"))


def test_every_release_since_1_0_is_recorded():
    assert sorted(DECLARED) == RELEASES, "Run `make record-release`, as CONTRIBUTING.md says."


@pytest.mark.parametrize("version", RELEASES)
def test_a_released_migration_is_never_changed_renamed_or_deleted(version):
    released = json.loads((FOLDER / f"{version}.json").read_text(encoding="utf-8"))["migrations"]
    current = hashes()
    changed = [
        f"{app}.{name}" for app, names in released.items() for name, digest in names.items()
        if current.get(app, {}).get(name) != digest
    ]
    assert changed == [], "Put these back, and add a migration instead. Before the release: `make record-release`."


@pytest.fixture
def empty_database():
    found = settings.DATABASES["default"]
    name = f"release_{os.getpid()}"
    with patient(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT'] or 5432}/{name}"
    with patient(), connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", RELEASES)
def test_the_rows_of_a_release_are_there_and_every_promise_holds_after_all_later_migrations(
    version, empty_database, tmp_path
):
    done = subprocess.run(
        [sys.executable, "-m", "tests.migrations.forward", version],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DATABASE_URL": empty_database, "MEDIA_ROOT": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cii.settings"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    main = {"accounts.user", "applications.application", "grants.grant", "secondments.placement", "audit.entry"}
    assert main <= said["planted"].keys()
    assert said["problems"] == []
