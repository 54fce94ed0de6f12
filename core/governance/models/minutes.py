"""The minutes of a meeting: drafted by one person, confirmed by another, then frozen."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.accounts.models import OfProgramme
from core.governance.models.agenda import AgendaItem
from core.governance.models.meetings import Meeting
from core.promises import AUDIT, About, Frozen, Kept
from core.retention.rules import Erasable

CONFIRMED = "Confirmed minutes cannot be changed."
OF_CASE = " ".join(f"item__case__{way}" for way in settings.AGENDA_CASE_PEOPLE.split())


class Minutes(OfProgramme, models.Model):
    """Of one meeting; `present` names the members who were there, as it was confirmed."""

    programme_through = "meeting"

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    present = models.TextField(blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "minutes"
        ordering = ("-meeting__held_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (Q(confirmed_at__isnull=False, confirmed_by__isnull=False) & ~Q(confirmed_by=F("drafted_by"))),
                name="minutes are confirmed by another person",
            ),
        )

    class Promises:
        open = "id meeting drafted_at confirmed_at"
        personal = "present drafted_by confirmed_by"
        frozen = (
            Frozen(
                "meeting present drafted_at drafted_by confirmed_at confirmed_by",
                CONFIRMED,
                Q(confirmed_at__isnull=False),
            ),
        )
        kept = (
            Kept("drafted_by confirmed_by", because=AUDIT),
            Kept("present", because="who was at a meeting of a body that decides or advises"),
        )
        impersonal = "present"

    def __str__(self) -> str:
        return f"Minutes: {self.meeting}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_draft(self) -> bool:
        return self.confirmed_at is None


class Minute(OfProgramme, Erasable):
    """What the minutes say of one item. The item's name, what was decided and who stepped out come when confirmed."""

    programme_through = "minutes"

    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="lines")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="minutes")
    position = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(max_length=300, blank=True)
    stepped_out = models.TextField(blank=True)
    decision = models.TextField(blank=True)
    text = models.TextField(blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("minutes", "position", "pk")
        constraints = (models.UniqueConstraint(fields=["minutes", "item"], name="minutes have one line an item"),)

    class Promises:
        open = "id minutes item position"
        personal = "heading stepped_out decision text written_by"
        frozen = (
            Frozen(
                "minutes item position heading stepped_out decision text written_by",
                CONFIRMED,
                Q(minutes__confirmed_at__isnull=False),
            ),
        )
        emptied = "decision text"
        kept = (
            Kept("written_by", because=AUDIT),
            Kept("heading stepped_out", because="what a body dealt with, and who took no part in it"),
        )
        impersonal = "heading stepped_out"
        about = (About(OF_CASE, "decision text", in_confidence="text"),)

    def __str__(self) -> str:
        return f"{self.minutes}, item {self.position}"
