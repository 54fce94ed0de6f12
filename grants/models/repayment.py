"""Money of a grant that an organisation is asked to pay back."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.accounts.models import OfProgramme
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept
from grants.lifecycle import RepaymentStatus
from grants.models.grant import Grant

ACCOUNTS = "the accounts of the fund, which name no person"


class Repayment(OfProgramme, models.Model):
    """Unspent money asked back by one person; another records that it came in."""

    programme_through = "grant"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="repayments")
    amount = MoneyField()
    reason = models.TextField()
    status = models.CharField(max_length=9, choices=RepaymentStatus, default=RepaymentStatus.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    received_on = models.DateField(null=True, blank=True)
    reference = models.CharField("bank's reference", max_length=60, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=RepaymentStatus.values), name="a repayment has a known status"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a repayment is above zero"),
            models.CheckConstraint(
                condition=~Q(status="received")
                | (Q(received_on__isnull=False, received_at__isnull=False, received_by__isnull=False)),
                name="a repayment is received by somebody on a day",
            ),
            models.CheckConstraint(
                condition=Q(received_by__isnull=True) | ~Q(received_by=F("asked_by")),
                name="a repayment is received by another person",
            ),
        )

    class Promises:
        open = "id grant status asked_at received_on received_at ended_at"
        personal = "reason asked_by received_by ended_by"
        financial = "amount reference"
        frozen = (
            Frozen(
                "grant amount reason asked_at asked_by",
                "A repayment that was asked for cannot be changed; withdraw it and ask again.",
            ),
            Frozen(
                "received_on reference received_at received_by",
                "A repayment that came in cannot be changed; reverse it.",
                Q(status=RepaymentStatus.RECEIVED),
            ),
        )
        changing = "status ended_at ended_by"
        emptied = "reason"
        kept = (
            Kept("asked_by received_by ended_by", because=AUDIT),
            Kept("amount reference", because=ACCOUNTS),
        )
        impersonal = "amount reference reason"

    def __str__(self) -> str:
        return f"Repayment {self.pk} of {self.grant}"

    def get_absolute_url(self) -> str:
        return reverse("admin:grants_repayment_change", args=[self.pk])
