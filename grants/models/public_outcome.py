"""That the outcome of a call is public: its figures are worked out, never stored."""

from django.conf import settings
from django.db import models

from applications.models import Call
from core.accounts.models import OfProgramme
from core.promises import AUDIT, Frozen, Kept


class PublicOutcome(OfProgramme, models.Model):
    """When and by whom the outcome of a call was made public."""

    programme_through = "call"

    call = models.OneToOneField(Call, models.PROTECT, related_name="public_outcome")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-published_at", "-pk")

    class Promises:
        open = "id call published_at"
        personal = "published_by"
        frozen = (Frozen("call published_at published_by", "A published outcome cannot be changed."),)
        kept = (Kept("published_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"Outcome of {self.call}"
