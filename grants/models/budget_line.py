"""The lines of an award and of its extensions."""

from django.db import models
from django.db.models import Q

from core.accounts.models import OfProgramme
from core.money.fields import MoneyField
from core.promises import About, Frozen
from grants.models.about import OF_GRANT
from grants.models.grant import TAKEN_UP, TERMS, Grant, Variation


class BudgetLine(OfProgramme, models.Model):
    """One line of the award, in whole pence, with its workings in words."""

    programme_through = "grant"

    class Kind(models.TextChoices):
        SALARY = "salary", "Salary"
        ENHANCEMENT = "enhancement", "Salary enhancement"
        ON_COSTS = "on_costs", "Employer's on-costs"
        BACKFILL = "backfill", "Towards cover"
        MANAGEMENT_FEE = "management_fee", "Management fee"

    grant = models.ForeignKey(Grant, models.PROTECT, related_name="lines")
    variation = models.ForeignKey(Variation, models.PROTECT, null=True, blank=True, related_name="lines")
    kind = models.CharField(max_length=15, choices=Kind)
    amount = MoneyField()
    workings = models.CharField(max_length=250)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("grant", "position", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=0), name="a budget line is not negative"),
            models.UniqueConstraint(
                fields=["grant", "kind"], condition=Q(variation__isnull=True), name="one budget line per kind"
            ),
            models.UniqueConstraint(
                fields=["variation", "kind"],
                condition=Q(variation__isnull=False),
                name="one budget line per kind of an extension",
            ),
        )

    class Promises:
        open = "id grant variation kind position"
        financial = "amount workings"
        frozen = (Frozen("grant variation kind amount workings position", TERMS, Q(grant__status__in=TAKEN_UP)),)
        is_deleted = True
        about = (About(OF_GRANT, "amount workings"),)

    @property
    def label(self) -> str:
        if self.kind == self.Kind.BACKFILL:
            return f"Towards {self.grant.programme.cover_name}"
        return self.get_kind_display()
