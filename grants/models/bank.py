"""Where a grant's money goes: one account at a time, called back by one person and approved by another."""

from __future__ import annotations

import json
import secrets
from datetime import date, timedelta
from hashlib import sha256

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from core.accounts.models import OfProgramme
from core.dates import is_working_day
from core.encryption import PREFIX, decrypt, encrypt
from core.promises import AUDIT, Frozen, Kept
from grants.lifecycle import BankAccountStatus
from grants.models.grant import Grant

ACCOUNTS = "which account was paid, without its number: the funder must account for what it pays"


class BankAccount(OfProgramme, models.Model):
    """A bank account that an organisation entered for a grant; its details are encrypted and never change."""

    programme_through = "grant"

    class SpokeTo(models.TextChoices):
        CHAIR = "chair", "the chair of the board"
        TREASURER = "treasurer", "the treasurer"
        CHIEF_EXECUTIVE = "chief_executive", "the chief executive"
        FINANCE = "finance", "the head of finance"
        SECRETARY = "secretary", "the company secretary"

    class NumberFrom(models.TextChoices):
        ENGLAND = "chc", "the Charity Commission for England and Wales"
        SCOTLAND = "sc", "the Scottish Charity Regulator"
        NORTHERN_IRELAND = "nic", "the Charity Commission for Northern Ireland"
        COMPANIES = "coh", "Companies House"
        MUTUALS = "mpr", "the Mutuals Public Register"

    class WhyRefused(models.TextChoices):
        NOT_CONFIRMED = "not_confirmed", "The organisation did not confirm the details."
        NO_ANSWER = "no_answer", "We could not reach the organisation on its public number."
        OTHER_NAME = "other_name", "The account is in another name than the organisation's."
        RETURNED = "returned", "The bank returned a payment."

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="bank_accounts")
    status = models.CharField(max_length=10, choices=BankAccountStatus, default=BankAccountStatus.ENTERED)
    sealed_details = models.TextField(editable=False)
    details_sha256 = models.CharField(max_length=64, editable=False)
    last_four = models.CharField("account ends in", max_length=10)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    spoke_to = models.CharField(max_length=15, choices=SpokeTo, blank=True)
    number_from = models.CharField(max_length=3, choices=NumberFrom, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    usable_from_on = models.DateField("can be paid from", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    why_refused = models.CharField(max_length=15, choices=WhyRefused, blank=True)

    class Meta:
        verbose_name = "bank account"
        ordering = ("-entered_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=BankAccountStatus.values), name="a bank account has a known status"
            ),
            models.UniqueConstraint(
                fields=["grant"], condition=Q(status="approved"), name="one bank account of a grant is approved"
            ),
            models.UniqueConstraint(
                fields=["grant"],
                condition=Q(status__in=["entered", "checked"]),
                name="one bank account of a grant is being checked",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["checked", "approved"])
                | (Q(checked_at__isnull=False, checked_by__isnull=False) & ~Q(spoke_to="") & ~Q(number_from="")),
                name="a checked bank account says who was spoken to",
            ),
            models.CheckConstraint(
                condition=~Q(status="approved")
                | Q(approved_at__isnull=False, approved_by__isnull=False, usable_from_on__isnull=False),
                name="an approved bank account was approved by somebody",
            ),
            models.CheckConstraint(
                condition=(Q(checked_by__isnull=True) | ~Q(checked_by=F("entered_by")))
                & (Q(approved_by__isnull=True) | (~Q(approved_by=F("checked_by")) & ~Q(approved_by=F("entered_by")))),
                name="a bank account is entered, checked and approved by three people",
            ),
        )

    class Promises:
        open = (
            "id grant status details_sha256 entered_at checked_at spoke_to number_from approved_at usable_from_on "
            "ended_at why_refused"
        )
        personal = "entered_by checked_by approved_by ended_by"
        financial = "sealed_details last_four"
        frozen = (
            Frozen(
                "grant details_sha256 last_four entered_at entered_by",
                "Bank details cannot be changed; the organisation enters new ones.",
            ),
            Frozen(
                "checked_at checked_by spoke_to number_from approved_at approved_by usable_from_on",
                "The check and approval of a bank account cannot be changed.",
                Q(approved_at__isnull=False),
            ),
        )
        changing = "status sealed_details ended_at ended_by why_refused"
        emptied = "sealed_details"
        kept = (
            Kept("entered_by checked_by approved_by ended_by", because=AUDIT),
            Kept("last_four", because=ACCOUNTS),
        )
        impersonal = "sealed_details last_four"

    def __str__(self) -> str:
        return f"Bank account ending in {self.last_four} for {self.grant}"

    def get_absolute_url(self) -> str:
        return reverse("admin:grants_bankaccount_change", args=[self.pk])

    @property
    def details(self) -> dict[str, str]:
        """Sort code, number and name of the account; {} once they are deleted."""
        return read_details(self.sealed_details)

    @property
    def account_name(self) -> str:
        return self.details.get("name", "")

    @property
    def is_approved(self) -> bool:
        return self.status == BankAccountStatus.APPROVED

    @property
    def is_pending(self) -> bool:
        return self.status in {BankAccountStatus.ENTERED, BankAccountStatus.CHECKED}

    @property
    def is_as_entered(self) -> bool:
        """Whether the encrypted details are those whose hash was taken when they were entered, or deleted."""
        if not self.details:
            return True
        sha = sha256(decrypt(self.sealed_details).encode()).hexdigest()
        return (sha, self.details["number"][-4:]) == (self.details_sha256, self.last_four)

    def is_usable(self, day: date) -> bool:
        return self.is_approved and self.usable_from_on is not None and day >= self.usable_from_on


def sealed(*, sort_code: str, number: str, name: str) -> dict[str, str]:
    """The columns that keep these details. Random letters beside them keep the hash from telling the number."""
    text = json.dumps({"sort_code": sort_code, "number": number, "name": name, "random": secrets.token_hex(16)})
    return {
        "sealed_details": encrypt(text),
        "details_sha256": sha256(text.encode()).hexdigest(),
        "last_four": number[-4:],
    }


def read_details(sealed_details: str) -> dict[str, str]:
    if not sealed_details.startswith(PREFIX):
        return {}
    read: dict[str, str] = json.loads(decrypt(sealed_details))
    return {name: read[name] for name in ("sort_code", "number", "name")}


def after_working_days(day: date, number: int) -> date:
    """The first day after so many whole working days that follow this day."""
    while number:
        day += timedelta(days=1)
        number -= is_working_day(day)
    return day + timedelta(days=1)
