"""A placement: one secondee, two employers, two managers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applications.models import Strand
from core.accounts.models import OfProgramme, Programme
from core.promises import AUDIT, About, Kept
from core.retention.rules import Erasable
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.lifecycle import OVER, PlacementStatus

PERSON = settings.AUTH_USER_MODEL
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class PlacementQuerySet(models.QuerySet["Placement"]):
    def going_on(self) -> "PlacementQuerySet":
        """Preparing or active: those that the programme's most placements at once counts."""
        return self.filter(erased_at__isnull=True).exclude(status__in=OVER)


class Placement(OfProgramme, Erasable):
    """A member of an organisation's staff at the host, for a time."""

    programme_through = "grant"

    reference = models.CharField(max_length=30, unique=True)
    grant = models.OneToOneField(Grant, models.PROTECT, related_name="placement")
    strands = models.ManyToManyField(Strand, blank=True, related_name="placements")
    secondee = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="placements")
    line_manager = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="placements_managed")
    home_manager = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="placements_released")
    works_monday = models.BooleanField("Monday", default=False)
    works_tuesday = models.BooleanField("Tuesday", default=False)
    works_wednesday = models.BooleanField("Wednesday", default=False)
    works_thursday = models.BooleanField("Thursday", default=False)
    works_friday = models.BooleanField("Friday", default=False)
    days_per_week = models.DecimalField(max_digits=2, decimal_places=1)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="The last day, inclusive.")
    status = models.CharField(max_length=10, choices=PlacementStatus, default=PlacementStatus.PREPARING)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    called_off_reason = models.TextField("why it was called off", blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "pk")
        indexes = (
            models.Index(fields=["status", "-starts_on", "id"], name="placements_by_start"),
            models.Index(fields=["-starts_on", "id"], name="placements_newest_first"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=PlacementStatus.values), name="a placement has a known status"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="a placement ends after it starts"),
            models.CheckConstraint(
                condition=Q(line_manager__isnull=True)
                | Q(home_manager__isnull=True)
                | ~Q(line_manager=F("home_manager")),
                name="a placement's two managers are two people",
            ),
            models.CheckConstraint(
                condition=(Q(secondee__isnull=True) | Q(line_manager__isnull=True) | ~Q(secondee=F("line_manager")))
                & (Q(secondee__isnull=True) | Q(home_manager__isnull=True) | ~Q(secondee=F("home_manager"))),
                name="nobody manages their own placement",
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | Q(erased_at__isnull=False)
                | Q(
                    secondee__isnull=False,
                    line_manager__isnull=False,
                    home_manager__isnull=False,
                    started_at__isnull=False,
                ),
                name="an active placement has its three people",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OVER, ended_at__isnull=False) | (~Q(status__in=OVER) & Q(ended_at__isnull=True)),
                name="a placement is ended at a time or not",
            ),
            models.CheckConstraint(
                condition=~Q(status="called_off") | Q(started_at__isnull=True) & ~Q(called_off_reason=""),
                name="a placement that is called off never started, and says why",
            ),
        )

    class Promises:
        open = "id reference grant strands days_per_week starts_on ends_on status opened_at started_at ended_at"
        personal = (
            "secondee line_manager home_manager works_monday works_tuesday works_wednesday works_thursday "
            "works_friday opened_by started_by called_off_reason"
        )
        emptied = (
            "secondee line_manager home_manager works_monday works_tuesday works_wednesday works_thursday works_friday "
            "called_off_reason"
        )
        kept = (Kept("opened_by started_by", because=AUDIT),)
        about = (
            About(
                "secondee",
                "secondee works_monday works_tuesday works_wednesday works_thursday works_friday called_off_reason",
                in_confidence="called_off_reason",
            ),
            About("line_manager", "line_manager", is_of_others=True),
            About("home_manager", "home_manager", is_of_others=True),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("placement", args=[self.reference])

    @property
    def programme(self) -> Programme:
        return self.grant.programme

    @property
    def is_preparing(self) -> bool:
        return self.status == PlacementStatus.PREPARING

    @property
    def has_agreement(self) -> bool:
        """The first step before the start, derived from the grant: agreed by both sides and not ended early."""
        return self.grant.status in {GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.CLOSED}

    @property
    def steps_done(self) -> int:
        return self.has_agreement + sum(step.is_settled for step in self.steps.all())

    @property
    def steps_asked(self) -> int:
        return 1 + len(self.steps.all())

    @property
    def is_ready(self) -> bool:
        """Whether nothing before the start is still needed; a step that is not required may stay open."""
        return self.has_agreement and not any(step.is_missing for step in self.steps.all())

    @property
    def working_days(self) -> tuple[bool, bool, bool, bool, bool]:
        return (
            self.works_monday,
            self.works_tuesday,
            self.works_wednesday,
            self.works_thursday,
            self.works_friday,
        )

    @property
    def day_names(self) -> list[str]:
        return [name for name, is_in in zip(WEEK, self.working_days, strict=True) if is_in]
