"""Scores put side by side: totals, their spread, and where funder and host differ. Sums without Django."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

BEST = 4
APART = Decimal(2)
FUNDER, HOST = "funder", "host"


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
    if not numbers:
        return None
    return (Decimal(sum(numbers)) / len(numbers)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def spread(values: Sequence[int]) -> int | None:
    """Highest less lowest; None of fewer than two."""
    return max(values) - min(values) if len(values) > 1 else None


def difference_of_means(scores: list[int], others: list[int]) -> Decimal | None:
    """The first mean less the second; None unless there are both."""
    first, second = mean(scores), mean(others)
    return None if first is None or second is None else first - second
