"""The joint assessment: declarations of interest, scores by funder and host, visits."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import COMING_VISIT, AssessmentStatus, VisitStatus
from applications.models.application import Application
from applications.models.call import Criterion
from core.accounts.models import OfProgramme
from core.promises import AUDIT, Frozen, Kept

COMPLETED = "A completed assessment cannot be changed."


class Party(models.TextChoices):
    """The two sides that assess together."""

    FUNDER = "funder", "Funder"
    HOST = "host", "Host"


class Interest(OfProgramme, models.Model):
    """What an assessor or committee member declares before seeing an application."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="interests")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    has_conflict = models.BooleanField()
    explanation = models.TextField(blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["application", "person"], name="one declaration per person and application"
            ),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(explanation=""), name="a conflict of interest is explained"
            ),
        )

    class Promises:
        open = "id application"
        personal = "person has_conflict declared_at"
        special = "explanation"
        emptied = "explanation"
        kept = (
            Kept("person", because=AUDIT),
            Kept("has_conflict declared_at", because="decides for good who may open the application"),
        )


class Assessment(OfProgramme, models.Model):
    """One assessor's reading of one application."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessments")
    party = models.CharField(max_length=6, choices=Party)
    status = models.CharField(max_length=10, choices=AssessmentStatus, default=AssessmentStatus.ASSIGNED)
    overall_view = models.TextField(blank=True)
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    recused_at = models.DateTimeField(null=True, blank=True)
    saved_from = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="By box: the mark of the page it was saved from last, and how often that was changed.",
    )

    class Meta:
        ordering = ("application", "party", "pk")
        indexes = (
            models.Index(fields=["assessor", "status"], name="assessors_queue"),
            models.Index(fields=["-assigned_at", "id"], name="assessments_newest_first"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["application", "assessor"], name="one assessment per assessor and application"
            ),
            models.CheckConstraint(
                condition=Q(status__in=AssessmentStatus.values), name="an assessment has a known status"
            ),
            models.CheckConstraint(
                condition=Q(status="complete", completed_at__isnull=False)
                | (~Q(status="complete") & Q(completed_at__isnull=True)),
                name="an assessment is complete at a time or not",
            ),
        )

    class Promises:
        open = "id application party status assigned_at begun_at completed_at recused_at saved_from"
        personal = "assessor overall_view assigned_by"
        frozen = (
            Frozen(
                "application assessor party overall_view assigned_at assigned_by begun_at completed_at",
                COMPLETED,
                Q(status=AssessmentStatus.COMPLETE),
            ),
        )
        changing = "status recused_at saved_from"
        emptied = "overall_view"
        kept = (Kept("assessor assigned_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"{self.application} by {self.assessor}"


class Score(OfProgramme, models.Model):
    """From 0 to 4 on one criterion, with a reason."""

    programme_through = "assessment"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("criterion__letter",)
        constraints = (
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one score per criterion"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=4), name="a score is from 0 to 4"),
        )

    class Promises:
        open = "id assessment criterion"
        personal = "score reason"
        frozen = (
            Frozen("assessment criterion score reason", COMPLETED, Q(assessment__status=AssessmentStatus.COMPLETE)),
        )
        emptied = "reason"
        kept = (
            Kept(
                "score", because="a figure that compares rounds, without its reason and without the person it was about"
            ),
        )


class AssessmentVisitQuerySet(models.QuerySet["AssessmentVisit"]):
    """Visits by where they stand."""

    def coming(self) -> "AssessmentVisitQuerySet":
        return self.filter(status__in=COMING_VISIT)


class AssessmentVisit(OfProgramme, models.Model):
    """A meeting with a shortlisted organisation, the proposed secondee present (the February 2019 call)."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    status = models.CharField(max_length=10, choices=VisitStatus, default=VisitStatus.PROPOSED)
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=250)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0)
    arranged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True)
    absence_reason = models.TextField("why someone who must attend did not", blank=True)
    notes = models.TextField(blank=True)

    objects = AssessmentVisitQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=VisitStatus.values), name="a visit has a known status"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status__in=COMING_VISIT),
                name="one coming visit per application",
            ),
            models.CheckConstraint(
                condition=Q(status="held", held_at__isnull=False) | (~Q(status="held") & Q(held_at__isnull=True)),
                name="a visit is held at a time or not",
            ),
        )

    class Promises:
        open = "id application status starts_at minutes uid sequence arranged_at held_at"
        personal = "place arranged_by absence_reason notes"
        emptied = "place absence_reason notes"
        kept = (Kept("arranged_by", because=AUDIT),)

    def __str__(self) -> str:
        return f"Visit for {self.application}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Attendee(OfProgramme, models.Model):
    """Somebody asked to an assessment visit, and whether they came."""

    programme_through = "visit"

    class Capacity(models.TextChoices):
        """In what capacity."""

        SENIOR = "senior", "Senior member of staff of the organisation"
        CANDIDATE = "candidate", "Proposed secondee"
        FUNDER = "funder", "Funder"
        HOST = "host", "Host"

    visit = models.ForeignKey(AssessmentVisit, models.CASCADE, related_name="attendees")
    name = models.CharField(max_length=150)
    email = models.EmailField()
    capacity = models.CharField(max_length=10, choices=Capacity)
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ("capacity", "name", "pk")
        constraints = (models.UniqueConstraint(fields=["visit", "email"], name="one invitation per person and visit"),)

    class Promises:
        open = "id visit capacity"
        personal = "name email attended"
        is_deleted = True

    def __str__(self) -> str:
        return self.name
