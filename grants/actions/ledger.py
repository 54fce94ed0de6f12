"""Lines of the ledger: what a grant needs is committed, what it no longer needs released, what is paid noted.

Called inside other steps' transactions, which ask who may. A programme that records no contributions keeps no ledger,
and neither does a grant that was made before and was not taken in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Sum

from core.accounts.models import User
from core.audit.seals import seal
from core.dates import london
from core.lifecycle import Refused
from core.money.amounts import from_pence, to_pence
from grants.actions.allocations import Amounts, best, locked, purpose_of, refuse_unpayable
from grants.funding import ZERO, Award, Position, Purpose
from grants.lifecycle import ENDED, GrantStatus, InstalmentStatus
from grants.models import Allocation, Contribution, Grant, Instalment, LedgerLine, Repayment
from grants.models.pool import keeps_pool

Kind = LedgerLine.Kind
AWARDED = "The award was released."


def begin(grant: Grant, *, by: User | None, at: datetime) -> None:
    """Commit the money of an award that is offered. Raises Refused, naming what binds, where the fund is short."""
    if not keeps_pool(grant.programme_id) or grant.ledger.exists():
        return
    contributions = locked(grant.programme_id)
    chosen = list(Allocation.objects.filter(decision=grant.decision_id).select_related("contribution"))
    if any(one.confirmed_at is None for one in chosen):
        raise Refused("Someone else must first confirm which contributions pay for this award.", code="unconfirmed")
    if not chosen:
        _commit(grant, grant.total, contributions, reason=AWARDED, by=by, at=at)
        return
    amounts = {one.contribution: one.amount for one in chosen}
    refuse_unpayable(amounts, grant.total, _purpose(grant), contributions, {})
    _write(grant, Kind.COMMITMENT, amounts, reason=AWARDED, by=by, at=at)


def follow(grant: Grant, *, reason: str, by: User | None, at: datetime) -> None:
    """Commit what the grant needs beyond what is committed to it, or release what it no longer needs."""
    if not grant.ledger.exists():
        return
    contributions = locked(grant.programme_id)
    missing = needed(grant) - grant.ledger.position().committed
    if missing > 0:
        _commit(grant, missing, contributions, reason=reason, by=by, at=at)
    elif missing < 0:
        # Restricted money stays with its purpose as long as possible.
        amounts = _taken(-missing, reversed(_unpaid(grant, contributions)))
        _write(grant, Kind.RELEASE, amounts, reason=reason, by=by, at=at)


def refuse_unfunded(grant: Grant, amount: Decimal) -> None:
    """Raise Refused, naming what binds, where the fund cannot pay so much more for a grant whose money it keeps."""
    if amount and grant.ledger.exists():
        award = Award(grant.decision_id or 0, str(grant), to_pence(amount), _purpose(grant))
        best(award, locked(grant.programme_id), grant.programme_id)


def pay(instalment: Instalment, *, by: User | None, at: datetime, day: date | None = None) -> None:
    """Note a payment of this day, else of today: of what is committed, the most restricted contributions first."""
    grant = instalment.grant
    if not grant.ledger.exists():
        return
    amounts = _taken(instalment.amount, _unpaid(grant, locked(grant.programme_id)))
    reason = f"Instalment {instalment.number} was paid."
    _write(grant, Kind.PAYMENT, amounts, reason=reason, by=by, at=at, day=day, instalment=instalment)


def give_back(instalment: Instalment, *, reference: str, day: date, by: User | None, at: datetime) -> None:
    """Note that a payment came back: each contribution gets what it gave, save what it got of a repayment since."""
    gave = {line.contribution_id: line.amount for line in _of_payment(instalment)}
    if not gave:
        return
    grant, reason = instalment.grant, f"Instalment {instalment.number} was returned by the bank: {reference}"
    paid = _paid(grant)
    own = [(one, min(left, gave.get(one.pk, ZERO))) for one, left in paid]
    others = [(one, left - min(left, gave.get(one.pk, ZERO))) for one, left in paid]
    amounts = _taken(instalment.amount, [*own, *others])
    _write(grant, Kind.RETURN, amounts, reason=reason[:250], by=by, at=at, day=day, instalment=instalment)


def reverse_payment(instalment: Instalment, *, reason: str, by: User | None, at: datetime) -> None:
    """Reverse each line of a payment that was recorded by mistake. Raises Refused where a repayment gave it back."""
    lines = _of_payment(instalment)
    paid = {one.pk: left for one, left in _paid(instalment.grant)} if lines else {}
    if any(line.amount > paid[line.contribution_id] for line in lines):
        raise Refused("Money of this payment was paid back. Reverse the repayment first.", code="paid_back")
    _reverse(lines, reason=reason, by=by, at=at)


def recover(repayment: Repayment, *, by: User | None, at: datetime) -> None:
    """Note what was paid back; it goes to the contributions that paid, and the grant no longer needs it."""
    grant = repayment.grant
    if not grant.ledger.exists():
        return
    amounts = _taken(repayment.amount, _paid(grant))
    reason = f"Paid back: {repayment.reference}"
    _write(grant, Kind.RECOVERY, amounts, reason=reason, by=by, at=at, day=repayment.received_on)
    # Released from the same contributions, so that none has paid more than is committed of it.
    _write(grant, Kind.RELEASE, amounts, reason=reason, by=by, at=at, day=repayment.received_on)


def reverse_recovery(repayment: Repayment, *, reason: str, by: User | None, at: datetime) -> None:
    """Reverse the lines of a repayment that was recorded by mistake; what it freed is committed again.

    Raises Refused where the fund has given that to others meanwhile.
    """
    grant = repayment.grant
    contributions = locked(grant.programme_id)
    lines = grant.ledger.filter(recorded_at=repayment.received_at or at, reverses=None, reversal=None)
    found = list(lines.filter(kind=Kind.RECOVERY).select_related("contribution", "grant"))
    amounts = {line.contribution: line.amount for line in found}
    if amounts:
        refuse_unpayable(amounts, repayment.amount, _purpose(grant), contributions, {})
        _reverse(found, reason=reason, by=by, at=at)
        _write(grant, Kind.COMMITMENT, amounts, reason=reason[:250], by=by, at=at)


def _reverse(lines: list[LedgerLine], *, reason: str, by: User | None, at: datetime) -> None:
    for line in lines:
        other = LedgerLine.objects.create(
            contribution=line.contribution,
            grant=line.grant,
            instalment=line.instalment,
            kind=line.kind,
            amount=-line.amount,
            happened_on=london(at).date(),
            reason=reason[:250],
            reverses=line,
            recorded_at=at,
            recorded_by=by,
        )
        seal(other, at=at)


def _of_payment(instalment: Instalment) -> list[LedgerLine]:
    """The lines of an instalment's payment that stands: those since its last return, which were not reversed."""
    if not instalment.grant.ledger.exists():
        return []
    locked(instalment.grant.programme_id)
    # By key, which the lock above keeps in the order of writing: two steps may have the same instant.
    returned = instalment.ledger.filter(kind=Kind.RETURN).aggregate(last=Max("pk"))["last"] or 0
    lines = instalment.ledger.filter(kind=Kind.PAYMENT, reverses=None, reversal=None, pk__gt=returned)
    return list(lines.select_related("contribution", "grant"))


def take_in(grant: Grant, *, by: User | None, at: datetime) -> None:
    """Commit what a grant from before the ledger needs, and note what was paid of it; each line has its own day.

    The commitment is dated when the grant was offered, so that on no day more is paid than committed.
    """
    amount = needed(grant)
    if grant.ledger.exists() or not amount:
        return
    reason = "The grant was made before the ledger was kept."
    offered_on = london(grant.offered_at).date()
    _commit(grant, amount, locked(grant.programme_id), reason=reason, by=by, at=at, day=offered_on)
    for instalment in grant.instalments.filter(status=InstalmentStatus.PAID):
        pay(instalment, by=by, at=at, day=london(instalment.paid_at).date() if instalment.paid_at else None)


def needed(grant: Grant) -> Decimal:
    """What must be committed to a grant: its total, or once it has ended what was paid and is still to be paid."""
    if grant.status == GrantStatus.DECLINED:
        return ZERO
    amount = grant.total
    if grant.status in ENDED:
        due = grant.instalments.exclude(status=InstalmentStatus.WITHHELD)
        amount = due.aggregate(total=Sum("amount"))["total"] or ZERO
    recovered: Decimal | None = grant.ledger.filter(kind=Kind.RECOVERY).aggregate(total=Sum("amount"))["total"]
    return amount - (recovered or ZERO)


def _commit(
    grant: Grant,
    amount: Decimal,
    contributions: list[Contribution],
    *,
    reason: str,
    by: User | None,
    at: datetime,
    day: date | None = None,
) -> None:
    award = Award(grant.decision_id or 0, str(grant), to_pence(amount), _purpose(grant))
    proposal = best(award, contributions, grant.programme_id)
    by_key = {one.pk: one for one in contributions}
    amounts = {by_key[key]: from_pence(pence) for key, pence in proposal.of(award.key).items()}
    _write(grant, Kind.COMMITMENT, amounts, reason=reason, by=by, at=at, day=day)


def _purpose(grant: Grant) -> Purpose:
    return purpose_of(grant.post.call if grant.post else None)


def _unpaid(grant: Grant, contributions: list[Contribution]) -> list[tuple[Contribution, Decimal]]:
    """What is committed to a grant and not paid, the most restricted contribution first."""
    positions = grant.ledger.positions()
    rows = sorted(contributions, key=lambda one: (-one.restrictions, one.pk))
    return [(one, positions.get(one.pk, Position()).unpaid) for one in rows]


def _paid(grant: Grant) -> list[tuple[Contribution, Decimal]]:
    """What each contribution paid of a grant, the least restricted first."""
    positions = grant.ledger.positions()
    rows = sorted(locked(grant.programme_id), key=lambda one: (one.restrictions, one.pk))
    return [(one, positions.get(one.pk, Position()).paid) for one in rows]


def _taken(amount: Decimal, available: Iterable[tuple[Contribution, Decimal]]) -> Amounts:
    """Take an amount from what is available, in its order."""
    amounts: Amounts = {}
    for contribution, free in available:
        if (part := min(amount, free)) > 0:
            amounts[contribution] = amounts.get(contribution, ZERO) + part
            amount -= part
    if amount:
        raise Refused("The ledger has less for this grant than its instalments come to.", code="not_committed")
    return amounts


def _write(
    grant: Grant,
    kind: str,
    amounts: Amounts,
    *,
    reason: str,
    by: User | None,
    at: datetime,
    day: date | None = None,
    instalment: Instalment | None = None,
) -> None:
    facts = {"grant": grant, "instalment": instalment, "kind": kind, "reason": reason}
    for contribution, amount in amounts.items():
        line = LedgerLine.objects.create(
            contribution=contribution,
            amount=amount,
            happened_on=day or london(at).date(),
            recorded_at=at,
            recorded_by=by,
            **facts,
        )
        seal(line, at=at)
