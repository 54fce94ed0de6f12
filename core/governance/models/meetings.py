"""Meetings of a body, and who was present."""

from __future__ import annotations

from django.db import models

from core.accounts.models import OfProgramme, Programme
from core.accounts.roles import DECIDES_ON_GRANTS
from core.governance.models.bodies import Body, Seat
from core.promises import Kept


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings by whose they are."""

    def of_committee(self, programme: Programme | int) -> MeetingQuerySet:
        """Those of a programme's Grants Committee."""
        return self.filter(body__programme=programme, body__role=DECIDES_ON_GRANTS)


class MeetingManager(models.Manager["Meeting"]):
    """Meetings with their bodies, which name them."""

    def get_queryset(self) -> MeetingQuerySet:
        return MeetingQuerySet(self.model, using=self._db).select_related("body")

    def of_committee(self, programme: Programme | int) -> MeetingQuerySet:
        return self.get_queryset().of_committee(programme)


class Meeting(OfProgramme, models.Model):
    """One meeting of a body; `quorum` is the body's when the meeting was added."""

    programme_through = "body"

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    quorum = models.PositiveSmallIntegerField(
        default=0, help_text="How many voting members must be present for a decision. 0: none was agreed."
    )
    note = models.TextField(blank=True)

    objects = MeetingManager()

    class Meta:
        ordering = ("-held_on", "pk")
        constraints = (models.UniqueConstraint(fields=["body", "held_on"], name="one meeting of a body a day"),)

    class Promises:
        open = "id body held_on quorum"
        personal = "note"
        kept = (Kept("note", because="a note on a meeting of the body, not on an applicant"),)
        impersonal = "note"

    def __str__(self) -> str:
        return f"{self.body} of {self.held_on:%-d %B %Y}"


class Attendance(OfProgramme, models.Model):
    """A member who was present at a meeting."""

    programme_through = "meeting"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="attendances")

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["meeting", "seat"], name="a member is present once"),)

    class Promises:
        open = "id meeting seat"

    def __str__(self) -> str:
        return f"{self.seat} at {self.meeting}"
