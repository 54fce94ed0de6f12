"""Instants and days as people read and write them in settings.TIME_ZONE; nothing here asks the clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from core.months import add_months

if TYPE_CHECKING:
    from holidays import HolidayBase

__all__ = [
    "LONDON",
    "LocalDateTimeField",
    "add_months",
    "at_london",
    "bank_holiday",
    "clock_name",
    "is_working_day",
    "london",
    "say_day",
    "say_deadline",
    "say_left",
    "say_moment",
    "say_time",
]

# The installation's time zone, from settings.TIME_ZONE; its name is from the first installation.
LONDON = ZoneInfo(settings.TIME_ZONE)

_WEEKEND = 5  # Saturday, counted from Monday as 0
_MIDDAY = 12
_TYPED = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d %B %Y %H:%M", "%d %b %Y %H:%M")


def clock_name() -> str:
    """What people call the time that these functions write, such as "UK time" (the installation's setting)."""
    return str(settings.CLOCK_NAME)


def london(at: datetime) -> datetime:
    """The same instant in local time. ValueError for a datetime without a time zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so it is not an instant.")
    return at.astimezone(LONDON)


def at_london(day: date, at: time) -> datetime:
    """The instant when local clocks show this. ValueError with a sentence when they show it twice, or never."""
    first, second = (datetime.combine(day, at.replace(tzinfo=None, fold=fold), LONDON) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    # Clocks go back at 2am and forward at 1am, so what is doubled or missing is the hour after 1am. In the doubled
    # hour both readings survive the way to UTC and back; in the missing one, neither does.
    doubled = first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) == first.replace(tzinfo=None)
    reason = "happens twice, because the clocks go back" if doubled else "does not exist, because the clocks go forward"
    moment = f"{_clock(at, at.second != 0)} on {say_day(day)}"
    raise ValueError(f"{moment} {reason}. Choose a time before 1am or after 2am.")


def say_day(day: date) -> str:
    shown = london(day).date() if isinstance(day, datetime) else day
    return f"{shown:%A} {shown.day} {shown:%B} {shown.year}"


def say_time(at: datetime) -> str:
    shown = london(at).time().replace(microsecond=0)
    if (shown.minute, shown.second) == (0, 0) and shown.hour in {0, _MIDDAY}:
        return "midday" if shown.hour else "midnight"
    return _clock(shown, seconds=shown.second != 0)


def say_deadline(at: datetime) -> str:
    """ "5pm on Wednesday 13 March 2019"; midnight says at which end of its day it is."""
    clock = say_time(at)
    return f"{'midnight at the start of' if clock == 'midnight' else clock + ' on'} {say_day(at)}"


def say_moment(at: datetime) -> str:
    """ "Wednesday 13 March 2019 at 4:59pm"."""
    return f"{say_day(at)} at {_clock(london(at).time(), seconds=False)}"


def say_exactly(at: datetime) -> str:
    """ "Wednesday 13 March 2019 at 4:59:59pm": for receipts and signatures; the second has begun (4:59:59.9)."""
    return f"{say_day(at)} at {_clock(london(at).time(), seconds=True)}"


def say_left(now: datetime, at: datetime) -> str:
    """ "in 3 days 4 hours", "in 12 minutes", "in less than a minute"; past: "2 hours 5 minutes ago", "just now".

    In the two largest units that are next to each other, rounded down; a day is 24 hours.
    """
    span = abs(at - now)
    hours, seconds = divmod(span.seconds, 3600)
    amounts = {"day": span.days, "hour": hours, "minute": seconds // 60}
    largest = next((place for place, amount in enumerate(amounts.values()) if amount), None)
    if largest is None:
        return "in less than a minute" if at > now else "just now"
    pair = list(amounts.items())[largest : largest + 2]
    words = " ".join(f"{amount} {unit}{'' if amount == 1 else 's'}" for unit, amount in pair if amount)
    return f"in {words}" if at > now else f"{words} ago"


def bank_holiday(day: date) -> str | None:
    name: str | None = _bank_holidays().get(day)
    return name and name.replace("(observed)", "(substitute day)")


def is_working_day(day: date) -> bool:
    return day.weekday() < _WEEKEND and bank_holiday(day) is None


def _bank_holidays() -> HolidayBase:
    return _bank_holidays_of(settings.BANK_HOLIDAYS)


@cache
def _bank_holidays_of(nation: str) -> HolidayBase:
    from holidays import country_holidays

    return country_holidays("GB", subdiv=nation, language="en_GB")


def _clock(at: time, seconds: bool) -> str:
    hour = at.hour % _MIDDAY or _MIDDAY
    minutes = f":{at:%M:%S}" if seconds else f":{at:%M}" if at.minute else ""
    return f"{hour}{minutes}{'am' if at.hour < _MIDDAY else 'pm'}"


class LocalDateTimeField(forms.DateTimeField):
    """A day and a local time in one control; its value is an aware datetime.

    Reads what a browser sends (`2026-10-25T17:00`), `25/10/2026 17:00` and `25 October 2026 17:00`, and the two halves
    of a split widget. An hour that the clocks skip or repeat is refused with a sentence.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M:%S")
    default_error_messages = {
        "required": "Enter a day and a time.",
        "invalid": "Enter a day and a time, like 13/03/2019 17:00.",
    }

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, list | tuple):
            value = " ".join(str(part) for part in value if part)
        if value in self.empty_values or not str(value).strip():
            return None
        typed = value if isinstance(value, datetime) else self._read(str(value).strip())
        if typed.tzinfo is not None:
            return typed
        try:
            return at_london(typed.date(), typed.time())
        except ValueError as refusal:
            raise ValidationError(str(refusal), code="clocks_change") from None

    def prepare_value(self, value: Any) -> Any:
        aware = isinstance(value, datetime) and value.tzinfo is not None
        return london(value).replace(tzinfo=None) if aware else value

    def _read(self, text: str) -> datetime:
        with suppress(ValueError):
            date.fromisoformat(text)
            text = ""  # a day alone has no time, and midnight would be a guess
        with suppress(ValueError):
            return datetime.fromisoformat(text)
        for written in _TYPED:
            with suppress(ValueError):
                return datetime.strptime(text, written)  # noqa: DTZ007 - to_python adds the time zone
        raise ValidationError(self.error_messages["invalid"], code="invalid")
