"""Payments that did not stand: returned by the bank, or recorded by mistake; the ledger gets lines, and loses none."""

from datetime import date, datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.lifecycle import require
from core.money.amounts import format_pounds
from core.permissions import check
from grants.actions import bank_accounts, ledger
from grants.actions.instalments import lock_payments
from grants.actions.repayments import repayable
from grants.letters import payments as letters
from grants.lifecycle import INSTALMENT, InstalmentStatus, TrailEvent
from grants.models import BankAccount, Instalment


@transaction.atomic
def give_back(instalment: Instalment, *, returned_on: date, reference: str, by: User, at: datetime) -> None:
    """Note that a payment came back. Its account is used no more; it is paid again once there is another.

    Raises Refused, naming the field.
    """
    check(by, "grants.give_back_instalment", instalment)
    lock_payments(instalment.grant.programme_id)
    reference = " ".join(reference.split())
    require(bool(reference), "Enter the bank's reference of the return.", "reference")
    today = london(at).date()
    paid_on = london(instalment.paid_at).date() if instalment.paid_at else today
    require(
        paid_on <= returned_on <= today,
        f"Enter a day from {say_day(paid_on)}, when it was paid, to today.",
        "returned_on",
    )
    refuse_asked_back(instalment, at)
    if not INSTALMENT.advance_once(instalment, "give_back"):
        return
    seal(instalment, at=at)
    ledger.give_back(instalment, reference=reference, day=returned_on, by=by, at=at)
    facts = {"amount": format_pounds(instalment.amount), "returned": say_day(returned_on), "reference": reference}
    trail.record(TrailEvent.INSTALMENT_RETURNED, instalment, by=by, at=at, **facts)
    letters.payment_returned(instalment, at=at)
    if instalment.bank_account is not None and instalment.bank_account.is_approved:
        bank_accounts.end(instalment.bank_account, BankAccount.WhyRefused.RETURNED, by=by, at=at)


@transaction.atomic
def reverse(instalment: Instalment, *, reason: str, by: User, at: datetime) -> None:
    """Take back the record of a payment that was never made; another person than who recorded it."""
    check(by, "grants.reverse_instalment", instalment)
    lock_payments(instalment.grant.programme_id)
    reason = " ".join(reason.split())
    require(bool(reason), "Enter why the payment was recorded by mistake.", "reason")
    refuse_asked_back(instalment, at)
    if not INSTALMENT.advance_once(instalment, "reverse"):
        return
    seal(instalment, at=at)
    ledger.reverse_payment(instalment, reason=reason, by=by, at=at)
    facts = {"amount": format_pounds(instalment.amount), "reference": instalment.payment_reference, "reason": reason}
    trail.record(TrailEvent.INSTALMENT_REVERSED, instalment, by=by, at=at, **facts)
    letters.payment_reversed(instalment, at=at)


def refuse_asked_back(instalment: Instalment, _at: datetime) -> None:
    """Refuse to undo a payment while more of the grant is asked back, or was paid back, than would be left paid."""
    if Instalment.objects.get(pk=instalment.pk).status != InstalmentStatus.PAID:
        return
    sentence = "The organisation was asked to pay back money of this payment. Withdraw or reverse that repayment first."
    require(instalment.amount <= repayable(instalment.grant), sentence, code="asked_back")
