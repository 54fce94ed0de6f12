"""Seals of frozen rows: their hash, written in the transaction that freezes them and compared by `check_invariants`.

Triggers refuse a change on PostgreSQL. A seal shows a change that went past them, and on SQLite, which has none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import transaction
from django.db.models import ForeignKey, Model, Q, QuerySet

from core.audit.hashes import digest
from core.audit.immutability import FrozenColumns, frozen_columns
from core.audit.models import Entry, Seal, SealedEntry, TrailBatch

IN_BLOCKS = 2000
OF_THE_TRAIL = (Entry, SealedEntry, TrailBatch)  # sealed in batches instead: core/audit/chain.py


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of a model that freeze together. `parent` is the foreign key to the row whose status freezes them."""

    model: type[Model]
    position: int
    columns: tuple[str, ...]
    when: Q
    parent: ForeignKey[Any, Any] | None

    @property
    def label(self) -> str:
        return self.model._meta.label_lower

    def frozen(self) -> QuerySet[Any]:
        return self.model._base_manager.filter(self.when)

    def digests(self, rows: QuerySet[Any]) -> Iterator[tuple[str, str]]:
        """Yield (primary key, hash) of these rows."""
        for values in rows.order_by().distinct().values_list(*self.columns).iterator(IN_BLOCKS):
            yield str(values[0]), digest(values)


@cache
def parts() -> tuple[Part, ...]:
    by_model: dict[type[Model], list[FrozenColumns]] = defaultdict(list)
    for one in frozen_columns():
        if one.model not in OF_THE_TRAIL:
            by_model[one.model].append(one)
    return tuple(_part(one, position) for ones in by_model.values() for position, one in enumerate(ones))


def _part(one: FrozenColumns, position: int) -> Part:
    fields = {field.name: field for field in one.model._meta.concrete_fields}
    columns = tuple(fields[name].attname for name in (*one.names, *one.rising))
    first = next((name.split("__")[0] for name in _lookups(one.when) if "__" in name), "")
    parent = fields.get(first)
    return Part(one.model, position, columns, one.when, parent if isinstance(parent, ForeignKey) else None)


def _lookups(condition: Q) -> Iterator[str]:
    for child in condition.children:
        yield from _lookups(child) if isinstance(child, Q) else [str(child[0])]  # type: ignore[index]


def _rows_of(thing: Model, part: Part) -> QuerySet[Any] | None:
    if part.parent is not None:
        return (
            part.model._base_manager.filter(**{part.parent.name: thing.pk})
            if part.parent.related_model is type(thing)
            else None
        )
    return part.model._base_manager.filter(pk=thing.pk) if part.model is type(thing) else None


@transaction.atomic(savepoint=False)
def seal(*things: Model, at: datetime, is_extended: bool = False) -> None:
    """Seal what has just been frozen of these things and of the rows that freeze with them; unseal what no longer is.

    Existing seals stay as they are, and no row is added to those sealed before, so that nothing altered meanwhile is
    sealed as right. `is_extended` is for the steps that add to what is frozen: the thing's own row is sealed anew, and
    rows that were added are sealed too.
    """
    for thing in things:
        _seal(thing, at, is_extended=is_extended)


def _seal(thing: Model, at: datetime, *, is_extended: bool) -> None:
    root_type, root_id = thing._meta.label_lower, str(thing.pk)
    before = {
        (one.thing_type, one.thing_id, one.part): one
        for one in Seal.objects.filter(root_type=root_type, root_id=root_id)
    }
    was_frozen = any(one.part == 0 and one.thing_type == root_type for one in before.values())
    new: list[Seal] = []
    for part in parts():
        rows = _rows_of(thing, part)
        if rows is None:
            continue
        seen: set[str] = set()
        for key, sha256 in part.digests(rows.filter(part.when)):
            seen.add(key)
            existing = before.get((part.label, key, part.position))
            if existing is None and (part.parent is None or is_extended or not was_frozen):
                new.append(
                    Seal(
                        root_type=root_type,
                        root_id=root_id,
                        thing_type=part.label,
                        thing_id=key,
                        part=part.position,
                        sha256=sha256,
                        sealed_at=at,
                    )
                )
            elif existing is not None and is_extended and part.parent is None and existing.sha256 != sha256:
                Seal.objects.filter(pk=existing.pk).update(sha256=sha256, sealed_at=at)
        of_part = [one for one in before.values() if (one.thing_type, one.part) == (part.label, part.position)]
        _unseal(rows, [one for one in of_part if one.thing_id not in seen])
    Seal.objects.bulk_create(new)


def _unseal(rows: QuerySet[Any], loose: list[Seal]) -> None:
    if loose:
        present = rows.filter(pk__in=[one.thing_id for one in loose]).values_list("pk", flat=True)
        keys = {str(key) for key in present}
        Seal.objects.filter(pk__in=[one.pk for one in loose if one.thing_id in keys]).delete()


def seal_imported(at: datetime) -> int:
    """Seal every frozen row that has no seal; returns how many. For rows that were imported, not made by actions."""
    return sum(len(Seal.objects.bulk_create(new)) for part in parts() for new in _imported(part, at))


def _imported(part: Part, at: datetime) -> Iterator[list[Seal]]:
    parent = "pk" if part.parent is None else part.parent.attname
    root_type = (part.model if part.parent is None else part.parent.related_model)._meta.label_lower
    rows = part.frozen().order_by().distinct().values_list(parent, *part.columns)
    seals = Seal.objects.filter(thing_type=part.label, part=part.position)
    is_first = not seals.exists()  # PostgreSQL has no statistics of this transaction's rows: look-ups would be slow
    for block in _blocks(rows.iterator(IN_BLOCKS)):
        keys = [str(values[1]) for values in block]
        sealed = set() if is_first else set(seals.filter(thing_id__in=keys).values_list("thing_id", flat=True))
        yield [
            Seal(
                root_type=root_type,
                root_id=str(root),
                thing_type=part.label,
                thing_id=str(columns[0]),
                part=part.position,
                sha256=digest(columns),
                sealed_at=at,
            )
            for root, *columns in block
            if str(columns[0]) not in sealed
        ]


def unseal(thing: Model) -> None:
    """Delete the seals of what is no longer frozen in a row that freezes with another: a file that was taken out."""
    for one in Seal.objects.filter(thing_type=thing._meta.label_lower, thing_id=str(thing.pk)):
        part = next(part for part in parts() if (part.label, part.position) == (one.thing_type, one.part))
        if not part.frozen().filter(pk=thing.pk).exists():
            one.delete()


@transaction.atomic
def follow_erasure(model: type[Model], keys: Iterable[Any], at: datetime) -> None:
    """Seal anew what retention has emptied in these rows and those that freeze with them; unseal what it deleted."""
    ids = [str(key) for key in keys]
    label = model._meta.label_lower
    mine = Q(thing_type=label, thing_id__in=ids) | Q(root_type=label, root_id__in=ids)
    by_part: dict[tuple[str, int], list[Seal]] = defaultdict(list)
    for one in Seal.objects.filter(mine):
        by_part[one.thing_type, one.part].append(one)
    for part in parts():
        ones = by_part.get((part.label, part.position), [])
        now = dict(part.digests(part.frozen().filter(pk__in=[one.thing_id for one in ones])))
        changed = [one for one in ones if now.get(one.thing_id, one.sha256) != one.sha256]
        for one in changed:
            one.sha256, one.sealed_at = now[one.thing_id], at
        Seal.objects.bulk_update(changed, ["sha256", "sealed_at"], batch_size=200)
        Seal.objects.filter(pk__in=[one.pk for one in ones if one.thing_id not in now]).delete()


def breaches() -> Iterator[str]:
    """Yield a sentence about each row that is not what was sealed, is gone, or is frozen without a seal."""
    for part in parts():
        matched = 0
        seals = Seal.objects.filter(thing_type=part.label, part=part.position).order_by("pk")
        for block in _blocks(seals.iterator(IN_BLOCKS)):
            now = dict(part.digests(part.frozen().filter(pk__in=[one.thing_id for one in block])))
            matched += len(now)
            for one in block:
                if one.sha256 != now.get(one.thing_id):
                    yield f"{_name(part, one)} {_what_happened(part, one, now)}"
        if matched != part.frozen().values("pk").distinct().count():
            for key in unsealed(part):
                yield f"{part.model._meta.verbose_name} {key}: frozen without a seal, so it was added by hand"
    known = {(part.label, part.position) for part in parts()}
    for label, position in Seal.objects.order_by().values_list("thing_type", "part").distinct():
        if (label, position) not in known:
            yield f"{label} has seals of columns that are no longer frozen"


def _name(part: Part, one: Seal) -> str:
    own = f"{part.model._meta.verbose_name} {one.thing_id}"
    if part.parent is None:
        root = part.model._base_manager.filter(pk=one.root_id).first()
    else:
        root = part.parent.related_model._base_manager.filter(pk=one.root_id).first()
    return f"{root}: {own}" if root is not None else own


def _what_happened(part: Part, one: Seal, now: dict[str, str]) -> str:
    day = f"{one.sealed_at:%-d %B %Y}"
    if one.thing_id in now:
        return f"is not what was sealed on {day}"
    if part.model._base_manager.filter(pk=one.thing_id).exists():
        return f"was sealed on {day} and may be changed again"
    return f"was sealed on {day} and is gone"


def unsealed(part: Part) -> Iterator[str]:
    """The primary keys of rows of a part that are frozen and have no seal."""
    keys = part.frozen().order_by().values_list("pk", flat=True).distinct()
    seals = Seal.objects.filter(thing_type=part.label, part=part.position)
    for block in _blocks(str(key) for key in keys.iterator(IN_BLOCKS)):
        sealed = set(seals.filter(thing_id__in=block).values_list("thing_id", flat=True))
        yield from (key for key in block if key not in sealed)


def _blocks(rows: Iterable[Any]) -> Iterator[list[Any]]:
    block: list[Any] = []
    for row in rows:
        block.append(row)
        if len(block) == IN_BLOCKS:
            yield block
            block = []
    if block:
        yield block
