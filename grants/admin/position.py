"""The position of a fund as at a day: its contributions, what they are restricted to, a chart and a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from core.accounts.models import Programme
from core.admin.exports import XLSX
from core.admin.readonly import around
from core.dates import london
from core.files.types import send
from core.spreadsheets import Sheet, xlsx_file
from grants.admin import forecast
from grants.exports.position import COLUMNS, Fund, Row, fund_of
from grants.forms.fund import PositionForm
from grants.funding import ZERO
from grants.models import Contribution

LINE, LABELS, BARS = 28, 280, 480  # user units: height of a line, widths


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


def bars_of(rows: Iterable[Row]) -> list[Bar]:
    shown = list(rows)
    most = max((row.position.received for row in shown), default=ZERO)
    scale = Decimal(BARS) / most if most else ZERO
    return [Bar(row, LINE * place + 8, scale) for place, row in enumerate(shown)]


def position_of(request: HttpRequest, programme: Programme) -> HttpResponseBase:
    """Answer with the page, or with ?file=xlsx the spreadsheet, as at ?day= or today."""
    today = london(request.arrived_at).date()  # type: ignore[attr-defined]
    form = PositionForm(request.GET or None, initial={"day": today})
    fund = fund_of(programme, form.chosen or today)
    now = fund if fund.day == today else fund_of(programme, today)
    ahead = forecast.forecast_of(programme, now.total.position, today)
    if request.GET.get("file") == "xlsx":
        months = Sheet("Forecast", forecast.COLUMNS, [month.cells for month in ahead.months])
        file = xlsx_file(COLUMNS, [row.cells for row in (*fund.each, fund.total)], "Fund position", months)
        return send(file, f"fund-position-{fund.day}.xlsx", XLSX)
    return _page(request, form, fund, ahead)


def _page(request: HttpRequest, form: PositionForm, fund: Fund, ahead: forecast.Forecast) -> HttpResponse:
    bars = bars_of(fund.purposes)
    context = {
        **around(request),
        "title": "Position of the fund",
        "opts": Contribution._meta,
        "form": form,
        "programme": fund.programme,
        "day": fund.day,
        "rows": fund.each,
        "purposes": fund.purposes,
        "total": fund.total,
        "forecast": ahead,
        "bars": bars,
        "chart": {"width": LABELS + BARS, "height": LINE * len(bars) + 8, "left": LABELS},
        "left_out": fund.left_out,
        "undocumented": fund.undocumented,
    }
    return TemplateResponse(request, "admin/grants/fund_position.html", context)
