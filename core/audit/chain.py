"""Seals the trail in batches: each head is a hash of the one before and of the batch's lines.

The clock's tick does it; a chain inside transactions would make every writer wait for the one before. What is written
and altered between two ticks is not seen. A chain that was cut at its end, seals and all, is whole but shorter: a head
from the log or the nightly email is then no longer in it (`check_invariants --head`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from secrets import token_hex

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from core.audit.hashes import digest
from core.audit.models import Entry, SealedEntry, TrailBatch

MOST_AT_ONCE = 2000
# A transaction may take this long from its first line to its commit, and its lines are numbered before others'.
LATE = timedelta(hours=1)

log = logging.getLogger(__name__)


def seal_trail(at: datetime) -> int:
    """Seal the lines that are not sealed yet; returns how many. Safe to run many at once."""
    count = 0
    while (size := _seal_batch(at)) > 0:
        count += size
    return count


def _seal_batch(at: datetime) -> int:
    try:
        with transaction.atomic():
            last = TrailBatch.objects.select_for_update().order_by("number").last()
            lines = list(unsealed(at)[:MOST_AT_ONCE])
            if not lines:
                return 0
            batch, sealed = _batch_of(lines, last, at)
            batch.save(force_insert=True)
            SealedEntry.objects.bulk_create(sealed, batch_size=500)
    except IntegrityError:  # another process sealed the same lines
        return 0
    log.info("trail sealed: batch %s, last line %s, head %s", batch.number, batch.last_line, batch.head)
    return len(lines)


def _batch_of(lines: list[Entry], last: TrailBatch | None, at: datetime) -> tuple[TrailBatch, list[SealedEntry]]:
    batch = TrailBatch(
        number=last.number + 1 if last else 1,
        previous=last.head if last else "",
        size=len(lines),
        last_line=lines[-1].pk,
        sealed_at=at,
    )
    sealed = []
    head = sha256(f"{batch.number} {batch.previous}".encode())
    for line in lines:
        salt = token_hex(16)
        words = words_of(line, salt)
        sealed.append(SealedEntry(entry=line.pk, batch=batch, salt=salt, words=words, words_now=words))
        head.update(leaf(line, words).encode())
    batch.head = head.hexdigest()
    return batch, sealed


def unsealed(at: datetime) -> QuerySet[Entry]:
    """Lines that the next batch takes, in the order of their numbers."""
    settled = TrailBatch.objects.filter(sealed_at__lte=at - LATE).order_by("number").last()
    lines = Entry.objects.filter(~Exists(SealedEntry.objects.filter(entry=OuterRef("pk")))).order_by("pk")
    return lines.filter(pk__gt=settled.last_line) if settled else lines


def words_of(line: Entry, salt: str) -> str:
    """The salted hash of what retention may empty."""
    return digest([salt, line.by_id, line.thing_label, line.detail])


def leaf(line: Entry, words: str) -> str:
    return digest([line.pk, line.at, line.event, line.thing_type, line.thing_id, line.programme_id, words])


def follow_erasure(lines: Iterable[Entry]) -> None:
    """Note what retention has left of these lines; the hash of what they said stays in the chain, its salt does not."""
    changed = []
    by_pk = {line.pk: line for line in lines}
    for sealed in SealedEntry.objects.filter(entry__in=by_pk):
        salt = token_hex(16)
        if words_of(by_pk[sealed.entry], sealed.salt) != sealed.words_now:
            sealed.salt, sealed.words_now = salt, words_of(by_pk[sealed.entry], salt)
            changed.append(sealed)
    SealedEntry.objects.bulk_update(changed, ["salt", "words_now"], batch_size=200)


def head() -> str:
    """The newest head; empty before the first batch."""
    last = TrailBatch.objects.order_by("number").last()
    return last.head if last else ""


def breaches(now: datetime) -> Iterator[str]:
    """Yield a sentence about each line and batch that is not as it was sealed."""
    before: TrailBatch | None = None
    for batch in TrailBatch.objects.order_by("number").iterator(MOST_AT_ONCE):
        expected = (before.number + 1, before.head) if before else (1, "")
        if (batch.number, batch.previous) != expected:
            yield f"Batch {batch.number} of the trail does not follow the one before it"
        yield from _breaches_of(batch)
        before = batch
    for line in _inserted(now).iterator(MOST_AT_ONCE):
        yield f"Line {line.pk} of the trail was added among lines that were sealed before"
    orphans = SealedEntry.objects.filter(~Exists(TrailBatch.objects.filter(pk=OuterRef("batch"))))
    for entry in orphans.values_list("entry", flat=True)[:MOST_AT_ONCE]:
        yield f"Line {entry} of the trail was sealed in a batch that is gone"
    if before is None and SealedEntry.objects.exists():
        yield "The trail has seals and no batch"


def _breaches_of(batch: TrailBatch) -> Iterator[str]:
    head = sha256(f"{batch.number} {batch.previous}".encode())
    seals = SealedEntry.objects.filter(batch=batch).order_by("entry").iterator(MOST_AT_ONCE)
    size, is_whole = 0, True
    while block := list(islice(seals, MOST_AT_ONCE)):
        lines = {line.pk: line for line in Entry.objects.filter(pk__in=[one.entry for one in block])}
        size += len(block)
        for one in block:
            line = lines.get(one.entry)
            if line is None:
                yield f"Line {one.entry} of the trail is gone"
                is_whole = False
                continue
            if words_of(line, one.salt) != one.words_now:
                yield f"Line {one.entry} of the trail tells something else than when it was sealed"
            head.update(leaf(line, one.words).encode())
    if size != batch.size or (is_whole and head.hexdigest() != batch.head):
        yield (
            f"Batch {batch.number} of the trail has another hash than when it was sealed: one of its {batch.size} "
            f"lines, up to line {batch.last_line}, was changed, moved or taken out"
        )


def _inserted(now: datetime) -> QuerySet[Entry]:
    settled = TrailBatch.objects.filter(sealed_at__lte=now - LATE).order_by("number").last()
    lines = Entry.objects.filter(~Exists(SealedEntry.objects.filter(entry=OuterRef("pk")))).order_by("pk")
    return lines.filter(pk__lte=settled.last_line) if settled else lines.none()
