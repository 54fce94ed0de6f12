"""What the Grants Committee decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property

from applications.models import Application, Post
from applications.models.about import OF_CANDIDATE
from core.accounts.models import OfProgramme
from core.governance.models import Meeting
from core.promises import AUDIT, About, Frozen, Kept
from core.retention.rules import Erasable
from grants.lifecycle import DecisionStatus


class DecisionQuerySet(models.QuerySet["Decision"]):
    def pending(self) -> "DecisionQuerySet":
        """Recorded or confirmed: while there is one, no other decision is recorded on its application."""
        return self.filter(status__in=[DecisionStatus.RECORDED, DecisionStatus.CONFIRMED])


class Decision(OfProgramme, Erasable):
    """On one application; frozen once confirmed, changed only by a later decision."""

    programme_through = "application"

    class Outcome(models.TextChoices):
        AWARD = "award", "Award"
        DECLINE = "decline", "Decline"
        RESERVE = "reserve", "Reserve list"
        DEFER = "defer", "Defer"

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    post = models.ForeignKey(
        Post,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name="post offered",
        help_text="It can differ from the post in the application.",
    )
    days_per_week = models.DecimalField(max_digits=2, decimal_places=1, null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField("start", null=True, blank=True)
    conditions = models.TextField(blank=True)
    fit = models.TextField(
        "why this post fits",
        blank=True,
        help_text="For a post other than the one applied for. The organisation reads it.",
    )
    answer_by_on = models.DateField(
        "answer by",
        null=True,
        blank=True,
        help_text="For a post other than the one applied for: when organisation and proposed secondee must both agree.",
    )
    without_visit = models.TextField(
        "why without a visit", blank=True, help_text="For an award before the assessment visit was held."
    )
    rank = models.PositiveSmallIntegerField(
        "place on the reserve list", null=True, blank=True, help_text="1 is offered first."
    )
    reasons = models.TextField(help_text="The organisation will read this.")
    status = models.CharField(max_length=10, choices=DecisionStatus, default=DecisionStatus.RECORDED)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("-recorded_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(status__in=DecisionStatus.values), name="a decision has a known status"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(status__in=["recorded", "confirmed"]),
                name="one pending decision per application",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="a decision is confirmed by another person",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["recorded", "dropped"], confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(
                    status__in=["confirmed", "released", "dropped"],
                    confirmed_at__isnull=False,
                    confirmed_by__isnull=False,
                ),
                name="what is confirmed or released was confirmed",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False, released_by__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True, released_by__isnull=True)),
                name="a decision is released by somebody at a time",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="award")
                | Q(post__isnull=False, days_per_week__isnull=False, months__isnull=False, starts_on__isnull=False),
                name="an award says post, days, months and start",
            ),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | Q(outcome="reserve", rank__gte=1),
                name="only the reserve list is ranked, from 1",
            ),
        )

    class Promises:
        open = (
            "id application meeting outcome post days_per_week months starts_on answer_by_on rank status recorded_at "
            "confirmed_at released_at"
        )
        personal = "conditions fit without_visit reasons recorded_by confirmed_by released_by"
        frozen = (
            Frozen(
                "application meeting outcome post days_per_week months starts_on conditions fit answer_by_on "
                "without_visit rank reasons recorded_at "
                "recorded_by confirmed_at confirmed_by",
                "A confirmed decision cannot be changed; a later decision corrects it.",
                Q(status__in=[DecisionStatus.CONFIRMED, DecisionStatus.RELEASED]),
            ),
            Frozen(
                "released_at released_by",
                "When and by whom a decision was released cannot be changed.",
                Q(status=DecisionStatus.RELEASED),
            ),
        )
        changing = "status"
        emptied = "conditions fit without_visit reasons"
        kept = (Kept("recorded_by confirmed_by released_by", because=AUDIT),)
        about = (About(OF_CANDIDATE, "conditions fit without_visit reasons"),)

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.application}"

    @property
    def is_award(self) -> bool:
        return self.outcome == self.Outcome.AWARD

    @cached_property
    def is_paid_by_pool(self) -> bool:
        """An award of a programme that records contributions, so that it is asked which of them pay."""
        return self.is_award and self.application.call.programme.contributions.exists()

    @property
    def is_pending(self) -> bool:
        """Recorded or confirmed, and not released."""
        return self.status in {DecisionStatus.RECORDED, DecisionStatus.CONFIRMED}

    @property
    def is_pending_confirmation(self) -> bool:
        return self.status == DecisionStatus.RECORDED
