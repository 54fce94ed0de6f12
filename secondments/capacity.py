"""How many placements there are at once: sums on (first day, last day) pairs, both days included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

Term = tuple[date, date]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Peak:
    """The most terms on one day, and the first day with so many (None when there are no terms)."""

    count: int
    on: date | None


def busiest(terms: Iterable[Term], within: Term | None = None) -> Peak:
    """The most terms that share a day (of those `within`), and the first such day.

    Raises ValueError for a term that ends before it starts.
    """
    change: dict[date, int] = {}
    for first, last in terms:
        if last < first:
            raise ValueError(f"A placement cannot end on {last:%d/%m/%Y}, before it starts on {first:%d/%m/%Y}.")
        begins, ends = (max(first, within[0]), min(last, within[1])) if within else (first, last)
        if ends >= begins:
            change[begins] = change.get(begins, 0) + 1
            change[ends + DAY] = change.get(ends + DAY, 0) - 1
    running, peak = 0, Peak(0, None)
    for day in sorted(change):
        running += change[day]
        if running > peak.count:
            peak = Peak(running, day)
    return peak


def with_another(terms: Iterable[Term], term: Term) -> Peak:
    """The most placements on one day of `term`, with `term` itself among them."""
    return busiest([*terms, term], within=term)
