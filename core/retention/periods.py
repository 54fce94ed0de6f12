"""How long something is kept: one object from which the arithmetic and the words on every page are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.humanize.templatetags.humanize import apnumber

from core.dates import london
from core.months import add_months


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time by the calendar, and what it is counted from: "12 months after the decision"."""

    after: str
    years: int = 0
    months: int = 0
    days: int = 0

    def before(self, at: datetime) -> datetime:
        """The instant one period before this one, at the same time on local clocks."""
        here = london(at)
        day = add_months(here.date(), -(12 * self.years + self.months))
        return datetime.combine(day, here.timetz()) - timedelta(days=self.days)

    @property
    def length(self) -> str:
        parts = {"year": self.years, "month": self.months, "day": self.days}
        return " and ".join(f"{apnumber(n)} {unit}{'' if n == 1 else 's'}" for unit, n in parts.items() if n)

    def __str__(self) -> str:
        return f"{self.length} after {self.after}"
