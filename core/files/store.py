"""Store a file before the transaction that has its row, so that no row is locked while the storage is waited for."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.base import File
from django.core.files.storage import Storage
from django.db.models import FileField
from django.db.models.fields.files import FieldFile

from core.files.types import stored_name
from core.lifecycle import Refused

STORE_AWAY = (
    "Our file store does not answer, so this file is not saved. Your other answers are safe. Try again shortly."
)
ORPHAN_AFTER = timedelta(days=1)  # longer than any transaction that is still to write the row

log = logging.getLogger(__name__)


class StoreAway(Refused):
    """The file store cannot take or give a file: it is away, full or slow. A page that meets this answers 503."""


@contextmanager
def stored(field: FieldFile, content: File[bytes], *, refused_at: str) -> Iterator[str]:
    """Store the content under a new name for this field's model, and delete it again if the block raises.

    The block holds the transaction that writes the row. Raises StoreAway for the form field `refused_at`.
    """
    name = put(field, content, refused_at=refused_at)
    try:
        yield name
    except BaseException:
        discard(field.storage, name)
        raise


def put(field: FieldFile, content: File[bytes], *, refused_at: str) -> str:
    try:
        return field.storage.save(field.field.generate_filename(field.instance, ""), content)
    except Exception as problem:  # each storage raises its own errors
        log.exception("a file was not stored: %s", type(problem).__name__)
        raise StoreAway(STORE_AWAY, field=refused_at) from problem


def discard(storage: Storage, name: str) -> None:
    """Delete a file that no row has; what cannot be deleted now is left to `sweep`."""
    try:
        storage.delete(name)
    except Exception as problem:  # noqa: BLE001 — the same
        log.warning("an unused file was not deleted: %s", type(problem).__name__)


def sweep(storage: Storage, folder: str, wanted: set[str], now: datetime) -> int:
    """Delete the files of a folder that are older than a day and not in `wanted`; return how many."""
    try:
        names = [f"{folder}/{name}" for name in storage.listdir(folder)[1]]
    except FileNotFoundError:  # nothing was uploaded yet
        return 0
    orphans = [name for name in names if name not in wanted and now - storage.get_modified_time(name) > ORPHAN_AFTER]
    for name in orphans:
        storage.delete(name)
    return len(orphans)


def sweep_unused(now: datetime) -> int:
    """Delete the uploads and answers that no row names; return how many.

    A process died before it wrote the row, or after it emptied the row and before it deleted the file.
    """
    count = 0
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField) and field.upload_to is stored_name:
                wanted = set(model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))
                count += sweep(field.storage, f"{model._meta.app_label}/{model._meta.model_name}", wanted, now)
    return count
