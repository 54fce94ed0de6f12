"""Who stands in for somebody who stood aside from a case and alone holds a role that the case needs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models.application import Application
from core.accounts.models import OfProgramme
from core.accounts.roles import STANDS_ALONE, Role
from core.promises import AUDIT, About, Kept


class Deputy(OfProgramme, models.Model):
    """A person who takes the steps of a role on one application and what comes of it, and on no other."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="deputies")
    role = models.CharField(max_length=30, choices=Role)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="deputies")
    stands_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deputies"
        ordering = ("application", "role")
        constraints = (
            models.UniqueConstraint(fields=["application", "role"], name="one deputy for each role of a case"),
            models.CheckConstraint(condition=~Q(person=F("stands_for")), name="a deputy is somebody else"),
            models.CheckConstraint(condition=Q(role__in=STANDS_ALONE), name="a deputy has a known role"),
        )

    class Promises:
        open = "id application"
        personal = "role person stands_for named_at"
        kept = (Kept("role person stands_for named_at", because=AUDIT),)
        about = (About("person stands_for", "role named_at"),)

    def __str__(self) -> str:
        return f"{self.person} for {self.stands_for}"
