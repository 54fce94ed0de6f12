"""The chart of totals: a bar for each application, with a mark for each assessor's total."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from applications.admin.comparing import Row
    from applications.scoring import Sheet

LINE, LABELS, BARS, EDGE = 28, 280, 480, 90  # user units: height of a line, widths


@dataclass(frozen=True)
class Bar:
    """One application: its label, where its bar is and how long, and where its assessors' totals stand."""

    label: str
    said: str
    y: int
    width: int
    marks: tuple[tuple[str, int], ...]

    @property
    def text_y(self) -> int:
        return self.y + 14

    @property
    def said_x(self) -> int:
        return LABELS + max([self.width, *(x - LABELS for _, x in self.marks)]) + 12


@dataclass(frozen=True)
class Chart:
    """Bars in the order of the table, from nothing to the best total."""

    bars: tuple[Bar, ...]

    @classmethod
    def of(cls, rows: "Iterable[Row]") -> "Chart":
        return cls(tuple(_bar(row, place) for place, row in enumerate(rows)))

    @property
    def height(self) -> int:
        return LINE * len(self.bars) + 8

    @property
    def width(self) -> int:
        return LABELS + BARS + EDGE

    @property
    def left(self) -> int:
        return LABELS

    @property
    def right(self) -> int:
        return LABELS + BARS


def _bar(row: "Row", place: int) -> Bar:
    share = row.total.share if row.total else Fraction(0)
    marks = tuple((sheet.party, LABELS + _x(_share_of(sheet))) for sheet in row.comparison.sheets)
    label = str(row.application.organisation)
    return Bar(label[:34], str(row.total), LINE * place + 8, _x(share), marks)


def _share_of(sheet: "Sheet") -> Fraction:
    return Fraction(sheet.total, sheet.best) if sheet.best else Fraction(0)


def _x(share: Fraction) -> int:
    return round(share * BARS)
