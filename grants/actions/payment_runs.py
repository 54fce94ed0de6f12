"""Payment runs: approved payments go to the bank in one file, and are recorded as paid together."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import Refused, refusal_of, require
from core.money.amounts import format_pounds
from core.permissions import check
from grants.actions.holding import refuse_held
from grants.actions.instalments import lock_payments, pay_approved, refuse_unheld, refuse_unready
from grants.lifecycle import PAYMENT_RUN, InstalmentStatus, PaymentRunStatus, TrailEvent
from grants.models import Instalment, PaymentRun


@transaction.atomic
def make(instalments: Sequence[Instalment], *, by: User, at: datetime) -> PaymentRun:
    """Put approved payments of one programme into a run. Raises Refused for one that is held or in another run."""
    for instalment in instalments:
        check(by, "grants.pay_instalment", instalment)
    require(bool(instalments), "Choose at least one payment.", code="nothing")
    programmes = {one.grant.programme_id for one in instalments}
    require(len(programmes) == 1, "Choose payments of one programme.", code="several_programmes")
    programme_id = programmes.pop()
    lock_payments(programme_id)
    keys = [one.pk for one in instalments]
    rows = list(Instalment.objects.filter(pk__in=keys).select_related("grant").order_by("pk"))
    for row in rows:
        require(row.status == InstalmentStatus.APPROVED, f"{row} is not approved.", code="not_approved")
        refuse_unready(row, at)
    last = PaymentRun.objects.filter(programme=programme_id).aggregate(last=Max("number"))["last"] or 0
    total = sum((row.amount for row in rows), Decimal(0))
    run = PaymentRun.objects.create(
        programme_id=programme_id, number=last + 1, payments=len(rows), total=total, made_at=at, made_by=by
    )
    seal(run, at=at)
    Instalment.objects.filter(pk__in=keys, status=InstalmentStatus.APPROVED).update(run=run)
    trail.record(TrailEvent.PAYMENT_RUN_MADE, run, by=by, at=at, amount=format_pounds(total), payments=len(rows))
    return run


@transaction.atomic
def take(run: PaymentRun, *, by: User, at: datetime) -> list[Instalment]:
    """The payments of the file for the bank, the one place where whole account numbers leave; noted each time."""
    check(by, "grants.take_paymentrun", run)
    lock_payments(run.programme_id)
    rows = _ready(run, at)
    refuse_held_run(run, at)
    PaymentRun.objects.filter(pk=run.pk, taken_at=None).update(taken_at=at)
    trail.record(TrailEvent.PAYMENT_RUN_TAKEN, run, by=by, at=at, amount=format_pounds(run.total), payments=len(rows))
    return rows


@transaction.atomic
def pay(run: PaymentRun, *, payment_reference: str, by: User, at: datetime) -> None:
    """Note that the bank paid the whole run, under one reference; each organisation gets its remittance advice.

    A report that became overdue after the file was taken holds nothing: the money is on its way.
    """
    check(by, "grants.pay_paymentrun", run)
    lock_payments(run.programme_id)
    reference = " ".join(payment_reference.split())
    require(bool(reference), "Enter the bank's payment reference.", "payment_reference")
    rows: list[Instalment] = []
    if PaymentRun.objects.get(pk=run.pk).status == PaymentRunStatus.MADE:
        refuse_untaken(run, at)
        rows = _ready(run, at)
    if not PAYMENT_RUN.advance_once(run, "pay", paid_at=at, paid_by=by, payment_reference=reference):
        return
    for row in rows:
        pay_approved(row, reference=reference, by=by, at=at)
    seal(run, at=at)
    trail.record(TrailEvent.PAYMENT_RUN_PAID, run, by=by, at=at, amount=format_pounds(run.total), reference=reference)


def refuse_held_run(run: PaymentRun, at: datetime) -> None:
    """Raise Refused while a payment of the run waits for a report, naming it."""
    for row in run.instalments.select_related("grant").order_by("pk"):
        if sentence := refusal_of(refuse_held, row, at):
            raise Refused(f"{row}: {sentence}", code="held")


def refuse_untaken(run: PaymentRun, _at: datetime) -> None:
    sentence = "Take the file for the bank first."
    require(PaymentRun.objects.filter(pk=run.pk, taken_at__isnull=False).exists(), sentence, code="not_taken")


def _ready(run: PaymentRun, at: datetime) -> list[Instalment]:
    """The payments of a run that is to be paid; all of those that it was made of, each still approved."""
    near = ("grant__organisation", "grant__programme", "bank_account")
    rows = list(run.instalments.select_related(*near).order_by("pk"))
    total = sum((row.amount for row in rows), Decimal(0))
    is_whole = (len(rows), total) == (run.payments, run.total)
    if run.status != PaymentRunStatus.MADE or not is_whole:
        raise Refused("A payment of this run changed, so it is void. Make another run.", code="void")
    for row in rows:
        require(row.status == InstalmentStatus.APPROVED, f"{row} is not approved any more.", code="not_approved")
        refuse_unheld(row, at)
    return rows
