"""Instalments: an officer prepares, the director approves, finance pays; three different people."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.accounts.models import Programme, User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.lifecycle import Refused, require
from core.money.amounts import format_pounds
from core.permissions import check
from grants import letters
from grants.actions import ledger
from grants.actions.holding import refuse_held
from grants.lifecycle import (
    INSTALMENT,
    PAYABLE,
    PAYMENT_RUN,
    SETTLED,
    BankAccountStatus,
    GrantStatus,
    InstalmentStatus,
    TrailEvent,
)
from grants.models import BankAccount, Grant, Instalment, PaymentRun
from grants.models.payment import OWED_ON

NOT_PREPARED: dict[str, Any] = {
    "prepared_at": None,
    "prepared_by": None,
    "approved_at": None,
    "approved_by": None,
    "bank_account": None,
    "run": None,
    "is_from_before": False,
    "paid_at": None,
    "paid_by": None,
    "payment_reference": "",
}


@transaction.atomic
def prepare(instalment: Instalment, *, by: User, at: datetime) -> None:
    check(by, "grants.prepare_instalment", instalment)
    refuse_unpayable(instalment, at)
    fields = {**NOT_PREPARED, "prepared_at": at, "prepared_by": by}
    if INSTALMENT.advance_once(instalment, "prepare", **fields):
        seal(instalment, at=at)
        trail.record(TrailEvent.INSTALMENT_PREPARED, instalment, by=by, at=at, amount=format_pounds(instalment.amount))


@transaction.atomic
def approve(instalment: Instalment, *, by: User, at: datetime) -> None:
    check(by, "grants.approve_instalment", instalment)
    refuse_unpayable(instalment, at)
    refuse_held(instalment, at)
    account = usable_account(instalment, at)
    sentence = "Whoever checked the bank details must not prepare the payment. Reschedule it; another prepares it then."
    require(instalment.prepared_by_id != account.checked_by_id, sentence, code="checked_by_preparer")
    fields = {"approved_at": at, "approved_by": by, "bank_account": account, "is_from_before": False}
    if INSTALMENT.advance_once(instalment, "approve", **fields):
        facts = {"amount": format_pounds(instalment.amount), "account": _ends_in(instalment)}
        trail.record(TrailEvent.INSTALMENT_APPROVED, instalment, by=by, at=at, **facts)


@transaction.atomic
def pay(instalment: Instalment, *, payment_reference: str, by: User, at: datetime) -> None:
    check(by, "grants.pay_instalment", instalment)
    lock_payments(instalment.grant.programme_id)
    instalment.refresh_from_db(fields=["run"])  # it may have come into one while this step waited
    reference = " ".join(payment_reference.split())
    require(bool(reference), "Enter the bank's payment reference.", "payment_reference")
    if instalment.status == InstalmentStatus.APPROVED:
        refuse_unready(instalment, at)
    pay_approved(instalment, reference=reference, by=by, at=at)


def pay_approved(instalment: Instalment, *, reference: str, by: User, at: datetime) -> None:
    """Note one payment in the transaction of the step that asks who may and where to."""
    if INSTALMENT.advance_once(instalment, "pay", paid_at=at, paid_by=by, payment_reference=reference):
        seal(instalment, at=at)
        ledger.pay(instalment, by=by, at=at)
        amount = format_pounds(instalment.amount)
        facts = {"amount": amount, "reference": reference, "account": _ends_in(instalment)}
        trail.record(TrailEvent.INSTALMENT_PAID, instalment, by=by, at=at, **facts)
        letters.payment_made(instalment, at=at)


@transaction.atomic
def withhold(instalment: Instalment, *, reason: str, by: User, at: datetime) -> None:
    """Withhold a payment and tell the organisation why; preparation and approval are void."""
    check(by, "grants.withhold_instalment", instalment)
    lock_payments(instalment.grant.programme_id)
    instalment.refresh_from_db(fields=["run"])  # it may have come into one while this step waited
    reason = reason.strip()
    require(bool(reason), "Enter the reason for withholding the payment. The organisation will read it.", "reason")
    if _withhold(instalment, reason, by, at):
        ledger.follow(instalment.grant, reason=f"Instalment {instalment.number} was withheld.", by=by, at=at)
        letters.payment_withheld(instalment, at=at)


def withhold_after(grant: Grant, last_day: date, *, reason: str, by: User, at: datetime) -> None:
    """Withhold what falls due after a grant's early end, of which one letter tells; called by the step that ends it.

    A held-back part shares the fate of its instalment.
    """
    lock_payments(grant.programme_id)
    later = grant.instalments.alias(owed=OWED_ON).filter(owed__gt=last_day)
    for instalment in later.exclude(status__in=SETTLED):
        _withhold(instalment, f"The grant ended early: {reason}", by, at)


def _withhold(instalment: Instalment, reason: str, by: User, at: datetime) -> bool:
    run = instalment.run
    if not INSTALMENT.advance_once(instalment, "withhold", **NOT_PREPARED, withheld_reason=reason):
        return False
    void_run(run, at=at, by=by)
    seal(instalment, at=at)
    trail.record(TrailEvent.INSTALMENT_WITHHELD, instalment, by=by, at=at, reason=reason)
    return True


@transaction.atomic
def reinstate(instalment: Instalment, *, by: User, at: datetime) -> None:
    """Schedule a withheld payment again. Raises Refused for one that falls due after the grant's early end."""
    check(by, "grants.reinstate_instalment", instalment)
    lock_payments(instalment.grant.programme_id)
    instalment.refresh_from_db(fields=["run"])  # it may have come into one while this step waited
    refuse_after_the_end(instalment, at)
    run = instalment.run
    if INSTALMENT.advance_once(instalment, "reinstate", **NOT_PREPARED, withheld_reason=""):
        seal(instalment, at=at)
        void_run(run, at=at, by=by)
        ledger.follow(instalment.grant, reason=f"Instalment {instalment.number} was rescheduled.", by=by, at=at)
        trail.record(TrailEvent.INSTALMENT_REINSTATED, instalment, by=by, at=at)


def void_approvals(account: BankAccount, *, by: User, at: datetime) -> None:
    """Put back on the schedule what was approved to be paid into an account that is no longer used."""
    for instalment in account.instalments.filter(status=InstalmentStatus.APPROVED).select_related("run"):
        _put_back(instalment, "The bank details changed.", by=by, at=at)


def move_held_back(grant: Grant, *, by: User, at: datetime) -> None:
    """Let the held-back payment fall due with the grant's final report, once that is another or on another day.

    Called by the step that moves the grant's end. What is prepared or approved is put back on the schedule. A payment
    that is made stays, and so does one of which the early end took the instalment.
    """
    lock_payments(grant.programme_id)
    final = grant.reports.final().first()
    if final is None:  # a grant from before this service
        return
    held = grant.instalments.filter(held_back_on__isnull=False).exclude(status=InstalmentStatus.PAID)
    if grant.ended_on:
        held = held.filter(held_back_on__lte=grant.ended_on)
    for instalment in held.exclude(due_on=final.due_on).select_related("run"):
        if instalment.status in {InstalmentStatus.PREPARED, InstalmentStatus.APPROVED}:
            _put_back(instalment, "The final report is due on another day.", by=by, at=at)
        instalment.due_on = max(final.due_on, instalment.owed_on)
        instalment.save(update_fields=["due_on"])
        trail.record(TrailEvent.INSTALMENT_MOVED, instalment, by=by, at=at, due=say_day(instalment.due_on))


def _put_back(instalment: Instalment, reason: str, *, by: User, at: datetime) -> None:
    run = instalment.run
    if INSTALMENT.advance_once(instalment, "reinstate", **NOT_PREPARED, withheld_reason=""):
        seal(instalment, at=at)
        trail.record(TrailEvent.INSTALMENT_REINSTATED, instalment, by=by, at=at, reason=reason)
        void_run(run, at=at, by=by)


def lock_payments(programme_id: int) -> None:
    """Take the steps on a programme's money one at a time: each touches payments, runs, accounts and the ledger.

    Rows that refer to the programme can be added meanwhile.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme_id)


def void_run(run: PaymentRun | None, *, by: User, at: datetime) -> None:
    """Make a run void of which a payment changed: its file is not to be sent. The others can go into another run."""
    run = PaymentRun.objects.get(pk=run.pk) if run else None
    if run is None or not PAYMENT_RUN.allows(run, "void"):
        return
    PAYMENT_RUN.advance(run, "void", voided_at=at)
    run.instalments.filter(status=InstalmentStatus.APPROVED).update(run=None)
    trail.record(TrailEvent.PAYMENT_RUN_VOID, run, by=by, at=at)


def usable_account(instalment: Instalment, at: datetime) -> BankAccount:
    """Where this instalment is paid now. Raises Refused, saying what it waits for."""
    account = instalment.grant.bank_accounts.filter(status=BankAccountStatus.APPROVED).first()
    if account is None:
        sentence = "This payment waits for bank details. The organisation enters them; two people here check them."
        raise Refused(sentence, code="no_bank_account")
    if not account.is_usable(london(at).date()):
        day = say_day(account.usable_from_on or date.max)
        raise Refused(f"The bank details are new, so this payment waits until {day}.", code="new_bank_account")
    return account


def refuse_unapprovable(instalment: Instalment, at: datetime) -> None:
    refuse_unpayable(instalment, at)
    refuse_held(instalment, at)
    usable_account(instalment, at)


def refuse_unheld(instalment: Instalment, at: datetime) -> None:
    """Raise Refused unless the account that was approved with the payment is the one in use."""
    refuse_unpayable(instalment, at)
    sentence = "The bank details changed after the payment was approved. Reschedule it, to approve it again."
    require(instalment.bank_account_id == usable_account(instalment, at).pk, sentence, code="other_bank_account")


def refuse_in_run(instalment: Instalment, _at: datetime) -> None:
    sentence = "This payment is in a payment run. Record the whole run as paid."
    require(instalment.run_id is None, sentence, code="in_run")


def refuse_unready(instalment: Instalment, at: datetime) -> None:
    """Raise Refused for a payment that waits, and for one that is paid with its run."""
    refuse_in_run(instalment, at)
    refuse_held(instalment, at)
    refuse_unheld(instalment, at)


def _ends_in(instalment: Instalment) -> str:
    return f"ends in {instalment.bank_account.last_four}" if instalment.bank_account else ""


def refuse_after_the_end(instalment: Instalment, _at: datetime) -> None:
    grant = instalment.grant
    if grant.status == GrantStatus.ENDED_EARLY and grant.ended_on and instalment.owed_on > grant.ended_on:
        sentence = f"The grant ended on {say_day(grant.ended_on)}, before this payment is due, so it is not paid."
        raise Refused(sentence, code="after_the_end")


def refuse_unpayable(instalment: Instalment, _at: datetime) -> None:
    sentence = "You can pay only after the funding agreement is signed and before the grant is closed."
    require(instalment.grant.status in PAYABLE, sentence, code="not_payable")
