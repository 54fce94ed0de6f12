"""A log of erasures, kept apart from database and files: keys of rows only, no name and no address.

A backup that is restored has the erased rows again; `manage.py replay_erasures` empties them by this log. Each erasure
is an object of its own, never written over, in the storage "erasures" (settings.STORAGES).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages


def write(taking: dict[str, Any], *, at: datetime) -> str:
    entry = {"at": at.astimezone(UTC).isoformat(), **taking}
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{uuid4().hex}.json"
    return storages["erasures"].save(name, ContentFile(json.dumps(entry).encode()))


def entries() -> Iterator[dict[str, Any]]:
    """What was logged, oldest first."""
    storage = storages["erasures"]
    try:
        names = sorted(storage.listdir("")[1])
    except FileNotFoundError:  # nothing was erased yet
        return
    for name in names:
        with storage.open(name) as file:
            yield json.loads(file.read())
