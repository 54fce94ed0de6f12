"""The pooled fund: contributions, what they pay for, and the ledger from which every balance follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.urls import reverse

from applications.models import Goal, Strand
from core.accounts.models import OfProgramme, Organisation, Programme
from core.money.fields import MoneyField
from core.promises import AUDIT, Frozen, Kept
from grants.funding import Position
from grants.models.about import ACCOUNTS
from grants.models.decision import Decision
from grants.models.grant import Grant
from grants.models.payment import Instalment


class Contribution(models.Model):
    """Money for a programme's fund, unrestricted or for one purpose; its amounts are lines of the ledger."""

    class Kind(models.TextChoices):
        SECONDMENTS = "secondments", "secondments"
        COMMUNITY = "community", "community projects"
        LEARNING = "learning", "learning"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="contributions")
    funder = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        help_text="Empty for a documented total of several funders.",
    )
    label = models.CharField("name", max_length=120, help_text="Like “Unbound Philanthropy 2018”.")
    goal = models.ForeignKey(
        Goal, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name="only for the goal"
    )
    strand = models.ForeignKey(
        Strand, models.PROTECT, null=True, blank=True, related_name="contributions", verbose_name="only for the strand"
    )
    kind = models.CharField("only for", max_length=11, choices=Kind, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("programme", "pk")
        constraints = (
            models.UniqueConstraint(fields=["programme", "label"], name="one contribution of a name"),
            models.CheckConstraint(
                condition=Q(kind__in=["", "secondments", "community", "learning"]),
                name="a contribution is for a known kind of spending or any",
            ),
        )

    class Promises:
        open = "id programme funder label goal strand kind recorded_at"
        personal = "recorded_by"
        frozen = (
            Frozen(
                "programme funder label goal strand kind recorded_at recorded_by",
                "A contribution cannot be changed; reverse its lines and record another.",
            ),
        )
        kept = (Kept("recorded_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.label

    @property
    def restriction(self) -> str:
        """What it may pay for, in words: "for learning; for the strand EU Londoners"; "unrestricted"."""
        parts = [f"for {self.get_kind_display()}"] if self.kind else []
        parts += [f"for the goal {self.goal}"] if self.goal else []
        parts += [f"for the strand {self.strand}"] if self.strand else []
        return "; ".join(parts) or "unrestricted"

    @property
    def restrictions(self) -> int:
        return (self.goal_id is not None) + (self.strand_id is not None) + bool(self.kind)

    def get_absolute_url(self) -> str:
        return reverse("admin:grants_contribution_change", args=[self.pk])


class LedgerQuerySet(models.QuerySet["LedgerLine"]):
    def up_to(self, day: date | None) -> LedgerQuerySet:
        return self if day is None else self.filter(happened_on__lte=day)

    def positions(self, by: str = "contribution") -> dict[int, Position]:
        """What these lines come to, by the key of the contribution or "grant": one query."""
        sums = self.order_by().values_list(by, "kind").annotate(total=Sum("amount"))
        by_key: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for key, kind, total in sums:
            by_key[key][kind] = total
        return {key: _position(totals) for key, totals in by_key.items()}

    def position(self) -> Position:
        return sum(self.positions().values(), Position())


class LedgerLine(OfProgramme, models.Model):
    """One movement of the fund, never changed. A reversal repeats a line with its amount below zero."""

    programme_through = "contribution"

    class Kind(models.TextChoices):
        PLEDGE = "pledge", "pledge"
        RECEIPT = "receipt", "receipt"
        COMMITMENT = "commitment", "commitment"
        RELEASE = "release", "release"
        PAYMENT = "payment", "payment"
        RETURN = "return", "return by the bank"
        RECOVERY = "recovery", "recovery"

    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="ledger")
    grant = models.ForeignKey(Grant, models.PROTECT, null=True, blank=True, related_name="ledger")
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, blank=True, related_name="ledger")
    kind = models.CharField(max_length=10, choices=Kind)
    amount = MoneyField()
    happened_on = models.DateField("date")
    reason = models.CharField(max_length=250)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversal")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "ledger line"
        ordering = ("happened_on", "pk")
        indexes = (models.Index(fields=["contribution", "kind", "happened_on"], name="ledger_by_contribution"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind__in=["pledge", "receipt", "commitment", "release", "payment", "return", "recovery"],
                ),
                name="a ledger line has a known kind",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="a ledger line is above zero, and its reversal below",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["pledge", "receipt"], grant__isnull=True)
                | (~Q(kind__in=["pledge", "receipt"]) & Q(grant__isnull=False)),
                name="money comes from a contribution and goes to a grant",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["payment", "return"], instalment__isnull=False)
                | (~Q(kind__in=["payment", "return"]) & Q(instalment__isnull=True)),
                name="a payment is of an instalment",
            ),
        )

    class Promises:
        open = "id contribution grant instalment kind happened_on reverses recorded_at"
        personal = "recorded_by"
        financial = "amount reason"
        frozen = (
            Frozen(
                "contribution grant instalment kind amount happened_on reason reverses recorded_at recorded_by",
                "A line of the ledger cannot be changed; reverse it.",
            ),
        )
        kept = (Kept("recorded_by", because=AUDIT), Kept("amount reason", because=ACCOUNTS))
        impersonal = "amount reason"

    def __str__(self) -> str:
        return f"Line {self.pk} of the ledger: {self.get_kind_display()}"


class Allocation(OfProgramme, models.Model):
    """What an officer chose that a contribution pays for an award, before it is released; confirmed by another."""

    programme_through = "decision"

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="allocations")
    contribution = models.ForeignKey(Contribution, models.PROTECT, related_name="allocations")
    amount = MoneyField()
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("decision", "contribution")
        constraints = (
            models.UniqueConstraint(fields=["decision", "contribution"], name="one allocation of a contribution"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="an allocation is above zero"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=F("chosen_by"))),
                name="an allocation is confirmed by another person",
            ),
        )

    class Promises:
        open = "id decision contribution chosen_at confirmed_at"
        personal = "chosen_by confirmed_by"
        financial = "amount"
        frozen = (
            Frozen(
                "decision contribution amount chosen_at chosen_by confirmed_at confirmed_by",
                "A confirmed allocation cannot be changed.",
                Q(confirmed_at__isnull=False),
            ),
        )
        kept = (Kept("chosen_by confirmed_by", because=AUDIT), Kept("amount", because=ACCOUNTS))
        impersonal = "amount"

    def __str__(self) -> str:
        return f"{self.contribution} for {self.decision}"


def _position(totals: dict[str, Decimal]) -> Position:
    kind = LedgerLine.Kind
    return Position(
        pledged=totals[kind.PLEDGE],
        received=totals[kind.RECEIPT],
        committed=totals[kind.COMMITMENT] - totals[kind.RELEASE],
        paid=totals[kind.PAYMENT] - totals[kind.RETURN] - totals[kind.RECOVERY],
    )


def keeps_pool(programme_id: int) -> bool:
    """Whether a programme records contributions: only then awards are checked against them."""
    return Contribution.objects.filter(programme=programme_id).exists()


def positions_of(contributions: Iterable[Contribution], day: date | None = None) -> list[tuple[Contribution, Position]]:
    """Each contribution with its position by the end of a day, or by now."""
    rows: list[Any] = list(contributions)
    found = LedgerLine.objects.filter(contribution__in=rows).up_to(day).positions()
    return [(row, found.get(row.pk, Position())) for row in rows]
