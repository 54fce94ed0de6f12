"""Deletes what the tables of retention say is due: in small transactions, again and again without doubling."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Case, CharField, JSONField, Model, TextField, Value, When

from core.audit import seals, trail
from core.audit.immutability import bypass_triggers
from core.promises import DELETED, declared
from core.retention.rules import Erasable, Part, Rule, rules

BATCH = 50
EVENT = "content deleted, its time being over"


def due(at: datetime) -> dict[str, int]:
    """How many things each rule would take at this instant, by what it is about. Changes nothing."""
    return {rule.what: rule.things(at).count() for rule in rules()}


def run(at: datetime) -> dict[str, int]:
    """Take what each rule has due at this instant; return how many things went, by what the rule is about.

    Safe to run many at once: rows are locked, and asked again whether they are due. A rule that fails, or a storage
    that does not answer, does not hold up the others, but is raised at the end, in an ExceptionGroup; the next run
    goes on.
    """
    gone: dict[str, int] = {}
    problems: list[Exception] = []
    for rule in rules():
        gone[rule.what] = 0
        try:
            for keys in _batches(list(rule.things(at).order_by("pk").values_list("pk", flat=True))):
                if rule.is_whole and rule.files:
                    _mark_files(rule, rule.files, keys, at)
                    _sweep(rule, at, problems)
                gone[rule.what] += _take(rule, keys, at)
        except Exception as problem:  # noqa: BLE001 — raised at the end, when the others have had their turn
            problems.append(_about(rule, problem))
        _sweep(rule, at, problems)
    if problems:
        raise ExceptionGroup("Some of what is due could not be deleted.", problems)
    return gone


def _batches(keys: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]


def _sweep(rule: Rule, at: datetime, problems: list[Exception]) -> None:
    try:
        if rule.sweep:
            rule.sweep(at)
    except Exception as problem:  # noqa: BLE001 — the same
        problems.append(_about(rule, problem))


def _about(rule: Rule, problem: Exception) -> Exception:
    problem.add_note(f"The rule of retention was: {rule.what}.")
    return problem


def _held(rule: Rule, keys: list[Any], at: datetime) -> list[Any]:
    """Lock these rows in the order of their keys and return those that are still due, as they are now.

    Asked by a second query, which sees what whoever held the lock before has committed.
    """
    model = rule.things(at).model
    list(model._base_manager.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))
    found = rule.things(at).filter(pk__in=keys).order_by("pk")
    return list(found.exclude(rule.has_files) if rule.is_whole and rule.has_files else found)


@transaction.atomic
def _mark_files(rule: Rule, files: Callable[[list[Any], datetime], None], keys: list[Any], at: datetime) -> None:
    with bypass_triggers():
        due = list(rule.things(at).filter(pk__in=keys).values_list("pk", flat=True))
        files(due, at)
        seals.follow_erasure(rule.things(at).model, due, at)


@transaction.atomic
def _take(rule: Rule, keys: list[Any], at: datetime) -> int:
    with bypass_triggers():
        rows = _held(rule, keys, at)
        mine = [row.pk for row in rows]
        if not mine:
            return 0
        if rule.files and not rule.is_whole:
            rule.files(mine, at)
        if rule.lines:
            trail.forget_in(rule.lines(mine))
        for part in rule.parts:
            _take_part(rule, part, mine, at)
        seals.follow_erasure(type(rows[0]), mine, at)
        if rule.is_whole:
            for row in rows:
                if rule.is_noted:
                    trail.record(EVENT, row, by=None, at=at, kept_until=str(rule.until))
            model: type[Model] = type(rows[0])
            trail.forget(model, mine, is_gone=declared(model).is_deleted)
            type(rows[0])._base_manager.filter(pk__in=mine).delete()
            seals.follow_erasure(type(rows[0]), mine, at)
    return len(mine)


def _take_part(rule: Rule, part: Part, mine: list[Any], at: datetime) -> None:
    rows = part.model._base_manager.filter(**{f"{part.way}__in": mine})
    if issubclass(part.model, Erasable):
        rows = rows.filter(erased_at__isnull=True)
    keys = list(rows.values_list("pk", flat=True))
    chosen = part.model._base_manager.filter(pk__in=keys)
    promises = declared(part.model)
    if promises.is_deleted:
        trail.forget(part.model, keys, is_gone=True)
        chosen.delete()
        seals.follow_erasure(part.model, keys, at)
        return
    values = {name: emptied(part.model._meta.get_field(name)) for name in promises.emptied}
    if issubclass(part.model, Erasable):
        values |= {"erased_at": at, "erased_under": str(rule.until)}
    chosen.update(**values)
    seals.follow_erasure(part.model, keys, at)
    trail.forget(part.model, keys)
    if issubclass(part.model, Erasable) and rule.is_noted:
        for row in chosen.order_by("pk"):
            trail.record(EVENT, row, by=None, at=at, kept_until=str(rule.until))


def emptied(field: Any) -> Any:
    """What stands in a column of whose content nothing is left: words are replaced by "(deleted)" where there were any.

    Pages and CHECK constraints that ask for words thus go on as they are.
    """
    if field.null:
        return None
    if isinstance(field, BooleanField | JSONField):
        return field.get_default()
    if isinstance(field, CharField | TextField):
        return "" if field.choices else Case(When(**{field.name: ""}, then=Value("")), default=Value(DELETED))
    raise TypeError(f"{field} cannot be emptied.")
