"""Takes a step once, however often it is pressed; the second press shows what the first one did."""

from typing import Any

from django.db.models import Model

from core.lifecycle import Lifecycle, Refused


def take(lifecycle: Lifecycle, row: Model, step: str, **fields: Any) -> bool:
    """Take the step; False, and nothing written, when the row is there already (the row is read anew).

    Raises Refused when the step may not begin where the row stands.
    """
    try:
        lifecycle.advance(row, step, **fields)
    except Refused:
        row.refresh_from_db()
        if getattr(row, lifecycle.field) == lifecycle.steps[step].target:
            return False
        raise
    return True


def require(is_allowed: bool, sentence: str, field: str | None = None) -> None:
    """Refuse with the sentence unless it is allowed."""
    if not is_allowed:
        raise Refused(sentence, field)
