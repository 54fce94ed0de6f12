"""Stored files read again, against the hash in their row."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models.fields.files import FieldFile


def damage(file: FieldFile, sha256: str) -> str:
    """Say what is wrong with a stored file, as the end of a sentence; empty when it has this hash."""
    try:
        with file.open() as stored:
            found = file_digest(stored.file, "sha256").hexdigest()
    except FileNotFoundError:
        return "its file is gone from the storage"
    except OSError as problem:
        return f"its file cannot be read ({type(problem).__name__})"
    return "" if found == sha256 else "its file is not the one that was stored"
