"""Declarations of interest, and how the office handles a conflict."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.about import OF_CANDIDATE
from applications.models.application import Application
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Kept

BINDS = Q(has_conflict=True) & ~Q(handling="stays")


class InterestQuerySet(models.QuerySet["Interest"]):
    """Declarations of interest by what follows from them."""

    def binding(self) -> "InterestQuerySet":
        """Conflicts that recuse: all but those with which the office lets a person stay, under a measure."""
        return self.filter(BINDS)


class Interest(OfProgramme, models.Model):
    """What somebody declares before seeing an application, or what follows by itself, and how the office handles it."""

    programme_through = "application"

    class Source(models.TextChoices):
        """How a conflict of interest is known."""

        DECLARED = "declared", "Declared by the person"
        MEMBER = "member", "Belongs to the organisation that applies"
        WAS_MEMBER = "was_member", "Belonged to the organisation that applies"
        SECONDEE = "secondee", "Is the proposed secondee"
        FUNDING = "funding", "Works for a body that pays the organisation already"
        SEAT = "seat", "Speaks for the organisation that applies on a body of the programme"
        OFFICE = "office", "Recorded by the grants office"

    class Handling(models.TextChoices):
        """What the office decided; only it may change that."""

        RECUSED = "recused", "Recused"
        STAYS = "stays", "Stays, with a measure"

    application = models.ForeignKey(Application, models.CASCADE, related_name="interests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    has_conflict = models.BooleanField()
    explanation = models.TextField(blank=True)
    declared_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=Source, default=Source.DECLARED)
    handling = models.CharField(max_length=10, choices=Handling, blank=True, help_text="Empty: not yet decided.")
    measure = models.TextField(blank=True, help_text="What is done so that the person may stay.")
    review_on = models.DateField("review the measure on", null=True, blank=True)
    handled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(handling="stays")
                | Q(has_conflict=True, review_on__isnull=False, handled_by__isnull=False),
                name="who stays despite a conflict of interest has a day of review",
            ),
            models.UniqueConstraint(
                fields=["application", "person"], name="one declaration per person and application"
            ),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(explanation=""), name="a conflict of interest is explained"
            ),
        )

    class Promises:
        open = "id application"
        personal = "person has_conflict declared_at source handling review_on handled_by handled_at"
        special = "explanation measure"
        emptied = "explanation measure"
        kept = (
            Kept("person handled_by", because=AUDIT),
            Kept(
                "has_conflict declared_at source handling review_on handled_at",
                because="decides for good who may open the application",
            ),
        )
        about = (
            About(
                "person",
                "has_conflict explanation declared_at source handling measure review_on handled_at",
                stays="it shows that the assessment was fair",
                is_of_others=True,
            ),
            About(OF_CANDIDATE, "explanation measure", in_confidence="explanation measure"),
        )
