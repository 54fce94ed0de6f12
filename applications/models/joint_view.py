"""What funder and host each recommend about an application, and how a difference was resolved."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.about import OF_CANDIDATE
from applications.models.application import Application
from applications.models.assessment import WITHOUT_REASONS, Party, Recommendation
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Frozen, Kept

OPENED = "The views of funder and host cannot be changed once both are in."
RESOLVED = "What funder and host agreed cannot be changed."


class JointView(OfProgramme, models.Model):
    """One side's view of an application. Sealed, also from the office, until the other side's is in."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="joint_views")
    party = models.CharField(max_length=6, choices=Party)
    recommendation = models.CharField(max_length=10, choices=Recommendation)
    reasons = models.TextField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application", "party")
        constraints = (
            models.UniqueConstraint(fields=["application", "party"], name="one joint view per application and party"),
            models.CheckConstraint(
                condition=Q(recommendation__in=Recommendation.values), name="a joint view has a known recommendation"
            ),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="a joint view is of funder or host"),
        )

    class Promises:
        open = "id application party recorded_at opened_at"
        personal = "recommendation reasons recorded_by"
        frozen = (
            Frozen(
                "application party recommendation reasons recorded_by recorded_at opened_at",
                OPENED,
                Q(opened_at__isnull=False),
            ),
        )
        emptied = "reasons"
        kept = (Kept("recorded_by", because=AUDIT), Kept("recommendation", because=WITHOUT_REASONS))
        about = (About(OF_CANDIDATE, "recommendation reasons", in_confidence="recommendation reasons"),)

    def __str__(self) -> str:
        return f"{self.get_party_display()}'s view of {self.application}"


class ViewResolution(OfProgramme, models.Model):
    """How funder and host resolved that their views differ: who talked, when, and what they recommend together.

    An empty recommendation says that they still differ: the committee decides knowing both.
    """

    programme_through = "application"

    application = models.OneToOneField(Application, models.PROTECT, related_name="view_resolution")
    recommendation = models.CharField(max_length=10, choices=Recommendation, blank=True)
    account = models.TextField()
    talked_on = models.DateField()
    for_funder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    for_host = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(recommendation="") | Q(recommendation__in=Recommendation.values),
                name="a resolution has a known recommendation or none",
            ),
        )

    class Promises:
        open = "id application talked_on recorded_at"
        personal = "recommendation account for_funder for_host recorded_by"
        frozen = (
            Frozen(
                "application recommendation account talked_on for_funder for_host recorded_by recorded_at", RESOLVED
            ),
        )
        emptied = "account"
        kept = (
            Kept("for_funder for_host recorded_by", because=AUDIT),
            Kept("recommendation", because=WITHOUT_REASONS),
        )
        about = (About(OF_CANDIDATE, "recommendation account", in_confidence="recommendation account"),)

    def __str__(self) -> str:
        return f"Resolution for {self.application}"
