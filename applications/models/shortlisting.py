"""Eligibility, and what becomes of an application at shortlisting: prepared by the office, then released together."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import OutcomeStatus
from applications.models.about import OF_CANDIDATE
from applications.models.application import Application
from applications.models.call import OF_PUBLISHED_CALL, TERMS, Call
from core.accounts.models import OfProgramme, Programme
from core.promises import AUDIT, About, Frozen, Kept

RELEASED = "A released outcome cannot be changed."


class OutcomeReason(models.Model):
    """A reason for turning an application down: counted by its label, told in its sentence."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="outcome_reasons")
    position = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=80, help_text="For choosing and for published counts.")
    sentence = models.TextField("sentence to the organisation", help_text="Applicants read this in the email.")
    is_offered = models.BooleanField("can be chosen", default=True)

    class Meta:
        ordering = ("programme", "position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["programme", "label"], name="one reason of a name in a programme"),
        )

    class Promises:
        open = "id programme position label sentence is_offered"

    def __str__(self) -> str:
        return self.label


class EligibilityItem(OfProgramme, models.Model):
    """A line of a call's checklist: what an application must meet to be read on."""

    programme_through = "call"

    class Subject(models.TextChoices):
        """What is checked; the first facts about it are read from the application."""

        ORGANISATION = "organisation", "The organisation"
        PERSON = "person", "The proposed secondee"
        DAYS = "days", "Days a week"
        START = "start", "Start"
        DOCUMENTS = "documents", "Documents"

    call = models.ForeignKey(Call, models.CASCADE, related_name="eligibility_items")
    position = models.PositiveSmallIntegerField(default=1)
    subject = models.CharField(max_length=12, choices=Subject)
    label = models.CharField("what must be met", max_length=250)

    class Meta:
        ordering = ("call", "position", "pk")
        verbose_name = "eligibility check"

    class Promises:
        open = "id call position subject label"
        frozen = (Frozen("call position subject label", TERMS, OF_PUBLISHED_CALL),)

    def __str__(self) -> str:
        return self.label


class EligibilityAnswer(OfProgramme, models.Model):
    """Whether an application meets a line of the checklist, as an officer found."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="eligibility_answers")
    item = models.ForeignKey(EligibilityItem, models.PROTECT, related_name="answers")
    is_met = models.BooleanField("met")
    note = models.TextField(blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ("item__position", "item")
        constraints = (
            models.UniqueConstraint(fields=["application", "item"], name="one answer per application and check"),
        )

    class Promises:
        open = "id application item is_met answered_at"
        personal = "note answered_by"
        emptied = "note"
        kept = (Kept("answered_by", because=AUDIT),)
        about = (About(OF_CANDIDATE, "note", in_confidence="note"),)


class ShortlistOutcome(OfProgramme, models.Model):
    """To shortlist an application, or to turn it down: seen by the office alone until it is released."""

    programme_through = "application"

    class Outcome(models.TextChoices):
        """What is to become of the application."""

        SHORTLIST = "shortlist", "Shortlist"
        TURN_DOWN = "turn_down", "Turn down"

    application = models.ForeignKey(Application, models.PROTECT, related_name="shortlist_outcomes")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.ManyToManyField(OutcomeReason, blank=True, related_name="+")
    feedback = models.TextField(blank=True)
    status = models.CharField(max_length=10, choices=OutcomeStatus, default=OutcomeStatus.PREPARED)
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("application__reference", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=OutcomeStatus.values), name="an outcome of shortlisting has a known status"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status=OutcomeStatus.PREPARED),
                name="one prepared outcome per application",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_by__isnull=False, released_at__isnull=False)
                | (~Q(status="released") & Q(released_by__isnull=True, released_at__isnull=True)),
                name="an outcome of shortlisting is released by somebody at a time",
            ),
        )

    class Promises:
        open = "id application outcome reasons status prepared_at released_at"
        personal = "feedback prepared_by released_by"
        frozen = (
            Frozen(
                "application outcome reasons feedback prepared_by prepared_at released_by released_at",
                RELEASED,
                Q(status=OutcomeStatus.RELEASED),
            ),
        )
        changing = "status"
        emptied = "feedback"
        kept = (Kept("prepared_by released_by", because=AUDIT),)
        about = (About(OF_CANDIDATE, "feedback", in_confidence="feedback"),)

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.application}"
