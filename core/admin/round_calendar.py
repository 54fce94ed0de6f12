"""The dates of the rounds under way, as a page of the admin and as a calendar file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import FileResponse
from django.utils.module_loading import import_string

from core import calendars
from core.admin.rounds import Reader
from core.dates import london, say_day, say_deadline
from core.files.types import send

PAST = timedelta(days=31)  # what was longer ago is left out


@dataclass(frozen=True)
class RoundDate:
    """Something that takes place: what, when, of which round, and where to read of it. `key` names it for good."""

    key: str
    what: str
    at: date | datetime
    about: str
    url: str = ""
    length: timedelta = timedelta()

    @property
    def day(self) -> date:
        return london(self.at).date() if isinstance(self.at, datetime) else self.at

    @property
    def when(self) -> str:
        return say_deadline(self.at) if isinstance(self.at, datetime) else say_day(self.at)


def dates_for(user: Reader, now: datetime) -> list[RoundDate]:
    """The dates that a person may know of, the earliest first; settings.ROUND_DATES name who is asked."""
    calls = import_string(settings.ROUND_CALLS)(user, ())
    found = [row for source in settings.ROUND_DATES for row in import_string(source)(user, calls)]
    since = london(now).date() - PAST
    return sorted((row for row in found if row.day >= since), key=lambda row: (row.day, row.what, row.key))


def by_month(dates: Iterable[RoundDate]) -> list[tuple[str, list[RoundDate]]]:
    return [(month, list(rows)) for month, rows in groupby(dates, key=lambda row: f"{row.day:%B %Y}")]


def calendar_file(dates: Iterable[RoundDate], now: datetime, publisher: str) -> FileResponse:
    host = settings.SITE_URL.partition("://")[2]
    content = calendars.several([one_of(row, now, host) for row in dates], publisher=publisher)
    return send(BytesIO(content), "rounds.ics", "text/calendar")


def one_of(row: RoundDate, now: datetime, host: str) -> bytes:
    summary, uid = f"{row.what}: {row.about}", f"{row.key}@{host}"
    facts: dict[str, Any] = {"stamped_at": now, "url": f"{settings.SITE_URL}{row.url}" if row.url else ""}
    if not isinstance(row.at, datetime):
        return calendars.day(uid, 0, summary, row.at, **facts)
    return calendars.event(uid, 0, summary, row.at, row.at + row.length, method="PUBLISH", **facts)
