"""The workplan: owned by the host, with a say for the organisation."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Strand
from core.accounts.models import OfProgramme
from core.dates import london
from core.promises import AUDIT, About, Kept
from secondments.lifecycle import OPEN_MILESTONES, MilestoneStatus, SignOff
from secondments.models.placement import Placement


def say_short_day(day: date | None) -> str:
    """13 Mar 2019; empty for no day."""
    return f"{day:%-d %b %Y}" if day else ""


class Workplan(OfProgramme, models.Model):
    """The objectives of one placement; its version rises with every change of an objective or a milestone."""

    programme_through = "placement"

    placement = models.OneToOneField(Placement, models.PROTECT, related_name="workplan")
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Promises:
        open = "id placement version changed_at"

    def __str__(self) -> str:
        return f"Workplan of {self.placement}"


class Objective(OfProgramme, models.Model):
    """What the placement is to achieve."""

    programme_through = "workplan"

    workplan = models.ForeignKey(Workplan, models.CASCADE, related_name="objectives")
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(default=1)
    changed_in = models.PositiveIntegerField(default=0, help_text="The workplan version that last changed it.")

    class Meta:
        ordering = ("workplan", "position", "pk")

    class Promises:
        open = "id workplan position changed_in"
        personal = "title"
        emptied = "title"
        about = (About("workplan__placement__secondee", "title"),)

    def __str__(self) -> str:
        return self.title


class Milestone(OfProgramme, models.Model):
    """A piece of work with a date, a kind and a direction of influence (the 2019 learning report)."""

    programme_through = "objective"

    class Work(models.TextChoices):
        PROJECT = "project", "Project work"
        REACTIVE = "reactive", "Reactive policy support"
        PROACTIVE = "proactive", "Proactive policy input"

    class Influence(models.TextChoices):
        VERTICAL = "vertical", "Vertical: the leaders of the host"
        HORIZONTAL = "horizontal", "Horizontal: other teams of the host"
        EXTERNAL = "external", "External: other public bodies"

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    strand = models.ForeignKey(Strand, models.PROTECT, null=True, blank=True, related_name="milestones")
    work = models.CharField("kind of work", max_length=10, choices=Work)
    influence = models.CharField("direction of influence", max_length=10, choices=Influence)
    status = models.CharField(max_length=10, choices=MilestoneStatus, default=MilestoneStatus.PLANNED)
    sign_off = models.CharField(max_length=10, choices=SignOff, default=SignOff.NOT_NEEDED)
    sign_off_asked_on = models.DateField(null=True, blank=True)
    sign_off_given_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    changed_in = models.PositiveIntegerField(default=0, help_text="The workplan version that last changed it.")

    class Meta:
        ordering = ("objective", "due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=MilestoneStatus.values), name="a milestone has a known status"
            ),
            models.CheckConstraint(condition=Q(sign_off__in=SignOff.values), name="a sign-off has a known state"),
            models.CheckConstraint(
                condition=~Q(sign_off__in=["asked", "given"]) | Q(sign_off_asked_on__isnull=False),
                name="a sign-off asked for says since when",
            ),
            models.CheckConstraint(
                condition=Q(sign_off="given", sign_off_given_on__isnull=False)
                | (~Q(sign_off="given") & Q(sign_off_given_on__isnull=True)),
                name="a sign-off given says when",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False) | (~Q(status="done") & Q(done_on__isnull=True)),
                name="a milestone is done on a day or not",
            ),
        )

    class Promises:
        open = (
            "id objective due_on strand work influence status sign_off sign_off_asked_on sign_off_given_on done_on "
            "changed_in"
        )
        personal = "title"
        emptied = "title"
        about = (About("objective__workplan__placement__secondee", "title"),)

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_MILESTONES

    @property
    def sign_off_words(self) -> str:
        match self.sign_off:
            case SignOff.NOT_NEEDED:
                return "Not needed"
            case SignOff.NEEDED:
                return "Needed, not asked for"
            case SignOff.ASKED:
                return f"Asked for on {say_short_day(self.sign_off_asked_on)}"
            case _:
                return f"Given on {say_short_day(self.sign_off_given_on)}"

    def days_waited(self, today: date) -> int | None:
        """How many days the sign-off waits or waited until it was given; None when it was never asked for."""
        if self.sign_off_asked_on is None:
            return None
        return max(0, ((self.sign_off_given_on or today) - self.sign_off_asked_on).days)


class OrganisationView(OfProgramme, models.Model):
    """What the seconding organisation says about the workplan: agreement, or a concern that the host answers."""

    programme_through = "workplan"

    class View(models.TextChoices):
        AGREES = "agrees", "Agrees"
        CONCERN = "concern", "Raises a concern"

    workplan = models.ForeignKey(Workplan, models.PROTECT, related_name="views")
    of_version = models.PositiveIntegerField()
    view = models.CharField(max_length=10, choices=View)
    text = models.TextField(blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-said_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(view="agrees") | ~Q(text=""), name="a concern says what it is"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="a concern is answered by somebody at a time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="")
                | (Q(answered_at__isnull=False, view="concern") & ~Q(answer="")),
                name="only a concern is answered, and in words",
            ),
        )

    class Promises:
        open = "id workplan of_version view said_at answered_at"
        personal = "text said_by answer answered_by"
        emptied = "text answer"
        kept = (Kept("said_by answered_by", because=AUDIT),)
        about = (About("workplan__placement__secondee", "text answer", in_confidence="text answer"),)

    def __str__(self) -> str:
        return f"{self.get_view_display()} (version {self.of_version})"

    @property
    def agrees(self) -> bool:
        return self.view == self.View.AGREES

    @property
    def waits_for_answer(self) -> bool:
        return self.view == self.View.CONCERN and self.answered_at is None

    @property
    def summary(self) -> str:
        organisation = self.workplan.placement.grant.organisation
        about = f"version {self.of_version} on {say_short_day(london(self.said_at))}"
        if self.agrees:
            return f"{organisation} agreed with {about}."
        concern = f"{organisation} raised a concern about {about}."
        if self.answered_at is None:
            return f"{concern} It is waiting for an answer."
        return f"{concern} {self.answered_by} answered it on {say_short_day(london(self.answered_at))}."
