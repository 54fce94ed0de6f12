"""What was learnt: findings, and what changed because of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Strand
from core.accounts.models import OfProgramme, Programme
from core.promises import AUDIT, Kept


class Finding(models.Model):
    """Something the learning partner found, with its evidence; it names no person."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="findings")
    strand = models.ForeignKey(Strand, models.PROTECT, null=True, blank=True, related_name="findings")
    statement = models.TextField()
    evidence = models.TextField(help_text="Where it comes from: interviews, workshops, reports. Do not name anyone.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(statement="") & ~Q(evidence=""), name="a finding rests on evidence"),
        )

    class Promises:
        open = "id programme strand statement recorded_at"
        personal = "evidence recorded_by"
        kept = (
            Kept("recorded_by", because=AUDIT),
            Kept("evidence", because="what was learnt, to be shared; the form asks not to name anyone"),
        )

    def __str__(self) -> str:
        return self.statement[:80]


class Change(OfProgramme, models.Model):
    """How learning led to a change: what changed, since when."""

    programme_through = "finding"

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="changes")
    what = models.TextField("what changed")
    since_on = models.DateField("since")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("since_on", "pk")

    class Promises:
        open = "id finding what since_on recorded_at"
        personal = "recorded_by"
        kept = (Kept("recorded_by", because=AUDIT),)

    def __str__(self) -> str:
        return self.what[:80]
