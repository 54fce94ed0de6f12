"""Small counts: which figures of a table may be shown so that none below five can be told from the others."""

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One count as it may be shown: `count` is None where it is hidden, for being small or to protect one that is."""

    count: int | None
    is_small: bool = False

    @property
    def words(self) -> str:
        if self.count is not None:
            return str(self.count)
        return f"fewer than {FEWEST}" if self.is_small else "not shown"


def shown(counts: Sequence[int]) -> list[Cell]:
    """Hide every count below five and, where there is one, the smallest of the others, until nothing tells the small.

    A small count may then be anything from 0 to 4, even for somebody who knows from elsewhere how many answered
    altogether, and how this function works. Where nothing is left to hide, no figure is shown at all. ValueError for a
    negative count.
    """
    if any(count < 0 for count in counts):
        raise ValueError("A count is not negative.")
    small = [count for count in counts if count < FEWEST]
    others = sorted((count, place) for place, count in enumerate(counts) if count >= FEWEST)
    hidden = 0
    while small and hidden < len(others) and not _is_open(small, [count for count, _ in others], hidden):
        hidden += 1
    protecting = {place for _, place in others[:hidden]}
    return [
        Cell(None if count < FEWEST or place in protecting else count, is_small=count < FEWEST)
        for place, count in enumerate(counts)
    ]


def shown_of_several(counts: Sequence[int], whole: int) -> list[Cell]:
    """Hide counts of answers of which one may give several, where `whole`, how many answered, is told beside them.

    A count is hidden where it or its rest is below five, since each follows from the other, and where `shown` hides it
    among all of them. ValueError for a count above the whole.
    """
    if any(count > whole for count in counts):
        raise ValueError("A count is not above the whole.")
    cells = []
    for count, cell in zip(counts, shown(counts), strict=True):
        is_hidden = cell.count is None or whole - count < FEWEST
        cells.append(Cell(None if is_hidden else count, is_small=cell.is_small))
    return cells


def total(cells: Sequence[Cell]) -> int | None:
    """How many answers there are, told only where nothing is hidden."""
    counts = [cell.count for cell in cells if cell.count is not None]
    return sum(counts) if len(counts) == len(cells) else None


def _is_open(small: list[int], others: list[int], hidden: int) -> bool:
    """Tell whether each small count may be anything from 0 to 4 while so many of the others, the smallest, are hidden.

    Whoever knows the total knows the sum of what is hidden, and that each of the others hidden is from 5 to the
    smallest one shown. Judged by these figures only, and not by the small counts, so that it tells nothing of them.
    """
    if not hidden:
        return False
    left, together, highest = others[hidden:], sum(small) + sum(others[:hidden]), FEWEST - 1
    may_be_highest = together - FEWEST * hidden >= highest
    may_be_nothing = not left or together - hidden * left[0] <= highest * (len(small) - 1)
    return may_be_highest and may_be_nothing
