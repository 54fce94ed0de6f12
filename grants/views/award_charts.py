"""Charts of published awards by strand, year and organisation: bars in inline SVG, each with its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from grants.models import Grant

LINE, BARS, MARGIN = 46, 320, 40  # user units: height of a label and its bar, widths of bars and of their figures
MOST = 10  # bars of a chart
MOST_FUNDED = f"By organisation: the {MOST} with the most awards"


@dataclass(frozen=True)
class Bar:
    """How many awards, and the total of those whose amount the records give; None where they give none."""

    label: str
    count: int
    total: Decimal | None
    place: int = 0
    most: int = 1

    @property
    def label_y(self) -> int:
        return LINE * self.place + 16

    @property
    def y(self) -> int:
        return self.label_y + 6

    @property
    def count_y(self) -> int:
        return self.y + 14

    @property
    def width(self) -> int:
        return BARS * self.count // self.most

    @property
    def count_x(self) -> int:
        return self.width + 8


@dataclass(frozen=True)
class Chart:
    slug: str
    what: str
    heading: str
    bars: list[Bar]
    note: str = ""
    width: int = BARS + MARGIN

    @property
    def height(self) -> int:
        return LINE * len(self.bars) + 8


def charts_of(awards: QuerySet[Grant]) -> list[Chart]:
    """A query for each chart, of no more rows than it has bars; [] where there is nothing to compare."""
    strand, year, body = "post__call__strands__title", "year", "organisation__name"
    years = _grouped(awards.annotate(year=ExtractYear("agreed_on")), year).order_by("-year")
    charts = [
        Chart(
            "strand",
            "Strand",
            "By strand",
            _bars(awards, strand, "No strand on record"),
            "An award from a call for several strands counts in each.",
        ),
        Chart("year", "Year", "By year of the award", _placed([_bar(row, year, "") for row in years])),
        Chart("organisation", "Organisation", MOST_FUNDED, _bars(awards, body, "")),
    ]
    return charts if charts[1].bars else []


def _grouped(awards: QuerySet[Grant], by: str) -> QuerySet[Any]:
    known = Sum("total", filter=Q(is_illustrative=False))
    groups: QuerySet[Any] = awards.order_by().values(by).annotate(number=Count("pk"), sum=known)
    return groups


def _bars(awards: QuerySet[Grant], by: str, nameless: str) -> list[Bar]:
    rows = _grouped(awards, by).order_by("-number", by)[:MOST]
    return _placed([_bar(row, by, nameless) for row in rows])


def _bar(row: dict[str, Any], by: str, nameless: str) -> Bar:
    return Bar(str(row[by] or nameless), row["number"], row["sum"])


def _placed(bars: list[Bar]) -> list[Bar]:
    most = max((bar.count for bar in bars), default=1)
    return [Bar(bar.label, bar.count, bar.total, place, most) for place, bar in enumerate(bars)]
