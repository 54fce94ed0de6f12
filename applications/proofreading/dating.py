"""Dates as people write them in a text: "Friday 13th March 2019", "13 March, a Friday", "20–27 March", "13/03/2019"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
ENDING = r"(?:st|nd|rd|th|h)?"
YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
BEFORE = rf"(?:\b(?P<weekday>{WEEKDAY})\b\.?,?\s+(?:the\s+)?)?"
# The weekday may follow ("13 March, a Friday"), unless it is that of the next date.
AFTER = rf"(?:(?:\s*\(\s*|,\s+|\s+being\s+)(?:an?\s+)?(?P<after>{WEEKDAY})\b(?!\.?,?\s+(?:the\s+)?\d))?"

_WRITTEN = (
    rf"{BEFORE}\b(?P<day>\d{{1,2}})(?P<ending>{ENDING})\s*(?:of\s+)?(?P<month>{MONTH})\b\.?{YEAR}{AFTER}",
    rf"{BEFORE}\b(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})(?!\d)(?P<ending>{ENDING})\b{YEAR}{AFTER}",
    rf"{BEFORE}\b(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})/(?P<year>20\d\d)\b{AFTER}",
)
WRITTEN = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _WRITTEN)
FIRST_HALF = re.compile(
    rf"(?:\b(?P<weekday>{WEEKDAY})\.?,?\s+)?\b(?P<day>\d{{1,2}}){ENDING}\s*(?:–|—|-|to|until|and)\s*$", re.IGNORECASE
)
MONTH_ALONE = re.compile(
    rf"(?<!\d )(?<!\d)(?<!(?:st|nd|rd|th) )\b(?P<month>{MONTH})\s+(?P<year>20\d\d)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Written:
    """A date in a text: its parts as written (weekday from 0), its place in the sentence, and the words themselves."""

    day: int
    month: int
    year: int | None
    weekday: int | None
    start: int
    end: int
    words: str

    def in_year(self, year: int) -> date | None:
        """Return the day it names, in this year where it names none; None where there is no such day."""
        try:
            return date(self.year or year, self.month, self.day)
        except ValueError:
            return None

    def nearest_to(self, day: date) -> date | None:
        days = [self.in_year(year) for year in (day.year - 1, day.year, day.year + 1)]
        return min((one for one in days if one), key=lambda one: abs(one - day), default=None)


def dates_in(sentence: str) -> Iterator[Written]:
    """Yield the dates of a sentence; both ends of "20–27 March"."""
    for pattern in WRITTEN:
        for match in pattern.finditer(sentence):
            month, year = month_of(match["month"]), int(match["year"]) if match["year"] else None
            if month is None:
                continue
            weekday = match["weekday"] or match["after"]
            second = Written(
                int(match["day"]), month, year, weekday_of(weekday), match.start(), match.end(), match[0].strip(" ,(")
            )
            first = FIRST_HALF.search(sentence[: match.start()])
            if first and int(first["day"]) <= second.day:
                whole = sentence[first.start() : match.end()]
                at = first.start()
                yield Written(int(first["day"]), month, year, weekday_of(first["weekday"]), at, match.end(), whole)
            yield second


def month_of(written: str) -> int | None:
    if written.isdigit():
        return int(written) if 1 <= int(written) <= len(MONTHS) else None
    return MONTHS.index(written[:3].lower()) + 1


def weekday_of(written: str | None) -> int | None:
    if not written:
        return None
    return next(number for number, name in enumerate(WEEKDAYS) if name[:3].lower() == written[:3].lower())


def format_day(day: date) -> str:
    return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%B %Y}"
