"""Instalments: prepared, approved and paid by three different people."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from applications.budget import months_between
from core.accounts.models import OfProgramme
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept
from grants.instalments import Instalment as Part
from grants.instalments import hold_back, schedule
from grants.lifecycle import InstalmentStatus
from grants.models.bank import BankAccount
from grants.models.budget_line import BudgetLine
from grants.models.grant import Grant
from grants.models.payment_run import PaymentRun
from grants.models.report import EvaluationReport, reports_due


def planned(grant: Grant) -> list[Part]:
    """The instalments of an award, before they are rows: what its agreement says and its signatures schedule."""
    parts = schedule(grant.total, months_between(grant.starts_on, grant.ends_on), grant.starts_on)
    if grant.post is None or not grant.post.call.holds_fee_back:
        return parts
    fee = sum((line.amount for line in grant.lines.all() if line.kind == BudgetLine.Kind.MANAGEMENT_FEE), Decimal(0))
    return hold_back(parts, fee, reports_due(grant)[-1][-1])


def waits_for_overdue_report(today: date) -> Q:
    """Of instalments: a report of the grant is overdue, and nobody allowed this payment all the same."""
    overdue = EvaluationReport.objects.overdue(today).filter(grant=OuterRef("grant"))
    return Q(Exists(overdue), overdue_allowed_at=None)


def waits_for_final_report() -> Q:
    """Of instalments: held back, and the grant's final report is not accepted."""
    accepted = EvaluationReport.objects.filter(grant=OuterRef("grant")).accepted().final()
    return Q(~Exists(accepted), held_back_on__isnull=False)


def waits_for_report(today: date) -> Q:
    return waits_for_overdue_report(today) | waits_for_final_report()


# A held-back payment is owed with the instalment that it is a part of.
OWED_ON = Coalesce("held_back_on", "due_on")


class Instalment(OfProgramme, models.Model):
    """Part of a grant, due on a day."""

    programme_through = "grant"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = MoneyField()
    status = models.CharField(max_length=10, choices=InstalmentStatus, default=InstalmentStatus.SCHEDULED)
    prepared_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    payment_reference = models.CharField(max_length=60, blank=True)
    withheld_reason = models.TextField(blank=True)
    bank_account = models.ForeignKey(
        BankAccount, models.PROTECT, null=True, blank=True, related_name="instalments", verbose_name="paid into"
    )
    run = models.ForeignKey(
        PaymentRun, models.PROTECT, null=True, blank=True, related_name="instalments", verbose_name="payment run"
    )
    is_from_before = models.BooleanField("approved before bank details were kept", default=False, editable=False)
    overdue_allowed_at = models.DateTimeField("allowed although a report is overdue", null=True, blank=True)
    overdue_allowed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    overdue_allowed_reason = models.TextField("why it is paid although a report is overdue", blank=True)
    held_back_on = models.DateField(
        "held back on",
        null=True,
        blank=True,
        editable=False,
        help_text="When the instalment is due of which this part is held back until the final report is accepted.",
    )

    class Meta:
        ordering = ("grant", "number")
        indexes = (models.Index(fields=["status", "due_on"], name="instalments_due"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=InstalmentStatus.values), name="an instalment has a known status"
            ),
            models.UniqueConstraint(fields=["grant", "number"], name="one instalment per number"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="an instalment is not negative"),
            models.CheckConstraint(
                condition=~Q(status__in=["prepared", "approved", "paid"])
                | Q(prepared_at__isnull=False, prepared_by__isnull=False),
                name="what is prepared was prepared by somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "paid"]) | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="what is approved was approved by somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_at__isnull=False, paid_by__isnull=False),
                name="what is paid was paid by somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("prepared_by")),
                name="an instalment is approved by another person",
            ),
            models.CheckConstraint(
                condition=Q(paid_by__isnull=True) | (~Q(paid_by=F("prepared_by")) & ~Q(paid_by=F("approved_by"))),
                name="an instalment is paid by a third person",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "paid"]) | Q(bank_account__isnull=False) | Q(is_from_before=True),
                name="what is approved goes into a bank account",
            ),
            models.CheckConstraint(
                condition=Q(overdue_allowed_at=None, overdue_allowed_by=None, overdue_allowed_reason="")
                | Q(overdue_allowed_at__isnull=False, overdue_allowed_by__isnull=False) & ~Q(overdue_allowed_reason=""),
                name="who allows a payment says when and why",
            ),
            models.CheckConstraint(
                condition=Q(held_back_on=None) | Q(due_on__gte=F("held_back_on")),
                name="what is held back is due later",
            ),
        )

    class Promises:
        open = (
            "id grant number due_on status prepared_at approved_at paid_at bank_account run is_from_before "
            "overdue_allowed_at held_back_on"
        )
        personal = "prepared_by approved_by paid_by withheld_reason overdue_allowed_by overdue_allowed_reason"
        financial = "amount payment_reference"
        frozen = (
            Frozen(
                "grant number due_on amount",
                "A payment that was prepared cannot be changed; reschedule it first.",
                Q(status__in=[InstalmentStatus.PREPARED, InstalmentStatus.APPROVED, InstalmentStatus.PAID]),
            ),
            Frozen(
                "prepared_at prepared_by approved_at approved_by paid_at paid_by payment_reference withheld_reason",
                "A payment that was made cannot be changed.",
                Q(status=InstalmentStatus.PAID),
            ),
            Frozen(
                "bank_account run",
                "The bank account of a payment that was made cannot be changed.",
                Q(status=InstalmentStatus.PAID, is_from_before=False),
            ),
            # Apart, so that what was sealed before these columns existed stays as it was sealed.
            Frozen(
                "overdue_allowed_at overdue_allowed_by overdue_allowed_reason",
                "What was allowed cannot be changed.",
                Q(overdue_allowed_at__isnull=False),
            ),
            Frozen("held_back_on", "A held-back payment stays one.", Q(held_back_on__isnull=False)),
        )
        changing = "status is_from_before"
        emptied = "payment_reference withheld_reason overdue_allowed_reason"
        kept = (
            Kept("prepared_by approved_by paid_by overdue_allowed_by", because=AUDIT),
            Kept("amount", because="equal parts of the published sum; no salary follows from them"),
        )
        impersonal = "amount payment_reference withheld_reason overdue_allowed_reason"

    def __str__(self) -> str:
        return f"Instalment {self.number} of {self.grant}"

    @property
    def is_held_back(self) -> bool:
        return self.held_back_on is not None

    @property
    def owed_on(self) -> date:
        """As `OWED_ON` tells the database."""
        return self.held_back_on or self.due_on
