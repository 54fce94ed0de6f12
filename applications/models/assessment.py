"""The joint assessment: scores by funder and host, visits."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from applications.lifecycle import COMING_VISIT, AssessmentStatus, VisitStatus
from applications.models.about import OF_CANDIDATE
from applications.models.application import Application
from applications.models.criterion import Criterion
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Frozen, Kept

WITHOUT_REASONS = "what each side recommended, without its reasons and without the person it was about"
REVISED = "A score is revised once."
COMPLETED = "A completed assessment cannot be changed."


class Party(models.TextChoices):
    """The two sides that assess together."""

    FUNDER = "funder", "Funder"
    HOST = "host", "Host"


class Recommendation(models.TextChoices):
    """What somebody recommends to the committee."""

    RECOMMEND = "recommend", "recommend"
    CONDITIONS = "conditions", "recommend with conditions"
    DECLINE = "decline", "do not recommend"


class Assessment(OfProgramme, models.Model):
    """One assessor's reading of one application."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessments")
    party = models.CharField(max_length=6, choices=Party)
    status = models.CharField(max_length=10, choices=AssessmentStatus, default=AssessmentStatus.ASSIGNED)
    recommendation = models.CharField(max_length=10, choices=Recommendation, blank=True)
    overall_view = models.TextField(blank=True)
    private_notes = models.TextField(blank=True, help_text="For the assessor alone.")
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
            models.CheckConstraint(
                condition=Q(recommendation="") | Q(recommendation__in=Recommendation.values),
                name="an assessment has a known recommendation or none yet",
            ),
        )

    class Promises:
        open = "id application party status assigned_at begun_at completed_at recused_at saved_from"
        personal = "assessor recommendation overall_view private_notes assigned_by"
        frozen = (
            Frozen(
                "application assessor party recommendation overall_view assigned_at assigned_by begun_at completed_at",
                COMPLETED,
                Q(status=AssessmentStatus.COMPLETE),
            ),
        )
        changing = "status recused_at saved_from private_notes"
        emptied = "overall_view private_notes"
        kept = (Kept("assessor assigned_by", because=AUDIT), Kept("recommendation", because=WITHOUT_REASONS))
        about = (
            About(
                OF_CANDIDATE,
                "recommendation overall_view private_notes",
                in_confidence="recommendation overall_view private_notes",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application} by {self.assessor}"


class Score(OfProgramme, models.Model):
    """From 0 to 4 on one criterion, with a reason."""

    programme_through = "assessment"

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    revised_score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="After the visit; both stand.")
    revised_reason = models.TextField(blank=True)
    revised_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("criterion__letter",)
        constraints = (
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one score per criterion"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__lte=4), name="a score is from 0 to 4"),
            models.CheckConstraint(
                condition=Q(revised_score__isnull=True, revised_at__isnull=True)
                | Q(score__isnull=False, revised_score__lte=4, revised_at__isnull=False),
                name="a score is revised at a time, from 0 to 4, or not",
            ),
        )

    class Promises:
        open = "id assessment criterion revised_at"
        personal = "score reason revised_score revised_reason"
        frozen = (
            Frozen("assessment criterion score reason", COMPLETED, Q(assessment__status=AssessmentStatus.COMPLETE)),
            Frozen("revised_score revised_reason revised_at", REVISED, Q(revised_at__isnull=False)),
        )
        emptied = "reason revised_reason"
        kept = (
            Kept(
                "score revised_score",
                because="a figure that compares rounds, without its reason and without the person it was about",
            ),
        )
        about = (
            About(
                " ".join(f"assessment__{way}" for way in OF_CANDIDATE.split()),
                "score reason revised_score revised_reason",
                in_confidence="score reason revised_score revised_reason",
            ),
        )

    @property
    def current(self) -> int | None:
        """The revised score where there is one."""
        return self.score if self.revised_at is None else self.revised_score


# The same in SQL.
CURRENT_SCORE = Coalesce("revised_score", "score")


class AssessmentVisitQuerySet(models.QuerySet["AssessmentVisit"]):
    """Visits by where they stand."""

    def coming(self) -> "AssessmentVisitQuerySet":
        return self.filter(status__in=COMING_VISIT)


class AssessmentVisit(OfProgramme, models.Model):
    """A meeting with a shortlisted organisation, the proposed secondee present (the February 2019 call)."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.PROTECT, related_name="visits")
    status = models.CharField(max_length=10, choices=VisitStatus, default=VisitStatus.PROPOSED)
    starts_at = models.DateTimeField("start")
    minutes = models.PositiveSmallIntegerField(default=60)
    place = models.CharField(max_length=250)
    link = models.URLField("link to join", blank=True)
    questions = models.TextField("questions to prepare for", blank=True)
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
        personal = "place link questions arranged_by absence_reason notes"
        emptied = "place link questions absence_reason notes"
        kept = (Kept("arranged_by", because=AUDIT),)
        about = (
            About(OF_CANDIDATE, "place link questions absence_reason notes", in_confidence="absence_reason notes"),
        )

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
        about = (About("email", "name email attended"),)

    def __str__(self) -> str:
        return self.name
