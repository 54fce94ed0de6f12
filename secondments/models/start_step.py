"""The steps before the start: those that a programme asks for, and those of one placement."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.accounts.models import OfProgramme, Programme
from core.promises import AUDIT, About, Kept
from secondments.lifecycle import Party, StartStepStatus
from secondments.models.placement import Placement

PERSON = settings.AUTH_USER_MODEL
MOST_STEPS = 20


class StepTerms(models.Model):
    """What a step before the start is called, whose it is, and what is asked about it.

    With an `outcome`, only the day and that outcome are recorded, and no note.
    """

    kind = models.SlugField("address", max_length=20, db_index=False)
    title = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=1)
    recorder = models.CharField("who records it", max_length=20, choices=Party)
    confirmer = models.CharField(
        "who confirms it", max_length=20, choices=Party, blank=True, help_text="Empty: no one has to."
    )
    is_required = models.BooleanField(
        "required", default=True, help_text="A placement cannot start before it is done or waived."
    )
    is_of_person = models.BooleanField(
        "done again for another secondee", default=True, help_text="When the secondee of a placement is changed."
    )
    day_label = models.CharField("label of the day", max_length=100, default="Day it happened")
    note_help = models.CharField("help text of the note", max_length=250, blank=True)
    outcome = models.CharField(
        "outcome to tick",
        max_length=100,
        blank=True,
        help_text="Such as “The screening is cleared”. With one, only the day is kept, and no note.",
    )

    class Meta:
        abstract = True

    class Promises:
        open = "kind title position recorder confirmer is_required is_of_person day_label note_help outcome"

    @property
    def terms(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in StepTerms._meta.local_fields}


class ProgrammeStep(StepTerms):
    """A step before the start that the programme's next placements begin with."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="start_steps")

    class Meta:
        ordering = ("programme", "position", "pk")
        verbose_name = "step before the start"
        verbose_name_plural = "steps before the start"
        constraints = (
            models.UniqueConstraint(fields=["programme", "kind"], name="one step of a programme per address"),
            models.CheckConstraint(
                condition=~Q(confirmer=F("recorder")), name="a step is not confirmed by the party that records it"
            ),
        )

    class Promises:
        open = "id programme"

    def __str__(self) -> str:
        return self.title


class StartStep(OfProgramme, StepTerms):
    """A step before the start of one placement, with the terms that its programme had when the placement was opened."""

    programme_through = "placement"

    placement = models.ForeignKey(Placement, models.PROTECT, related_name="steps")
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
        ordering = ("placement", "position", "pk")
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
                condition=~Q(status="done")
                | Q(confirmer="")
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="a step of two sides is done when both have said so",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(note=""),
                name="of a step with an outcome nothing but its day is kept",
            ),
            models.CheckConstraint(
                condition=Q(waiver_asked_by__isnull=True, waiver_asked_at__isnull=True)
                | Q(waiver_asked_by__isnull=False, waiver_asked_at__isnull=False, status__in=["open", "recorded"]),
                name="a waiver is asked for by somebody at a time, before the step is settled",
            ),
        )

    class Promises:
        open = "id placement status due_on recorded_at confirmed_at waiver_asked_at"
        personal = "happened_on note recorded_by confirmed_by waived_reason waiver_asked_by waiver_reason"
        emptied = "note waived_reason waiver_reason"
        kept = (
            Kept("recorded_by confirmed_by waiver_asked_by", because=AUDIT),
            Kept("happened_on", because="the day of a step, of a placement that no longer names anyone"),
        )
        about = (About("placement__secondee", "happened_on note waived_reason waiver_reason"),)

    def __str__(self) -> str:
        return f"{self.title} for {self.placement}"

    def get_kind_display(self) -> str:
        """The step's title, as the texts of emails call it."""
        return self.title

    @property
    def is_settled(self) -> bool:
        return self.status in {StartStepStatus.DONE, StartStepStatus.WAIVED}

    @property
    def is_missing(self) -> bool:
        return self.is_required and not self.is_settled

    @property
    def is_recorded(self) -> bool:
        return self.status == StartStepStatus.RECORDED

    @property
    def recording_party(self) -> Party:
        return Party(self.recorder)

    @property
    def confirming_party(self) -> Party | None:
        return Party(self.confirmer) if self.confirmer else None

    @property
    def has_two_sides(self) -> bool:
        return bool(self.confirmer)
