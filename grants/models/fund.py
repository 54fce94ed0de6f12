"""Who pays into a programme's pooled fund."""

from django.db import models
from django.db.models import Case, Q, When

from core.accounts.models import Organisation, Programme


class Funder(models.Model):
    """An organisation that pays into the pooled fund."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="funders")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="funds")

    class Meta:
        ordering = ("organisation__name",)
        constraints = (models.UniqueConstraint(fields=["programme", "organisation"], name="one funder per programme"),)

    class Promises:
        open = "id programme organisation"

    def __str__(self) -> str:
        return str(self.organisation)


def funders_of(programme: Programme) -> list[Organisation]:
    """The organisations that pay, who holds the fund first."""
    pays = Q(pk=programme.funder_id) | Q(pk__in=programme.funders.values("organisation"))
    holds_first = Case(When(pk=programme.funder_id, then=0), default=1)
    return list(Organisation.objects.filter(pays).order_by(holds_first, "name"))
