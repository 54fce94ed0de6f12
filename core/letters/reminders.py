"""Reminders: asks each source what has come due and posts what has not been posted yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Model
from django.utils.module_loading import import_string

from core.letters import outbox
from core.letters.models import Letter

CHUNK = 200


@dataclass(frozen=True)
class Reminder:
    """One letter that the passing of time brings about; `not_before` is the beginning of the thing it is about.

    `about` is the row whose end takes the letter back while it waits (`outbox.withdraw`).
    """

    template: str
    to: AbstractBaseUser | str
    key: str
    due_at: datetime
    not_before: datetime
    context: dict[str, Any] = field(default_factory=dict)
    about: Model | None = None

    def is_due(self, now: datetime) -> bool:
        return self.not_before <= self.due_at <= now


def latest(now: datetime, milestones: Iterable[datetime]) -> datetime | None:
    """Return the last of the milestones that has passed, or None: what was missed is caught up with one letter."""
    return max((milestone for milestone in milestones if milestone <= now), default=None)


def post_due(now: datetime) -> int:
    """Post what every source of settings.REMINDER_SOURCES has due at `now`; returns how many letters were new.

    A source is the dotted path of `due(now) -> Iterator[Reminder]`. One that is missing or fails does not hold up the
    others, but is raised at the end, in an ExceptionGroup.
    """
    posted = 0
    problems: list[Exception] = []
    for path in settings.REMINDER_SOURCES:
        try:
            for reminders in chunks(due for due in import_string(path)(now) if due.is_due(now)):
                posted += post_new(reminders, now, problems)
        except Exception as problem:  # noqa: BLE001 — raised at the end, when the others have had their turn
            problem.add_note(f"The source of reminders was {path}.")
            problems.append(problem)
    if problems:
        raise ExceptionGroup("Some reminders could not be posted.", problems)
    return posted


def post_new(reminders: list[Reminder], now: datetime, problems: list[Exception]) -> int:
    """Post those whose key has not been used, and add to `problems` what could not be worded."""
    keys = Letter.objects.filter(key__in=[reminder.key for reminder in reminders]).values_list("key", flat=True)
    used = set(keys)
    posted = 0
    for reminder in reminders:
        if reminder.key in used:
            continue
        try:
            with transaction.atomic():
                facts = {"key": reminder.key, "at": now, "about": reminder.about, **reminder.context}
                letter = outbox.post(reminder.template, to=reminder.to, **facts)
        except Exception as problem:  # noqa: BLE001 — the same
            problem.add_note(f"The reminder was {reminder.template}.")
            problems.append(problem)
        else:
            posted += letter is not None
    return posted


def chunks(reminders: Iterable[Reminder]) -> Iterator[list[Reminder]]:
    rest = iter(reminders)
    while part := list(islice(rest, CHUNK)):
        yield part
