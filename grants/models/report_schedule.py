"""When a programme asks for evaluation reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.budget import months_between
from core.accounts.models import Programme
from core.months import add_months
from core.promises import AUDIT, Frozen, Kept
from core.text import plural

MOST_REPORTS, LONGEST_INTERVAL, LONGEST_WRITING = 12, 24, 12
LONGEST_COVERED = 12  # months
DAYS_OF_A_MONTH = 30
MIDPOINT = 2
Parts = list[tuple[date, date, date]]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """So many reports spread evenly, or one every so many months; the last is due some months after the end."""

    number: int | None = MIDPOINT
    every_months: int | None = None
    months_to_write: int = 1

    def parts(self, starts_on: date, ends_on: date) -> Parts:
        """What each report covers (from, to) and when it is due: the day after what it covers, the last one later.

        Of reports every so many months, a rest shorter than half of them belongs to the report before. No report
        covers more than a year.
        """
        after_end = ends_on + timedelta(days=1)
        firsts = _within_a_year([starts_on, *self._boundaries(starts_on, ends_on)], after_end)
        parts = [(first, after - timedelta(days=1), after) for first, after in pairwise(firsts)]
        return [*parts, (firsts[-1], ends_on, add_months(ends_on, self.months_to_write))]

    def _boundaries(self, starts_on: date, ends_on: date) -> list[date]:
        if self.every_months is None:
            number = self.number or 1
            return [_between(starts_on, ends_on, Fraction(place, number)) for place in range(1, number)]
        days = [add_months(starts_on, self.every_months * place) for place in range(1, LONGEST_INTERVAL * MOST_REPORTS)]
        fewest = timedelta(days=self.every_months * DAYS_OF_A_MONTH // 2)
        return [day for day in days if day + fewest <= ends_on]

    @property
    def in_words(self) -> str:
        after = f"{'a month' if self.months_to_write == 1 else plural(self.months_to_write, 'month')} after the end"
        if self.every_months is not None:
            return f"one every {plural(self.every_months, 'month')}, and the last {after}"
        if self.number == 1:
            return f"one, {after}"
        if self.number == MIDPOINT:
            return f"one at the midpoint and one {after}"
        return f"{self.number}, spread evenly, the last {after}"


def _within_a_year(firsts: list[date], after_end: date) -> list[date]:
    """The first days of the parts, with one more wherever a part is longer than a year."""
    days: list[date] = []
    for begins, after in pairwise([*firsts, after_end]):
        day = begins
        while day < after:
            days.append(day)
            day = add_months(day, LONGEST_COVERED)
    return days


def _between(starts_on: date, ends_on: date, share: Fraction) -> date:
    """The day at this share of a term: of whole months where it falls on one, else of its days."""
    months = months_between(starts_on, ends_on) * share
    is_whole = months.denominator == 1
    return (
        add_months(starts_on, int(months))
        if is_whole
        else starts_on + (ends_on - starts_on) * share.numerator / (share.denominator)
    )


class ReportSchedule(models.Model):
    """When a programme asks for reports, from a moment on; a grant keeps the one it was offered under."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="report_schedules")
    number = models.PositiveSmallIntegerField("how many, spread evenly", null=True, blank=True)
    every_months = models.PositiveSmallIntegerField("one every … months", null=True, blank=True)
    months_to_write = models.PositiveSmallIntegerField("months after the end by which the last is due", default=1)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("programme", "-set_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(number__isnull=True, every_months__gte=1) | Q(number__gte=1, every_months__isnull=True),
                name="reports are spread evenly or come every so many months",
            ),
        )

    class Promises:
        open = "id programme number every_months months_to_write set_at"
        personal = "set_by"
        frozen = (
            Frozen(
                "programme number every_months months_to_write set_at set_by",
                "A report schedule cannot be changed: grants keep it. Set another.",
            ),
        )
        kept = (Kept("set_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.rhythm.in_words

    @property
    def rhythm(self) -> Rhythm:
        return Rhythm(self.number, self.every_months, self.months_to_write)


def rhythm_of(programme_id: int, at: datetime) -> Rhythm:
    """The rhythm of reports for what is offered at this moment: one query."""
    row = ReportSchedule.objects.filter(programme=programme_id, set_at__lte=at).first()
    return row.rhythm if row else Rhythm()
