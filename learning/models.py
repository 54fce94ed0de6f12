"""What was learnt: findings, and what changed because of them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Strand
from core.accounts.models import OfProgramme, Programme
from core.accounts.roles import Role


def programmes_studied(user: Any) -> models.QuerySet[Programme]:
    """The programmes whose learning this person may see: for officers all, for the learning partner its own."""
    programmes = Programme.objects.all()
    if not user.is_authenticated:
        return programmes.none()
    if user.is_superuser or user.roles & {Role.OFFICER, Role.DIRECTOR}:
        return programmes
    if Role.LEARNING_PARTNER in user.roles and user.works_for_id:
        return programmes.filter(learning_partner_id=user.works_for_id)
    return programmes.none()


class FindingQuerySet(models.QuerySet["Finding"]):
    """Findings, as people may see them."""

    def visible_to(self, user: Any) -> "FindingQuerySet":
        """Those of the programmes whose learning this person may see."""
        return self.filter(programme__in=programmes_studied(user))


class Finding(models.Model):
    """Something the learning partner found, with its evidence; it names no person."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="findings")
    strand = models.ForeignKey(Strand, models.PROTECT, null=True, blank=True, related_name="findings")
    statement = models.TextField()
    evidence = models.TextField(help_text="Where it comes from: interviews, workshops, reports. Name nobody.")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(statement="") & ~Q(evidence=""), name="a finding rests on evidence"),
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

    def __str__(self) -> str:
        return self.what[:80]
