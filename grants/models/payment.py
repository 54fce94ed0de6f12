"""Instalments: prepared, approved and paid by three different people."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.accounts.models import OfProgramme
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept
from grants.lifecycle import InstalmentStatus
from grants.models.bank import BankAccount
from grants.models.grant import Grant
from grants.models.payment_run import PaymentRun


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
        )

    class Promises:
        open = "id grant number due_on status prepared_at approved_at paid_at bank_account run is_from_before"
        personal = "prepared_by approved_by paid_by withheld_reason"
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
        )
        changing = "status is_from_before"
        emptied = "payment_reference withheld_reason"
        kept = (
            Kept("prepared_by approved_by paid_by", because=AUDIT),
            Kept("amount", because="equal parts of the published sum; no salary follows from them"),
        )
        impersonal = "amount payment_reference withheld_reason"

    def __str__(self) -> str:
        return f"Instalment {self.number} of {self.grant}"
