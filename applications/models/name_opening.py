"""Names of proposed secondees opened to assessors of a call that hides them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import Application
from core.accounts.models import OfProgramme
from core.promises import AUDIT, Frozen, Kept


class NameOpening(OfProgramme, models.Model):
    """The name in an application, opened to one assessor or to all."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="name_openings")
    assessor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: to all."
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ("opened_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["application", "assessor"], name="a name is opened once to an assessor"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(assessor__isnull=True), name="a name is opened once to all"
            ),
        )

    class Promises:
        open = "id application opened_at"
        personal = "assessor opened_by"
        frozen = (Frozen("application assessor opened_by opened_at", "A name that was opened stays open."),)
        kept = (Kept("assessor opened_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"Name opened in {self.application}"
