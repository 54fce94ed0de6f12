"""Contributions to the pooled fund and what came in of them; put right by reversals."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from applications.models import Goal, Strand
from core.accounts.models import Organisation, Programme, User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.lifecycle import Refused, require
from core.money.amounts import format_pounds
from core.permissions import check
from grants.actions import ledger
from grants.actions.allocations import locked
from grants.funding import Position
from grants.lifecycle import GrantStatus, TrailEvent
from grants.models import Contribution, Grant, LedgerLine
from grants.models.fund import funders_of
from grants.models.pool import keeps_pool, positions_of

Kind = LedgerLine.Kind
REVERSED = (Kind.PLEDGE, Kind.RECEIPT)


@transaction.atomic
def record(
    programme: Programme,
    *,
    label: str,
    amount: Decimal,
    pledged_on: date,
    funder: Organisation | None = None,
    goal: Goal | None = None,
    strand: Strand | None = None,
    kind: str = "",
    by: User,
    at: datetime,
) -> Contribution:
    """Record a contribution that was pledged, for any purpose or for one goal, strand or kind of spending.

    Without a funder it is a documented total of several. Raises Refused, naming the field.
    """
    check(by, "grants.add_contribution", programme)
    label = " ".join(label.split())
    require(bool(label), "Enter a name for the contribution.", "label")
    purpose = {"funder": funder, "goal": goal, "strand": strand, "kind": kind}
    _check_of_programme(programme, funder, {"goal": goal, "strand": strand})
    _check(amount, pledged_on, "pledged_on", at)
    try:
        with transaction.atomic():
            contribution = Contribution.objects.create(
                programme=programme, label=label, **purpose, recorded_at=at, recorded_by=by
            )
    except IntegrityError:
        raise Refused("Another contribution has this name. Enter a different name.", "label") from None
    seal(contribution, at=at)
    _write(contribution, Kind.PLEDGE, amount, pledged_on, "Pledged.", by=by, at=at)
    facts = {"amount": format_pounds(amount), "purpose": contribution.restriction}
    trail.record(TrailEvent.CONTRIBUTION_RECORDED, contribution, by=by, at=at, **facts)
    return contribution


@transaction.atomic
def receive(
    contribution: Contribution, *, amount: Decimal, received_on: date, reference: str, by: User, at: datetime
) -> LedgerLine:
    """Record that money of a contribution came in; never more than was pledged. Raises Refused, naming the field."""
    check(by, "grants.receive_contribution", contribution)
    reference = " ".join(reference.split())
    require(bool(reference), "Enter the bank's reference, or where the amount is documented.", "reference")
    _check(amount, received_on, "received_on", at)
    position = _position(contribution)
    outstanding = format_pounds(position.pledged - position.received)
    sentence = f"Only {outstanding} of this contribution was not received yet. Record more as another contribution."
    require(position.received + amount <= position.pledged, sentence, "amount", code="beyond_pledge")
    line = _write(contribution, Kind.RECEIPT, amount, received_on, reference, by=by, at=at)
    details = {"amount": format_pounds(amount), "reference": reference}
    trail.record(TrailEvent.RECEIPT_RECORDED, contribution, by=by, at=at, **details)
    return line


@transaction.atomic
def reverse(line: LedgerLine, *, reason: str, by: User, at: datetime) -> LedgerLine:
    """Reverse a pledge or a receipt that was recorded wrongly, by another line.

    Raises Refused for money that is committed, and for a pledge of which more came in.
    """
    check(by, "grants.reverse_ledgerline", line)
    reason = " ".join(reason.split())
    require(bool(reason), "Enter the reason for the reversal.", "reason")
    position = _position(line.contribution)
    refuse_reversal(line, at)
    sentence = f"{format_pounds(position.committed)} of this contribution is committed to grants. Keep at least that."
    is_free = line.kind != Kind.RECEIPT or position.received - line.amount >= position.committed
    require(is_free, sentence, code="committed")
    is_open = line.kind != Kind.PLEDGE or position.pledged - line.amount >= position.received
    require(is_open, "Money of this pledge came in. Reverse its receipts first.", code="received")
    other = _write(line.contribution, line.kind, -line.amount, london(at).date(), reason, by=by, at=at, reverses=line)
    facts = {"line": str(line), "amount": format_pounds(line.amount), "reason": reason}
    trail.record(TrailEvent.LEDGER_LINE_REVERSED, line.contribution, by=by, at=at, **facts)
    return other


@transaction.atomic
def take_in(programme: Programme, *, by: User, at: datetime) -> int:
    """Commit what grants from before the ledger need, and note what was paid of them. Returns how many there were.

    Grants whose amounts are illustrative or deleted stay outside. Raises Refused where the fund is short.
    """
    check(by, "grants.take_in_grants", programme)
    require(keeps_pool(programme.pk), "Record a contribution first.", code="no_contribution")
    rows = left_out(programme).select_related("post__call")
    for grant in rows:
        ledger.take_in(grant, by=by, at=at)
        trail.record(TrailEvent.GRANT_TAKEN_IN, grant, by=by, at=at, amount=format_pounds(grant.total))
    return len(rows)


def left_out(programme: Programme) -> QuerySet[Grant]:
    """Grants of a programme that are not in the ledger, though their amounts are on record."""
    rows = Grant.objects.filter(programme=programme, ledger=None, is_illustrative=False, total__gt=0)
    return rows.exclude(status=GrantStatus.DECLINED)


def refuse_reversal(line: LedgerLine, _at: datetime | None = None) -> None:
    sentence = "Only a pledge or a receipt is reversed. What is committed and paid follows the grant."
    require(line.kind in REVERSED and line.reverses_id is None, sentence, code="not_reversible")
    is_reversed = LedgerLine.objects.filter(reverses=line).exists()
    require(not is_reversed, "This line has already been reversed.", code="reversed")


def _check_of_programme(
    programme: Programme, funder: Organisation | None, purposes: dict[str, Goal | Strand | None]
) -> None:
    require(funder is None or funder in funders_of(programme), "Choose a funder of this programme.", "funder")
    for field, purpose in purposes.items():
        is_own = purpose is None or purpose.programme_id == programme.pk
        require(is_own, f"Choose a {field} of this programme.", field)


def _check(amount: Decimal, day: date, field: str, at: datetime) -> None:
    require(amount > 0, "Enter an amount of more than £0.", "amount")
    today = london(at).date()
    require(day <= today, f"Enter {say_day(today)}, which is today, or an earlier day.", field)


def _position(contribution: Contribution) -> Position:
    """The position of a contribution whose programme's fund is locked until the transaction ends."""
    locked(contribution.programme_id)
    [(_, position)] = positions_of([contribution])
    return position


def _write(
    contribution: Contribution,
    kind: str,
    amount: Decimal,
    day: date,
    reason: str,
    *,
    by: User,
    at: datetime,
    reverses: LedgerLine | None = None,
) -> LedgerLine:
    facts = {"kind": kind, "amount": amount, "happened_on": day, "reason": reason[:250], "reverses": reverses}
    line = LedgerLine.objects.create(contribution=contribution, recorded_at=at, recorded_by=by, **facts)
    seal(line, at=at)
    return line
