"""Scores put side by side: totals, their spread, and where funder and host differ. Sums without Django."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from statistics import median
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

BEST = 4
APART = Decimal(2)
FUNDER, HOST = "funder", "host"
FEWEST_FOR_OUTLIER = 3
OUTLIER = Fraction(1, 4)  # of the best total


class Policy(StrEnum):
    """How a call makes one total of several assessors' totals."""

    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True, slots=True)
class Mark:
    """One score, from 0 to 4, on the criterion with this letter."""

    letter: str
    score: int
    weight: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One assessor's finished marks, for the funder or the host."""

    assessor: str
    party: str
    marks: tuple[Mark, ...]

    @property
    def total(self) -> int:
        return sum(mark.score * mark.weight for mark in self.marks)

    @property
    def best(self) -> int:
        return sum(BEST * mark.weight for mark in self.marks)

    def score_of(self, letter: str) -> int | None:
        return next((mark.score for mark in self.marks if mark.letter == letter), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The finished sheets on one application."""

    sheets: tuple[Sheet, ...]

    @property
    def best(self) -> int:
        """What a total is of; 0 without a sheet."""
        return max((sheet.best for sheet in self.sheets), default=0)

    @property
    def mean_total(self) -> Decimal | None:
        return mean(sheet.total for sheet in self.sheets)

    @property
    def spread(self) -> int | None:
        """Highest total less lowest; None with fewer than two sheets."""
        return spread([sheet.total for sheet in self.sheets])

    @property
    def difference(self) -> Decimal | None:
        """Mean total of the funder's side less the host's; None until both sides have finished a sheet."""
        return difference_of_means(self._totals(FUNDER), self._totals(HOST))

    def mean_of(self, letter: str) -> Decimal | None:
        return mean(self._scores(letter))

    def spread_of(self, letter: str) -> int | None:
        return spread(self._scores(letter))

    def difference_of(self, letter: str) -> Decimal | None:
        return difference_of_means(self._scores(letter, FUNDER), self._scores(letter, HOST))

    def is_apart_on(self, letter: str) -> bool:
        """Tell whether funder and host are two points or more apart on a criterion.

        The two sides may disagree about a candidate; that has to be seen and resolved (the 2019 learning report).
        """
        difference = self.difference_of(letter)
        return difference is not None and abs(difference) >= APART

    @property
    def is_apart(self) -> bool:
        return any(self.is_apart_on(mark.letter) for sheet in self.sheets[:1] for mark in sheet.marks)

    def _totals(self, party: str) -> list[int]:
        return [sheet.total for sheet in self.sheets if sheet.party == party]

    def _scores(self, letter: str, party: str | None = None) -> list[int]:
        of_party = (sheet for sheet in self.sheets if party in {None, sheet.party})
        return [score for sheet in of_party if (score := sheet.score_of(letter)) is not None]


def mean(values: Iterable[int]) -> Decimal | None:
    """The mean to one decimal place, half up; None of nothing."""
    numbers = list(values)
    return mean_of(sum(numbers), len(numbers)) if numbers else None


def mean_of(points: int, count: int) -> Decimal:
    """The mean of `count` values that add up to `points`, to one decimal place, half up."""
    return (Decimal(points) / count).quantize(Decimal("0.1"), ROUND_HALF_UP)


def spread(values: Sequence[int]) -> int | None:
    """Highest less lowest; None of fewer than two."""
    return max(values) - min(values) if len(values) > 1 else None


def difference_of_means(scores: list[int], others: list[int]) -> Decimal | None:
    """The first mean less the second; None unless there are both."""
    first, second = mean(scores), mean(others)
    return None if first is None or second is None else first - second


def difference_of_totals(totals: Iterable[tuple[str, int]]) -> Decimal | None:
    """The mean total of the funder's side less the host's, of totals with their side; None unless there are both."""
    given = list(totals)
    funder, host = ([points for side, points in given if side == party] for party in (FUNDER, HOST))
    return difference_of_means(funder, host)


@dataclass(frozen=True, slots=True)
class Total:
    """An application's points, and the most they could be. Exact; said to one decimal place."""

    points: Fraction
    best: Fraction

    @property
    def share(self) -> Fraction:
        """From 0 to 1; totals are ranked by it, since applications may have different numbers of assessors."""
        return self.points / self.best

    @property
    def rounded(self) -> Decimal:
        exact = Decimal(self.points.numerator) / self.points.denominator
        return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)

    def __str__(self) -> str:
        return f"{self.rounded} of {self.best}"


def total(sheets: Sequence[Sheet], policy: Policy) -> Total | None:
    """One total of the finished sheets, by the call's policy; None without any."""
    return total_of([(sheet.total, sheet.best) for sheet in sheets], policy)


def total_of(sums: Sequence[tuple[int, int]], policy: Policy) -> Total | None:
    """The same of sheets of which the points and the best are known."""
    points, bests = [one for one, _ in sums], [best for _, best in sums]
    if not any(bests):
        return None
    match policy:
        case Policy.SUM:
            return Total(Fraction(sum(points)), Fraction(sum(bests)))
        case Policy.MEAN:
            return Total(Fraction(sum(points), len(points)), Fraction(sum(bests), len(bests)))
        case Policy.MEDIAN:
            middle = Fraction(median(Fraction(one) for one in points))
            return Total(middle, Fraction(median(Fraction(one) for one in bests)))


@dataclass(frozen=True, slots=True)
class Rank:
    """A place from 1; equal totals share the best place of theirs, and the places that follow are left out."""

    place: int
    is_tied: bool

    def __str__(self) -> str:
        return f"{self.place}{'=' if self.is_tied else ''}"


def ranks(totals: Mapping[Key, Total | None]) -> dict[Key, Rank]:
    """The rank of each total, the highest share first; what has no total has no rank."""
    shares = {key: one.share for key, one in totals.items() if one is not None}
    places: dict[Fraction, Rank] = {}
    before = 0
    for share, number in sorted(Counter(shares.values()).items(), reverse=True):
        places[share] = Rank(before + 1, is_tied=number > 1)
        before += number
    return {key: places[share] for key, share in shares.items()}


def is_outlier(sheet: Sheet, sheets: Sequence[Sheet]) -> bool:
    """Tell whether a total is a quarter of the best or more away from the middle of at least two others."""
    others = [one.total for one in sheets if one is not sheet]
    if len(others) < FEWEST_FOR_OUTLIER - 1:
        return False
    return abs(sheet.total - Fraction(median(Fraction(one) for one in others))) >= OUTLIER * sheet.best
