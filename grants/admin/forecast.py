"""What a fund will pay, month by month, and what is left then of the money that came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncMonth

from core.accounts.models import Programme
from core.dates import add_months
from core.spreadsheets import Column
from grants.funding import ZERO, Position
from grants.lifecycle import SETTLED
from grants.models import Instalment, LedgerLine

COLUMNS = (
    Column("month", "Month", "The month, or “Earlier” for what is due since before this month."),
    Column("due", "Due to be paid", "Instalments of that month that are not paid yet.", "money"),
    Column("held_back", "Of it held back", "The part that waits for final reports to be accepted.", "money"),
    Column("left", "Left", "Received, less what is paid and what is due until the end of that month.", "money"),
)
EARLIER = "Earlier"


@dataclass(frozen=True)
class Month:
    label: str
    due: Decimal
    held_back: Decimal
    left: Decimal

    @property
    def cells(self) -> tuple[Any, ...]:
        return self.label, self.due, self.held_back, self.left


@dataclass(frozen=True)
class Forecast:
    """From this month to the last in which something is due; `position` is the whole fund's today."""

    months: list[Month]
    position: Position

    @property
    def not_received(self) -> Decimal:
        return self.position.pledged - self.position.received

    @property
    def without_day(self) -> Decimal:
        """Committed and on no schedule: offers before their agreement, and payments that are withheld."""
        return self.position.unpaid - sum((month.due for month in self.months), ZERO)


def forecast_of(programme: Programme, position: Position, today: date) -> Forecast:
    """One query, over the grants that the fund's ledger pays for."""
    of_fund = Exists(LedgerLine.objects.filter(grant=OuterRef("grant")))
    unpaid = Instalment.objects.filter(of_fund, grant__programme=programme).exclude(status__in=SETTLED)
    is_held = Q(held_back_on__isnull=False)
    rows = unpaid.annotate(month=TruncMonth("due_on")).values("month").order_by("month")
    found = rows.annotate(due=Sum("amount"), held_back=Sum("amount", filter=is_held, default=ZERO))
    sums = {row["month"]: (row["due"], row["held_back"]) for row in found}
    return Forecast(list(_months(sums, today.replace(day=1), position.received - position.paid)), position)


def _months(sums: dict[date, tuple[Decimal, Decimal]], first: date, left: Decimal) -> Iterator[Month]:
    earlier = [amounts for month, amounts in sums.items() if month < first]
    if earlier:
        due, held_back = sum((one for one, _ in earlier), ZERO), sum((one for _, one in earlier), ZERO)
        left -= due
        yield Month(EARLIER, due, held_back, left)
    month, last = first, max(sums, default=first)
    while month <= last:
        due, held_back = sums.get(month, (ZERO, ZERO))
        left -= due
        yield Month(f"{month:%B %Y}", due, held_back, left)
        month = add_months(month, 1)
