"""What a change of a grant would do to its dates, sums, instalments and reports, before it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum

from applications.budget import Line, months_between
from core.dates import add_months
from core.lifecycle import require
from grants.actions import extensions, grants, ledger, unspent
from grants.actions.costs import cost_until, extension_cost
from grants.funding import ZERO
from grants.instalments import schedule
from grants.lifecycle import GRANT, SETTLED, InstalmentStatus, ReportStatus
from grants.models import Grant, Instalment, Variation
from grants.models.report_schedule import Parts, rhythm_of

Kind = Variation.Kind
HELD_BACK = "held back until the final report is accepted"


@dataclass(frozen=True, slots=True)
class Payment:
    """An instalment as it is after the change; `state` says in words what becomes of it."""

    number: int
    due_on: date
    amount: Decimal
    state: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Before, after and the difference. `lines` are what is added, or for an early end what the grant costs until it.

    `total_after` is what is paid in all. `unspent` is what was paid beyond the cost and is returned.
    """

    ends_before: date
    ends_after: date
    total_before: Decimal
    total_after: Decimal
    paid: Decimal
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    reports: Parts
    unspent: Decimal = ZERO

    @property
    def difference(self) -> Decimal:
        return self.total_after - self.total_before

    @property
    def size(self) -> Decimal:
        return abs(self.difference)

    @property
    def is_less(self) -> bool:
        return self.difference < 0

    @property
    def lines_total(self) -> Decimal:
        return extensions.total_of(self.lines)

    @property
    def moves_held_back(self) -> bool:
        return any(part.state == HELD_BACK for part in self.payments)

    @property
    def is_extension(self) -> bool:
        return self.ends_after > self.ends_before


def effect_of(grant: Grant, kind: str, last_on: date) -> Effect:
    """Work a change out. Raises Refused, naming the field, for one that is not possible or cannot be paid."""
    return _of_extension(grant, last_on) if kind == Kind.EXTENSION else _of_early_end(grant, last_on)


def _of_extension(grant: Grant, last_on: date) -> Effect:
    extensions.refuse_last_day(grant, last_on)
    from_on = grant.ends_on + timedelta(days=1)
    lines = extension_cost(grant, from_on=from_on, to_on=last_on)
    added = extensions.total_of(lines)
    ledger.refuse_unfunded(grant, added)
    number = grant.instalments.count()
    parts = schedule(added, months_between(from_on, last_on), from_on)
    reports = extensions.parts_of(grant, from_on, last_on)
    held = grant.instalments.filter(held_back_on__isnull=False).exclude(status__in=SETTLED)
    return Effect(
        ends_before=grant.ends_on,
        ends_after=last_on,
        total_before=grant.total,
        total_after=grant.total + added,
        paid=_paid(grant),
        lines=tuple(line for line in lines if line.amount),
        payments=(
            *(Payment(number + part.number, part.due_on, part.amount, "new") for part in parts),
            *(Payment(row.number, reports[-1][-1], row.amount, HELD_BACK) for row in held),
        ),
        reports=reports,
    )


def _of_early_end(grant: Grant, last_on: date) -> Effect:
    sentence = "Only a grant whose agreement is signed can end early."
    require(GRANT.allows(grant, "end_early"), sentence, code="wrong_state")
    grants.refuse_last_day(grant, last_on)
    reports = _reports_until(grant, last_on)
    payable, back = unspent.payable(grant, last_on), unspent.computed(grant, last_on)
    return Effect(
        ends_before=grant.ends_on,
        ends_after=last_on,
        total_before=grant.total,
        total_after=payable - back,
        paid=_paid(grant),
        lines=tuple(line for line in cost_until(grant, last_on).lines if line.amount),
        payments=tuple(_payment_after(row, last_on, reports) for row in grant.instalments.all()),
        reports=reports,
        unspent=back,
    )


def _reports_until(grant: Grant, last_on: date) -> Parts:
    """The reports that are still to come; the last covers the time to the end and is due as long after it as asked."""
    written_by = add_months(last_on, rhythm_of(grant.programme_id, grant.offered_at).months_to_write)
    open_ones = grant.reports.filter(covers_from_on__lte=last_on, status__in=[ReportStatus.DUE, ReportStatus.RETURNED])
    return [
        (row.covers_from_on, min(row.covers_to_on, last_on), written_by if row.covers_to_on > last_on else row.due_on)
        for row in open_ones
    ]


def _payment_after(row: Instalment, last_on: date, reports: Parts) -> Payment:
    is_owed, due_on = row.owed_on <= last_on, row.due_on
    if row.status in SETTLED:
        state = InstalmentStatus(row.status).label
    elif is_owed and row.is_held_back:
        state, due_on = HELD_BACK, reports[-1][-1] if reports else due_on
    else:
        state = "still to be paid" if is_owed else "not paid"
    return Payment(row.number, due_on, row.amount, state)


def _paid(grant: Grant) -> Decimal:
    return grant.instalments.filter(status=InstalmentStatus.PAID).aggregate(total=Sum("amount"))["total"] or ZERO
