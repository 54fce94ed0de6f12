"""A placement: one secondee, two employers, two managers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applications.models import Strand
from core.accounts.models import OfProgramme, Programme
from core.promises import AUDIT, Kept
from core.retention.rules import Erasable
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.lifecycle import (
    OVER,
    STEP_PARTIES,
    TWO_SIDED_STEPS,
    Party,
    PlacementStatus,
    StartStepKind,
    StartStepStatus,
)

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
        """The first of the six steps, derived from the grant: agreed by both sides and not ended early."""
        return self.grant.status in {GrantStatus.AGREED, GrantStatus.ACTIVE, GrantStatus.CLOSED}

    @property
    def steps_done(self) -> int:
        return self.has_agreement + sum(step.is_settled for step in self.steps.all())

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


class StartStep(OfProgramme, models.Model):
    """One of the steps before the start that are ticked."""

    programme_through = "placement"

    Kind = StartStepKind

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind)
    status = models.CharField(max_length=10, choices=StartStepStatus, default=StartStepStatus.OPEN)
    due_on = models.DateField()
    happened_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, max_length=1000)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    waived_reason = models.TextField(blank=True)
    waiver_asked_at = models.DateTimeField(null=True, blank=True)
    waiver_asked_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    waiver_reason = models.TextField(blank=True, help_text="Of a waiver that waits for consent.")

    class Meta:
        ordering = ("placement", "pk")
        indexes = (models.Index(fields=["status", "due_on"], name="start_steps_due"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=StartStepStatus.values), name="a start step has a known status"
            ),
            models.UniqueConstraint(fields=["placement", "kind"], name="one start step per kind"),
            models.CheckConstraint(
                condition=~Q(status__in=["recorded", "done"])
                | Q(happened_on__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False),
                name="a step done says when and by whom",
            ),
            models.CheckConstraint(condition=~Q(status="waived") | ~Q(waived_reason=""), name="a waived step says why"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="a step is confirmed by the other side",
            ),
            models.CheckConstraint(
                condition=~Q(status="done", kind__in=TWO_SIDED_STEPS)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="a step of two sides is done when both have said so",
            ),
            models.CheckConstraint(
                condition=~Q(kind="screening") | Q(note=""),
                name="of the screening nothing but date and outcome is kept",
            ),
            models.CheckConstraint(
                condition=Q(waiver_asked_by__isnull=True, waiver_asked_at__isnull=True)
                | Q(waiver_asked_by__isnull=False, waiver_asked_at__isnull=False, status__in=["open", "recorded"]),
                name="a waiver is asked for by somebody at a time, before the step is settled",
            ),
        )

    class Promises:
        open = "id placement kind status due_on recorded_at confirmed_at waiver_asked_at"
        personal = "happened_on note recorded_by confirmed_by waived_reason waiver_asked_by waiver_reason"
        emptied = "note waived_reason waiver_reason"
        kept = (
            Kept("recorded_by confirmed_by waiver_asked_by", because=AUDIT),
            Kept("happened_on", because="the day of a step, of a placement that no longer names anyone"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.placement}"

    @property
    def is_settled(self) -> bool:
        return self.status in {StartStepStatus.DONE, StartStepStatus.WAIVED}

    @property
    def is_recorded(self) -> bool:
        return self.status == StartStepStatus.RECORDED

    @property
    def recorder(self) -> Party:
        return STEP_PARTIES[self.kind][0]

    @property
    def confirmer(self) -> Party | None:
        return STEP_PARTIES[self.kind][1]

    @property
    def has_two_sides(self) -> bool:
        return self.confirmer is not None
