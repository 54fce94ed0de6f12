"""SHA-256 of values from the database, the same on SQLite and PostgreSQL."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any


def digest(values: Iterable[Any]) -> str:
    """Return the hash, in hexadecimal, of values as a query returned them, in this order."""
    text = json.dumps(list(values), default=_text, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
