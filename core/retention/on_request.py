"""Empties rows that somebody asked to be erased, by what their models promise; retention does the same in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import JSONField, Model

from core.audit import chain, seals, trail
from core.audit.immutability import bypass_triggers
from core.audit.models import Entry
from core.promises import DELETED, declared
from core.retention.rules import Erasable
from core.retention.run import emptied


@transaction.atomic
def erase(
    model: type[Model], keys: Iterable[Any], fields: Iterable[str], *, under: str, at: datetime, forgets: bool = True
) -> None:
    """Empty these fields of these rows; rows of a model that declares `is_deleted` are deleted.

    With `forgets` the trail forgets the words it has on them. Safe to repeat.
    """
    promises, wanted = declared(model), set(fields)
    chosen = model._base_manager.filter(pk__in=list(keys))
    ids = list(chosen.values_list("pk", flat=True))
    with bypass_triggers():
        if promises.is_deleted:
            trail.forget(model, ids, is_gone=True)
            chosen.delete()
        else:
            names = [name for name in promises.emptied if name in wanted]
            values = {name: emptied(model._meta.get_field(name)) for name in names}
            if issubclass(model, Erasable) and names and wanted.issuperset(promises.emptied):
                values |= {"erased_at": at, "erased_under": under}
            if values:
                chosen.update(**values)
            if forgets:
                trail.forget(model, ids)
        seals.follow_erasure(model, ids, at)


@transaction.atomic
def replace(model: type[Model], key: Any, fields: Iterable[str], words: Iterable[str], *, at: datetime) -> None:
    """Put "(deleted)" in place of these words in a row that is about others."""
    row = model._base_manager.filter(pk=key).first()
    if row is None:
        return
    names, wanted = list(fields), list(words)
    for name in names:
        value = getattr(row, name)
        is_text = not isinstance(model._meta.get_field(name), JSONField)
        setattr(row, name, without(str(value), wanted) if is_text else without_any(value, wanted))
    with bypass_triggers():
        row.save(update_fields=names)
        seals.follow_erasure(model, [key], at)
        if isinstance(row, Entry):
            chain.follow_erasure([row])


def without(text: str, words: Iterable[str]) -> str:
    """The text with each of these words, however it is written, replaced."""
    for word in words:
        start = text.lower().find(word.lower())
        while start >= 0:
            text = f"{text[:start]}{DELETED}{text[start + len(word) :]}"
            start = text.lower().find(word.lower(), start + len(DELETED))
    return text


def without_any(value: Any, words: list[str]) -> Any:
    match value:
        case str():
            return without(value, words)
        case list():
            return [without_any(one, words) for one in value]
        case dict():
            return {name: without_any(one, words) for name, one in value.items()}
    return value
