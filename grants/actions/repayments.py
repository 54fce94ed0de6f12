"""Money asked back from an organisation: one person asks, another records that it came in."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.lifecycle import require
from core.money.amounts import format_pounds
from core.permissions import check
from grants.actions import ledger
from grants.actions.instalments import lock_payments
from grants.letters import payments as letters
from grants.lifecycle import REPAYMENT, InstalmentStatus, RepaymentStatus, TrailEvent
from grants.models import Grant, Repayment

ZERO = Decimal(0)


@transaction.atomic
def ask(grant: Grant, *, amount: Decimal, reason: str, by: User, at: datetime) -> Repayment:
    """Ask an organisation to pay back what it did not spend, never more than was paid. Raises Refused, naming it."""
    check(by, "grants.ask_repayment", grant)
    reason = reason.strip()
    require(bool(reason), "Enter the reason. The organisation will read it.", "reason")
    require(amount > 0, "Enter an amount of more than £0.", "amount")
    lock_payments(grant.programme_id)
    left = repayable(grant)
    sentence = f"{format_pounds(left)} of this grant was paid and not asked back yet. Ask for no more than that."
    require(amount <= left, sentence, "amount", code="beyond_paid")
    repayment = Repayment.objects.create(grant=grant, amount=amount, reason=reason, asked_at=at, asked_by=by)
    seal(repayment, at=at)
    trail.record(TrailEvent.REPAYMENT_ASKED, repayment, by=by, at=at, amount=format_pounds(amount), reason=reason)
    letters.repayment_asked(repayment, at=at)
    return repayment


@transaction.atomic
def receive(repayment: Repayment, *, received_on: date, reference: str, by: User, at: datetime) -> None:
    """Note that the money came in, and what that frees in the fund. Raises Refused, naming the field."""
    check(by, "grants.receive_repayment", repayment)
    lock_payments(repayment.grant.programme_id)
    reference = " ".join(reference.split())
    require(bool(reference), "Enter the bank's reference.", "reference")
    today, asked_on = london(at).date(), london(repayment.asked_at).date()
    sentence = f"Enter a day from {say_day(asked_on)}, when it was asked for, to today."
    require(asked_on <= received_on <= today, sentence, "received_on")
    facts = {"received_on": received_on, "reference": reference, "received_at": at, "received_by": by}
    if not REPAYMENT.advance_once(repayment, "receive", **facts):
        return
    seal(repayment, at=at)
    ledger.recover(repayment, by=by, at=at)
    amount = format_pounds(repayment.amount)
    trail.record(TrailEvent.MONEY_RECOVERED, repayment, by=by, at=at, amount=amount, reference=reference)
    letters.repayment_received(repayment, at=at)


@transaction.atomic
def withdraw(repayment: Repayment, *, by: User, at: datetime) -> None:
    check(by, "grants.withdraw_repayment", repayment)
    if REPAYMENT.advance_once(repayment, "withdraw", ended_at=at, ended_by=by):
        trail.record(TrailEvent.REPAYMENT_WITHDRAWN, repayment, by=by, at=at)
        letters.repayment_withdrawn(repayment, at=at)


@transaction.atomic
def reverse(repayment: Repayment, *, reason: str, by: User, at: datetime) -> None:
    """Take back the record of money that did not come in; another person than who recorded it. It is asked for anew."""
    check(by, "grants.reverse_repayment", repayment)
    lock_payments(repayment.grant.programme_id)
    reason = " ".join(reason.split())
    require(bool(reason), "Enter why the money was recorded by mistake.", "reason")
    if REPAYMENT.advance_once(repayment, "reverse", ended_at=at, ended_by=by):
        seal(repayment, at=at)
        ledger.reverse_recovery(repayment, reason=reason, by=by, at=at)
        trail.record(TrailEvent.REPAYMENT_REVERSED, repayment, by=by, at=at, reason=reason)


def repayable(grant: Grant) -> Decimal:
    """What was paid of a grant and was neither paid back nor asked back."""
    paid = grant.instalments.filter(status=InstalmentStatus.PAID).aggregate(total=Sum("amount"))["total"] or ZERO
    open_or_in = grant.repayments.filter(status__in=[RepaymentStatus.ASKED, RepaymentStatus.RECEIVED])
    asked: Decimal = open_or_in.aggregate(total=Sum("amount"))["total"] or ZERO
    return Decimal(paid) - asked
