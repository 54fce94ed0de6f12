"""The position of a fund as at a day: one truth for the office's page and file, for contributors and for the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from core.accounts.models import Programme
from core.spreadsheets import Column
from grants import exports
from grants.actions.contributions import left_out
from grants.funding import Position
from grants.models import Contribution, Grant, LedgerLine
from grants.models.pool import positions_of

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
class Fund:
    """A programme's fund by contribution, by restriction and as a whole; how many grants are not in these figures."""

    programme: Programme
    day: date
    each: list[Row]
    purposes: list[Row]
    total: Row
    left_out: int
    undocumented: int

    @property
    def is_documented(self) -> bool:
        """Whether the amount of every grant is known and in the ledger, so that what is committed and free is true."""
        return not self.left_out and not self.undocumented


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


def fund_of(programme: Programme, day: date) -> Fund:
    undocumented = Grant.objects.filter(programme=programme, is_illustrative=True, ledger=None)
    return Fund(programme, day, *rows_of(programme, day), left_out(programme).count(), undocumented.count())


@dataclass(frozen=True)
class PaidFor:
    """A published award that a contribution pays for, and how much of it: the net sums, never a line of the ledger."""

    grant: Grant
    position: Position


def paid_for(contribution: Contribution) -> tuple[list[PaidFor], Position]:
    """The published awards that a contribution pays for, the latest first; and what it commits to others, as one sum.

    An offer that is not signed yet, and an award without a documented amount, are in the sum and not named.
    """
    sums = contribution.ledger.filter(grant__isnull=False).positions("grant")
    awards = exports.published().filter(pk__in=sums, is_illustrative=False).prefetch_related("post__call__strands")
    shown = [PaidFor(grant, sums.pop(grant.pk)) for grant in awards]
    return shown, sum(sums.values(), Position())


@dataclass(frozen=True)
class PublicFund:
    """What the public is told of a fund: what was received, and what of it is in signed grants where that is known.

    An offer that nobody has signed yet would show in the difference of two days, so it counts as not committed.
    """

    position: Position
    is_documented: bool


def public_fund(programme: Programme, day: date) -> PublicFund:
    lines = LedgerLine.objects.filter(Q(grant=None) | Q(grant__agreed_on__isnull=False))
    position = lines.filter(contribution__programme=programme).up_to(day).position()
    return PublicFund(position, fund_of(programme, day).is_documented)
