"""Approved payments that go to the bank in one file."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from core.accounts.models import Programme
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept
from grants.lifecycle import PaymentRunStatus

ACCOUNTS = "the accounts of the fund, which name no person"


class PaymentRun(models.Model):
    """One file for the bank: its payments are fixed when it is made, and one that changes makes it void."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="payment_runs")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=5, choices=PaymentRunStatus, default=PaymentRunStatus.MADE)
    payments = models.PositiveIntegerField("number of payments")
    total = MoneyField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField("file first taken", null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    payment_reference = models.CharField(max_length=60, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "payment run"
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PaymentRunStatus.values), name="a payment run has a known status"
            ),
            models.UniqueConstraint(fields=["programme", "number"], name="one payment run per number"),
            models.CheckConstraint(
                condition=~Q(status="paid")
                | (Q(taken_at__isnull=False, paid_at__isnull=False, paid_by__isnull=False) & ~Q(payment_reference="")),
                name="a paid run went to the bank and was paid by somebody",
            ),
            models.CheckConstraint(condition=Q(payments__gt=0, total__gt=0), name="a payment run pays something"),
        )

    class Promises:
        open = "id programme number status payments made_at taken_at paid_at voided_at"
        personal = "made_by paid_by"
        financial = "total payment_reference"
        frozen = (
            Frozen(
                "programme number payments total made_at made_by", "A payment run cannot be changed; make another one."
            ),
            Frozen(
                "taken_at paid_at paid_by payment_reference",
                "A payment run that was paid cannot be changed.",
                Q(status=PaymentRunStatus.PAID),
            ),
        )
        changing = "status voided_at"
        kept = (Kept("made_by paid_by", because=AUDIT), Kept("total payment_reference", because=ACCOUNTS))
        impersonal = "total payment_reference"

    def __str__(self) -> str:
        return f"Payment run {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("admin:grants_paymentrun_change", args=[self.pk])
