"""A backup is whole or is not there; a restore takes nothing else, and overwrites nothing."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import boto3
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from moto.server import ThreadedMotoServer

from cii import backups
from tests.database_template import patient


@pytest.fixture
def service(tmp_path):
    """A service of its own, migrated, with a person and a file; runs manage.py there."""
    return Service(tmp_path, "office")


class Service:
    def __init__(self, folder, name):
        self.media = folder / f"{name}-media"
        self.database = database_of_its_own(folder, name)
        self.environment = os.environ | {"DATABASE_URL": self.database, "MEDIA_ROOT": str(self.media)}

    def manage(self, *command, check=True, **variables):
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=self.environment | variables,
            check=check,
            capture_output=True,
            text=True,
        )

    def filled(self):
        self.manage("migrate", "--verbosity", "0")
        self.manage(
            "createsuperuser",
            "--noinput",
            "--email",
            "ada@example.org",
            "--name",
            "Ada",
            DJANGO_SUPERUSER_PASSWORD="x" * 20,
        )
        (self.media / "cv").mkdir(parents=True)
        (self.media / "cv" / "one").write_bytes(b"a CV")
        return self

    def people(self):
        code = "from core.accounts.models import User; print(*User.objects.values_list('email', flat=True))"
        return self.manage("shell", "--no-imports", "--command", code).stdout.strip()


DROPPED = []


def database_of_its_own(folder, name):
    if connection.vendor == "sqlite":
        return f"sqlite:///{folder / name}.sqlite3"
    found = settings.DATABASES["default"]
    name = f"backup_{os.getpid()}_{name}"
    with patient(), connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    DROPPED.append(name)
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT'] or 5432}/{name}"


@pytest.fixture(autouse=True)
def drop():
    yield
    while DROPPED:
        with patient(), connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DROPPED.pop()} WITH (FORCE)")


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_restored_into_an_empty_service_with_its_files_and_every_promise(service, tmp_path):
    service.filled().manage("backup", str(tmp_path / "backups"))
    (made,) = (tmp_path / "backups").iterdir()
    other = Service(tmp_path, "other")
    said = other.manage("restore", str(made)).stdout
    assert other.people() == "ada@example.org"
    assert (other.media / "cv" / "one").read_bytes() == b"a CV"
    assert "Every promise holds" in said
    again = other.manage("restore", str(made), check=False)
    assert (again.returncode, again.stderr.strip()) == (
        1,
        "CommandError: The database of DATABASE_URL is not empty. Restore into a new one.",
    )


@pytest.fixture
def small(tmp_path, settings, monkeypatch):
    """A backup without a database of its own: what is asked here does not depend on it."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "cv").write_bytes(b"a CV")
    monkeypatch.setattr(backups, "_dump", lambda file: file.write_bytes(b"rows"))
    return tmp_path / "backups"


def test_older_backups_are_deleted_and_half_made_ones_never_count(small):
    now = timezone.now()
    keep = timedelta(days=30)
    for age in (40, 31, 29):
        backups.make(small, at=now - timedelta(days=age), keep=keep)
    whole = backups.make(small, at=now, keep=keep)
    assert sorted(path.name for path in small.iterdir()) == [
        (now - timedelta(days=29)).strftime(backups.NAME),
        whole.name,
    ]


def test_a_backup_is_read_by_its_owner_only(small):
    made = backups.make(small, at=timezone.now(), keep=timedelta(days=30))
    assert {path.stat().st_mode & 0o077 for path in (made, *made.iterdir())} == {0}


@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_a_damaged_backup_is_refused_by_name(small, damage):
    made = backups.make(small, at=timezone.now(), keep=timedelta(days=30))
    file = made / backups.FILES
    file.write_bytes(b"?") if damage == "altered" else file.unlink()
    with pytest.raises(CommandError, match=r"files\.tar is missing or is not what was written"):
        call_command("restore", str(made), stdout=StringIO())


def test_a_folder_that_is_no_backup_is_refused(tmp_path):
    with pytest.raises(CommandError, match=r"is no backup: it has no manifest\.json"):
        call_command("restore", str(tmp_path), stdout=StringIO())


def test_files_in_a_bucket_are_said_to_be_elsewhere(small, settings):
    settings.S3_BUCKET = "office"
    out = StringIO()
    call_command("backup", str(small), stdout=out)
    assert "The files are in the bucket office and are not in it" in out.getvalue()
    (made,) = Path(small).iterdir()
    assert list(json.loads((made / backups.MANIFEST).read_text())["sha256"]) == [backups.DATABASE]


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    """Two empty buckets on a server of the test's own; the first is the default storage."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    login = {"region_name": "eu-west-2", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    s3 = boto3.resource("s3", endpoint_url=f"http://{host}:{port}", **login)
    place = {"LocationConstraint": "eu-west-2"}
    found = [s3.create_bucket(Bucket=name, CreateBucketConfiguration=place) for name in ("office", "again")]
    names = {"endpoint_url": f"http://{host}:{port}", "access_key": "a", "secret_key": "b", "region_name": "eu-west-2"}
    for folder in ("_dump", "_load"):
        monkeypatch.setattr(backups, folder, lambda file: file.write_bytes(b"rows"))
    monkeypatch.setattr(connection.introspection, "table_names", list)

    def use(name):
        options = {"bucket_name": name, "file_overwrite": False, **names}
        storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
        return override_settings(S3_BUCKET=name, STORAGES=settings.STORAGES | {"default": storage})

    yield found, use
    server.stop()


def test_files_in_a_bucket_are_backed_up_and_restored_into_an_empty_one(bucket, tmp_path):
    (office, again), use = bucket
    kept = {f"applications/document/{number}": bytes([number]) * 9 for number in range(3)} | {
        "documents/a/1.pdf": b"%PDF"
    }
    for name, content in {**kept, "erasures/1.json": b"{}"}.items():
        office.put_object(Key=name, Body=content)
    with use("office"):
        made = backups.make(tmp_path, at=timezone.now(), keep=timedelta(days=30), with_bucket=True)
        with pytest.raises(backups.Unusable, match="The bucket office is not empty"):
            backups.restore(made)
    again.put_object(Key="erasures/2.json", Body=b"{}")  # what was erased since is no reason to refuse
    with use("again"):
        backups.restore(made)
    restored = {item.key: item.get()["Body"].read() for item in again.objects.all()}
    assert restored == {**kept, "erasures/2.json": b"{}"}
