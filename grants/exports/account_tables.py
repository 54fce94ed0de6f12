"""The accounts of a fund as tables: one set of rows for the page, the spreadsheet and the PDF."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from core.money.amounts import format_pounds
from core.spreadsheets import Column
from core.text import plural
from grants.exports.accounts import AsAt, GrantThen, PaymentThen
from grants.funding import ZERO
from grants.lifecycle import GrantStatus

DUE = (
    Column("grant", "Grant", "Its reference."),
    Column("organisation", "Organisation", "Who is paid."),
    Column("number", "Instalment", "Its number within the grant.", "number"),
    Column("due", "Due", "The day of the schedule.", "date"),
    Column("status", "Status", "As at the day of the file."),
    Column("waits_for", "Waits for", "What had to happen before it could be paid."),
    Column("amount", "Amount", "In pounds.", "money"),
)
BY_STATUS = (
    Column("status", "Status", "Of the grants, as at the day of the file."),
    Column("grants", "Grants", "How many.", "number"),
    Column("awarded", "Awarded", "With extensions; nothing for an offer that was declined.", "money"),
    Column("paid", "Paid", "Less what the bank returned.", "money"),
    Column("recovered", "Recovered", "Paid back by organisations.", "money"),
    Column("to_pay", "Still to pay", "Awarded and not paid; of a grant that ended, what is still due.", "money"),
    Column("unspent", "Unspent", "Awarded less paid and still to pay, with what was recovered.", "money"),
)
# The same for every reader: nobody learns that a case which they stepped out of became a grant.
OWN = "Each reader gets these figures without the grants of cases with which they declared a conflict of interest."
PAST = (
    "A past day is worked out from the history of each grant and payment, the fund's ledger and dated records. Some "
    "things are not known for the past: organisations have today's names, it is not said in which payment run a "
    "payment was, steps of grants from before this service are taken from their dates, and of a grant outside the "
    "ledger a payment that came back counts as paid until the day on which that was recorded."
)


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool = False


@dataclass(frozen=True)
class Row:
    values: tuple[Any, ...]
    grant_id: int | None = None


@dataclass(frozen=True)
class Table:
    """Rows with their columns; `total` is a last row that adds up."""

    caption: str
    columns: tuple[Column, ...]
    rows: list[Row]
    total: tuple[Any, ...] = ()

    @property
    def titles(self) -> list[Cell]:
        return [Cell(column.title, _is_number(column)) for column in self.columns]

    @property
    def lines(self) -> list[tuple[int | None, Cell, list[Cell]]]:
        """Of each row the key of its grant, its first cell and the others, in words."""
        return [(row.grant_id, *self._cells(row.values)) for row in self.rows]

    @property
    def last(self) -> tuple[Cell, list[Cell]] | None:
        return self._cells(self.total) if self.total else None

    def _cells(self, values: tuple[Any, ...]) -> tuple[Cell, list[Cell]]:
        pairs = zip(self.columns, values, strict=True)
        first, *others = (Cell(in_words(value), _is_number(column)) for column, value in pairs)
        return first, others


@dataclass(frozen=True)
class Accounts:
    """One of the accounts: its name, its tables, and what is to be said beside them."""

    title: str
    day: date
    lead: str
    tables: list[Table]
    notes: list[str] = field(default_factory=list)

    @property
    def values(self) -> Iterator[tuple[Any, ...]]:
        """The rows of all tables; with the total only where there is one table."""
        for table in self.tables:
            yield from (row.values for row in table.rows)
        if len(self.tables) == 1 and self.tables[0].total:
            yield self.tables[0].total


def in_words(value: Any) -> str:
    if isinstance(value, Decimal):
        return format_pounds(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B} {value.year}"
    return "" if value is None else str(value)


def _is_number(column: Column) -> bool:
    return column.kind == "money"


def payments_due(state: AsAt) -> Accounts:
    pairs = [(one, row) for one in state.grants for row in one.unpaid]
    pairs.sort(key=lambda pair: (pair[1].instalment.due_on, str(pair[0].grant), pair[1].instalment.number))
    due = [(one, row) for one, row in pairs if row.instalment.due_on <= state.day]
    later = [(one, row) for one, row in pairs if row.instalment.due_on > state.day]
    tables = [_due("Due by the day and not paid", due), _due("Due after the day", later)]
    lead = f"{format_pounds(_sum(due))} was due and not paid; {format_pounds(_sum(later))} falls due later."
    notes = ["Payments that were withheld when a grant had ended are not due any more, and not in these tables."]
    return Accounts("Payments due", state.day, lead, tables, [*notes, OWN, PAST])


def _due(caption: str, pairs: list[tuple[GrantThen, PaymentThen]]) -> Table:
    rows = [
        Row(
            (
                one.grant.reference,
                str(one.grant.organisation),
                row.instalment.number,
                row.instalment.due_on,
                row.status.label,
                row.waits_for,
                row.amount,
            ),
            one.grant.pk,
        )
        for one, row in pairs
    ]
    return Table(caption, DUE, rows, ("All", "", None, None, "", "", _sum(pairs)))


def _sum(pairs: list[tuple[GrantThen, PaymentThen]]) -> Decimal:
    return sum((row.amount for _, row in pairs), ZERO)


def by_status(state: AsAt) -> Accounts:
    of_status = {status: [one for one in state.grants if one.status == status] for status in GrantStatus}
    rows = [Row((status.label, *_figures(grants))) for status, grants in of_status.items() if grants]
    everything = ("All", *_figures(state.grants))
    table = Table("Grants by status", BY_STATUS, rows, everything)
    number, awarded, paid, recovered, to_pay, _ = _figures(state.grants)
    net, left = format_pounds(paid - recovered), format_pounds(to_pay)
    lead = (
        f"{plural(number, 'grant')}: {format_pounds(awarded)} awarded, {net} of it paid and kept, {left} still to pay."
    )
    return Accounts("Grants by status", state.day, lead, [table], [*_undocumented(state), OWN, PAST])


def _figures(grants: list[GrantThen]) -> tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal]:
    counted = [one for one in grants if one.is_documented]

    def total(name: str) -> Decimal:
        return sum((getattr(one, name) for one in counted), ZERO)

    return len(grants), total("awarded"), total("paid"), total("recovered"), total("to_pay"), total("unspent")


def _undocumented(state: AsAt) -> list[str]:
    number = sum(not one.is_documented for one in state.grants)
    said = "counts as a grant, but its amount is" if number == 1 else "count as grants, but their amounts are"
    return [f"{plural(number, 'grant')} without a documented amount {said} not in the sums."] if number else []
