"""The parts of the service and how each fares now: worked out when asked, never stored."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import Count, Min, Q
from django.utils.module_loading import import_string

from core.dates import say_moment
from core.files import clamd
from core.letters.models import Letter, Status
from core.monitoring.models import ClockTick
from core.text import plural

INTERVALS_UNTIL_LATE = 3
RETENTION_EVERY = timedelta(days=1)
EMAILS_WAIT_AT_MOST = timedelta(minutes=5)
FILES_WAIT_AT_MOST = timedelta(hours=1)
LEAST_FREE = 500_000_000  # bytes
A_WHILE = timedelta(minutes=1)  # another machine may start again in this time without an email about it


@dataclass(frozen=True)
class Part:
    """One part; `sentence` says how it fares, `patience` how long it may fail before the office is written to."""

    name: str
    is_running: bool
    sentence: str
    figures: dict[str, Any] = field(default_factory=dict)
    patience: timedelta = timedelta(0)

    @property
    def in_brief(self) -> str:
        return f"This part of the service stands still: {self.name}. We have emailed an administrator."


def late_after() -> timedelta:
    return timedelta(seconds=settings.TICK_EVERY * INTERVALS_UNTIL_LATE)


def clock(now: datetime) -> Part:
    last = ClockTick.last(ClockTick.Name.TICK)
    figures = {"last_tick": last, "every_seconds": settings.TICK_EVERY}
    if not settings.CLOCK:
        return Part("clock", True, "No clock is set up: emails are sent by the web process.", figures)
    if last is None:
        return Part("clock", False, "The clock has never run: start the worker and beat, or cron.", figures)
    if now - last > late_after():
        sentence = f"The clock has stood still since {say_moment(last)}: no email, PDF or reminder goes out."
        return Part("clock", False, sentence, figures)
    return Part("clock", True, f"The clock last ran on {say_moment(last)}.", figures)


def retention(now: datetime) -> Part:
    last = ClockTick.last(ClockTick.Name.RETENTION)
    figures = {"last_run": last}
    if last is not None and now - last > INTERVALS_UNTIL_LATE * RETENTION_EVERY:
        sentence = f"Nothing has been deleted in time since {say_moment(last)}: run manage.py retain daily."
        return Part("retention", False, sentence, figures)
    return Part("retention", True, f"Deletion last ran on {say_moment(last)}." if last else "It has not run.", figures)


def emails(now: datetime) -> Part:
    """A letter that failed waits for its next try; one that nothing has tried in time means that nothing sends."""
    waits, untried = Q(status__in=[Status.QUEUED, Status.SENDING]), Q(attempts=0, next_try_at__lte=now)
    figures = Letter.objects.filter(waits | Q(status=Status.DEAD)).aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("posted_at", filter=waits & untried),
        given_up=Count("pk", filter=Q(status=Status.DEAD, erased_at__isnull=True)),
    )
    number, oldest, given_up = figures["waiting"], figures["oldest"], figures["given_up"]
    limit = max(EMAILS_WAIT_AT_MOST, late_after())
    if oldest is not None and now - oldest > limit:
        sentence = f"{plural(number, 'email')} cannot be sent, the oldest since {say_moment(oldest)}."
        return Part("emails", False, sentence, figures)
    return Part("emails", True, f"{plural(number, 'email')} waiting, {given_up} given up.", figures)


def files(now: datetime) -> Part:
    found = import_string(settings.UNSCANNED_FILES)().aggregate(number=Count("pk"), oldest=Min("received_at"))
    number, oldest = found["number"], found["oldest"]
    figures = {"unscanned": number, "oldest": oldest}
    if clamd.is_configured() and oldest is not None and now - oldest > FILES_WAIT_AT_MOST:
        sentence = f"{plural(number, 'file')} not scanned for viruses, the oldest since {say_moment(oldest)}."
        return Part("files", False, sentence, figures)
    return Part("files", True, f"{plural(number, 'file')} waiting for the scan.", figures)


def disk(_now: datetime) -> Part:
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    is_enough = free >= LEAST_FREE
    sentence = f"The disk has {free // 1_000_000:,} MB free{'.' if is_enough else ', which is too little.'}"
    return Part("disk", is_enough, sentence, {"free_bytes": free}, A_WHILE)


def storage(_now: datetime) -> Part:
    return _asked("storage", "The store of uploaded files", _ask_storage)


def broker(_now: datetime) -> Part:
    return _asked("broker", "Redis, the worker's broker,", _ask_broker if settings.REDIS_URL else None)


def scanner(_now: datetime) -> Part:
    return _asked("scanner", "The virus scanner", clamd.ping if clamd.is_configured() else None)


def _asked(name: str, subject: str, ask: Callable[[], object] | None) -> Part:
    if ask is None:
        return Part(name, True, f"{subject} is not set up.", {"is_set_up": False})
    try:
        ask()
    except Exception as problem:  # noqa: BLE001 — each library raises its own errors
        sentence = f"{subject} does not answer ({type(problem).__name__})."
        return Part(name, False, sentence, {"is_set_up": True}, A_WHILE)
    return Part(name, True, f"{subject} answers.", {"is_set_up": True})


def _ask_storage() -> None:
    if isinstance(default_storage, FileSystemStorage) and Path(default_storage.location).exists():
        if not os.access(default_storage.location, os.W_OK):
            raise PermissionError("The folder of files cannot be written.")
        return
    default_storage.exists("monitoring")


def _ask_broker() -> None:
    import redis

    within = {"socket_timeout": 1, "socket_connect_timeout": 1}
    with redis.Redis.from_url(settings.REDIS_URL, **within) as client:
        client.ping()


IN_DATABASE = (clock, emails, files, retention, disk)
ELSEWHERE = (storage, broker, scanner)


def every(now: datetime) -> list[Part]:
    """Ask every part, also those on other machines: at most a dozen seconds when all of those are silent."""
    return list(_ask((*IN_DATABASE, *ELSEWHERE), now))


def near(now: datetime) -> list[Part]:
    """Ask the parts that cost a page no more than some queries."""
    return list(_ask(IN_DATABASE, now))


def _ask(asked: tuple[Callable[[datetime], Part], ...], now: datetime) -> Iterator[Part]:
    return (ask(now) for ask in asked)
