"""The position of a fund as at a day: its contributions, what they are restricted to, a chart and a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from core.accounts.models import Programme
from core.admin.exports import XLSX
from core.admin.readonly import around
from core.dates import london
from core.files.types import send
from core.spreadsheets import Column, Sheet, xlsx_file
from grants.actions.contributions import left_out
from grants.admin import forecast
from grants.forms.fund import PositionForm
from grants.funding import ZERO, Position
from grants.models import Contribution, Grant
from grants.models.pool import positions_of

LINE, LABELS, BARS = 28, 280, 480  # user units: height of a line, widths
COLUMNS = (
    Column("contribution", "Contribution", "Its name, or “All contributions”."),
    Column("funder", "Funder", "Who gave it; empty for a documented total of several."),
    Column("purpose", "May pay for", "What it is restricted to."),
    Column("pledged", "Pledged", "Pledged by the day of the file.", "money"),
    Column("received", "Received", "Received by that day.", "money"),
    Column("committed", "Committed", "Committed to grants, paid or not.", "money"),
    Column("paid", "Paid", "Paid to grants, less what came back.", "money"),
    Column("free", "Free", "Received and not committed.", "money"),
)


@dataclass(frozen=True)
class Row:
    """One contribution, or all of a restriction, with its figures."""

    label: str
    funder: str
    purpose: str
    position: Position
    url: str = ""

    @property
    def cells(self) -> tuple[Any, ...]:
        one = self.position
        figures = (one.pledged, one.received, one.committed, one.paid, one.free)
        return (self.label, self.funder, self.purpose, *figures)


@dataclass(frozen=True)
class Bar:
    """What was received for a purpose, as paid, committed beyond it and free; widths in user units."""

    row: Row
    y: int
    scale: Decimal  # user units a pound

    def _width(self, amount: Decimal) -> int:
        return int(max(amount, ZERO) * self.scale)

    @property
    def parts(self) -> list[tuple[str, int, int]]:
        """The opacity of each part, where it begins and how wide it is."""
        begin, found = LABELS, []
        one = self.row.position
        for opacity, amount in {"1": one.paid, "0.6": one.unpaid, "0.2": one.free}.items():
            found.append((opacity, begin, self._width(amount)))
            begin += found[-1][2]
        return found

    @property
    def text_y(self) -> int:
        return self.y + 14


def rows_of(programme: Programme, day: date) -> tuple[list[Row], list[Row], Row]:
    """Return a row for each contribution, for each restriction, and for all."""
    contributions = Contribution.objects.filter(programme=programme).select_related("funder", "goal", "strand")
    each = [
        Row(str(one), str(one.funder or ""), one.restriction, position, one.get_absolute_url())
        for one, position in positions_of(contributions, day)
    ]
    purposes: dict[str, Position] = {}
    for row in each:
        purposes[row.purpose] = purposes.get(row.purpose, Position()) + row.position
    by_purpose = [Row(purpose, "", purpose, position) for purpose, position in purposes.items()]
    return each, by_purpose, Row("All contributions", "", "", sum(purposes.values(), Position()))


def bars_of(rows: Iterable[Row]) -> list[Bar]:
    shown = list(rows)
    most = max((row.position.received for row in shown), default=ZERO)
    scale = Decimal(BARS) / most if most else ZERO
    return [Bar(row, LINE * place + 8, scale) for place, row in enumerate(shown)]


def position_of(request: HttpRequest, programme: Programme) -> HttpResponseBase:
    """Answer with the page, or with ?file=xlsx the spreadsheet, as at ?day= or today."""
    today = london(request.arrived_at).date()  # type: ignore[attr-defined]
    form = PositionForm(request.GET or None, initial={"day": today})
    day = form.chosen or today
    rows = rows_of(programme, day)
    now = rows if day == today else rows_of(programme, today)
    ahead = forecast.forecast_of(programme, now[-1].position, today)
    if request.GET.get("file") == "xlsx":
        each, _, everything = rows
        months = Sheet("Forecast", forecast.COLUMNS, [month.cells for month in ahead.months])
        file = xlsx_file(COLUMNS, [row.cells for row in (*each, everything)], "Fund position", months)
        return send(file, f"fund-position-{day}.xlsx", XLSX)
    return _page(request, form, programme, day, rows, ahead=ahead)


def _page(
    request: HttpRequest,
    form: PositionForm,
    programme: Programme,
    day: date,
    rows: tuple[list[Row], list[Row], Row],
    *,
    ahead: forecast.Forecast,
) -> HttpResponse:
    each, by_purpose, everything = rows
    bars = bars_of(by_purpose)
    context = {
        **around(request),
        "title": "Position of the fund",
        "opts": Contribution._meta,
        "form": form,
        "programme": programme,
        "day": day,
        "rows": each,
        "purposes": by_purpose,
        "total": everything,
        "forecast": ahead,
        "bars": bars,
        "chart": {"width": LABELS + BARS, "height": LINE * len(bars) + 8, "left": LABELS},
        "left_out": left_out(programme).count(),
        "undocumented": Grant.objects.filter(programme=programme, is_illustrative=True, ledger=None).count(),
    }
    return TemplateResponse(request, "admin/grants/fund_position.html", context)
