"""What a person has, below their tasks on the home page: every source's section for one person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404
from django.utils.module_loading import import_string
from django.utils.text import slugify

from core import calendars
from core.dates import say_day, say_deadline
from core.files.types import send


@dataclass(frozen=True)
class NextDate:
    """What comes next: on a day, or at an instant."""

    what: str
    at: date | datetime

    @property
    def when(self) -> str:
        return say_deadline(self.at) if isinstance(self.at, datetime) else say_day(self.at)


@dataclass(frozen=True)
class DashboardRow:
    """One thing that a person has: its reference, where it is, what it is, its state, and what comes next."""

    reference: str
    url: str
    title: str
    state: str
    status: str
    about: str = ""
    next: NextDate | None = None
    calendar_url: str = ""
    programme: str = ""


@dataclass(frozen=True)
class DashboardSection:
    """Things of one kind, the newest few, and the address of the whole list."""

    heading: str
    rows: list[DashboardRow]
    url: str = ""


def sections_for(user: Any, now: datetime) -> list[DashboardSection]:
    """Return the sections of this person that have rows; settings.DASHBOARD_SOURCES name who is asked."""
    found = (import_string(source)(user, now) for source in settings.DASHBOARD_SOURCES)
    return [section for section in found if section.rows]


def soonest(dates: Iterable[tuple[str, date | None]], today: date) -> NextDate | None:
    """Return the first of these days that is not past; None without one."""
    ahead = [NextDate(what, on) for what, on in dates if on is not None and on >= today]
    return min(ahead, key=lambda row: row.at, default=None)


def calendar_file(
    reference: str, title: str, url: str, coming: NextDate | None, *, now: datetime, publisher: str
) -> FileResponse:
    """Answer with what comes next as a calendar file; 404 when nothing does."""
    if coming is None:
        raise Http404
    content = entry(reference, title, url, coming, stamped_at=now, publisher=publisher)
    return send(BytesIO(content), f"{reference}.ics", "text/calendar")


def entry(reference: str, title: str, url: str, coming: NextDate, *, stamped_at: datetime, publisher: str) -> bytes:
    """A date of something that a person has, as a calendar file: one date of one thing is always the same event."""
    host = settings.SITE_URL.partition("://")[2]
    uid = f"{reference}-{slugify(coming.what)}@{host}".lower()
    summary, link = f"{coming.what}: {title}", f"{settings.SITE_URL}{url}"
    facts: dict[str, Any] = {"stamped_at": stamped_at, "description": reference, "url": link, "publisher": publisher}
    if isinstance(coming.at, datetime):
        return calendars.deadline(uid, 0, summary, coming.at, **facts)
    return calendars.day(uid, 0, summary, coming.at, **facts)
