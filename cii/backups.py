"""One folder that holds a whole service: the database, the uploaded files, and the hash of each."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

DATABASE, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"
ERASURES = "erasures"  # settings.STORAGES
NAME = "%Y%m%dT%H%M%SZ"  # of a backup's folder; UTC


class Unusable(Exception):
    """Why a folder cannot be restored, as a sentence."""


def make(folder: Path, *, at: datetime, keep: timedelta, with_bucket: bool = False) -> Path:
    """Write a backup into a folder of its own, which appears when it is whole; delete those older than `keep`.

    The database comes first: a file is stored before its row, so every row in the dump has its file. Files in S3 are
    read one by one and only `with_bucket`; one that is deleted meanwhile is left out.
    """
    whole = folder / at.strftime(NAME)
    part = folder / f"{whole.name}.part"
    os.umask(0o077)
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _dump(part / DATABASE)
    if with_bucket or not settings.S3_BUCKET:
        with tarfile.open(part / FILES, "w") as tar:
            if settings.S3_BUCKET:
                _add_bucket(tar, at)
            elif Path(settings.MEDIA_ROOT).exists():
                tar.add(settings.MEDIA_ROOT, arcname=".")
    hashes = {path.name: _hash(path) for path in sorted(part.iterdir())}
    (part / MANIFEST).write_text(json.dumps({"made_at": at.isoformat(), "sha256": hashes}, indent=2))
    part.rename(whole)
    for old in folder.glob("*T*Z"):
        if old.name < (at - keep).strftime(NAME):
            shutil.rmtree(old)
    return whole


def restore(folder: Path) -> None:
    """Load a backup into an empty database and an empty store of files; refuse it where either holds something."""
    if not (folder / MANIFEST).exists():
        raise Unusable(f"{folder} is no backup: it has no {MANIFEST}.")
    hashes: Mapping[str, str] = json.loads((folder / MANIFEST).read_text())["sha256"]
    for name, digest in hashes.items():
        if not (folder / name).exists() or _hash(folder / name) != digest:
            raise Unusable(f"{folder / name} is missing or is not what was written. Use another backup.")
    if connection.introspection.table_names():
        raise Unusable("The database of DATABASE_URL is not empty. Restore into a new one.")
    if FILES in hashes:
        _require_empty()
    _load(folder / DATABASE)
    if FILES in hashes:
        with tarfile.open(folder / FILES) as tar:
            _put_back(tar)


def _require_empty() -> None:
    if settings.S3_BUCKET:
        if next(_in_bucket(), None) is not None:
            raise Unusable(f"The bucket {settings.S3_BUCKET} is not empty. Restore into a new one.")
        return
    files = Path(settings.MEDIA_ROOT)
    if files.exists() and any(files.iterdir()):
        raise Unusable(f"The folder {files} is not empty. Restore into a new one.")


def _put_back(tar: tarfile.TarFile) -> None:
    if not settings.S3_BUCKET:
        Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
        tar.extractall(settings.MEDIA_ROOT, filter="data")
        return
    for member in tar:
        if content := tar.extractfile(member):
            default_storage.save(member.name.removeprefix("./"), File(content))


def _in_bucket(folder: str = "") -> Iterator[str]:
    """Yield the names of all files in the bucket, without the log of erasures, which is in no backup."""
    folders, names = default_storage.listdir(folder)
    yield from (f"{folder}{name}" for name in names if name)
    for inner in folders:
        if folder or inner != ERASURES:
            yield from _in_bucket(f"{folder}{inner}/")


def _add_bucket(tar: tarfile.TarFile, at: datetime) -> None:
    for name in _in_bucket():
        try:
            with default_storage.open(name) as stored:
                member = tarfile.TarInfo(f"./{name}")
                member.size, member.mtime = stored.size, int(at.timestamp())
                tar.addfile(member, stored)
        except FileNotFoundError:
            continue


def _dump(file: Path) -> None:
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as database:
            database.execute("VACUUM INTO ?", [str(file)])
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={file}")


def _load(file: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        shutil.copyfile(file, settings.DATABASES["default"]["NAME"])
    else:
        _run(
            "pg_restore",
            "--no-owner",
            "--exit-on-error",
            "--single-transaction",
            "--dbname",
            _variables()["PGDATABASE"],
            str(file),
        )


def _run(program: str, *arguments: str) -> None:
    if not shutil.which(program):
        raise ImproperlyConfigured(f"{program} is missing. Install PostgreSQL's client (Debian: postgresql-client).")
    subprocess.run([program, *arguments], check=True, env={**os.environ, **_variables()})  # noqa: S603 - names above


def _variables() -> dict[str, str]:
    database = settings.DATABASES["default"]
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    return {variable: str(database[key]) for variable, key in names.items() if database.get(key)}


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
