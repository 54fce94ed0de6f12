"""The equality counts of a call as tables and bars: what stands still, with what is too small left out.

Whoever looked before and after one person answered could tell what they answered. So nothing is shown that may still
grow, and nothing grows that was shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from applications.lifecycle import CallStatus
from applications.models import Call, EqualityTally
from applications.models.equality import half_year, half_year_ends_at, links_end_at
from applications.small_numbers import Cell, shown, total

SETTLES = timedelta(days=1)  # what arrives in the last second is counted a moment after it


@dataclass(frozen=True)
class Line:
    """One answer with its count as it may be shown, and the bar's length in hundredths of the longest."""

    answer: str
    cell: Cell
    bar: int


@dataclass(frozen=True)
class Table:
    """One question with its answers; `total` is None where something is hidden."""

    question: str
    lines: list[Line]
    total: int | None


@dataclass(frozen=True)
class Batch:
    """The counts of one half-year, or of a whole call: protected by itself, and added to no other."""

    half_year: str
    tables: list[Table]

    @property
    def title(self) -> str:
        return say_half_year(self.half_year) if self.half_year else ""


def say_half_year(name: str) -> str:
    year, half = name.split("-")
    return f"{'January to June' if half == '1' else 'July to December'} {year}"


def shown_from(call: Call, name: str) -> datetime | None:
    """When the counts of a call, or of its half-year of this name, are shown: once nothing is added to them any more.

    None where that is so already: the links are gone with the decision and with a cancellation, and what was counted
    before there were half-years grows no more.
    """
    if call.status != CallStatus.PUBLISHED:
        return None
    if (end_at := links_end_at(call)) is not None:
        return end_at + SETTLES
    return half_year_ends_at(name) + SETTLES if name else None


def next_shown(call: Call, at: datetime) -> Iterator[tuple[str, datetime]]:
    """Yield what is not shown yet, and when it will be: half-years (a whole call has no name), answered or not."""
    names = [""] if call.closes_at else sorted({half_year(at - SETTLES), half_year(at)})
    for name in names:
        moment = shown_from(call, name)
        if moment is not None and at < moment:
            yield name and say_half_year(name), moment


def batches(call: Call, at: datetime) -> list[Batch]:
    """What may be shown of a call at this instant, the latest half-year first: one query."""
    found: dict[str, dict[int, list[EqualityTally]]] = {}
    tallies = EqualityTally.objects.filter(call=call).select_related("question")
    for tally in tallies.order_by("-half_year", "question__position", "question", "pk"):
        moment = shown_from(call, tally.half_year)
        if moment is None or at >= moment:
            found.setdefault(tally.half_year, {}).setdefault(tally.question_id, []).append(tally)
    return [Batch(name, [table(rows) for rows in questions.values()]) for name, questions in found.items()]


def table(tallies: list[EqualityTally]) -> Table:
    """One question's table; answers that are no longer offered come last, and only if somebody gave them."""
    question = tallies[0].question
    order = {answer: place for place, answer in enumerate(question.choices)}
    kept = [tally for tally in tallies if tally.count or tally.answer in order]
    kept.sort(key=lambda tally: order.get(tally.answer, len(order)))
    cells = shown([tally.count for tally in kept])
    longest = max((cell.count for cell in cells if cell.count is not None), default=0)
    lines = [
        Line(tally.answer, cell, 100 * (cell.count or 0) // longest if longest else 0)
        for tally, cell in zip(kept, cells, strict=True)
    ]
    return Table(question.label, lines, total(cells))
