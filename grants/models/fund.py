"""Who pays into a programme's pooled fund."""

from django.db import models

from core.accounts.models import Organisation, Programme


class Funder(models.Model):
    """An organisation that pays into the pooled fund."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="funders")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="funds")
    is_housing = models.BooleanField("houses the fund", default=False)

    class Meta:
        ordering = ("-is_housing", "organisation__name")
        constraints = (models.UniqueConstraint(fields=["programme", "organisation"], name="one funder per programme"),)

    class Promises:
        open = "id programme organisation is_housing"

    def __str__(self) -> str:
        return str(self.organisation)
