"""What a meeting has on its agenda, in order."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.accounts.models import OfProgramme
from core.governance.models.meetings import Meeting
from core.promises import Kept

if TYPE_CHECKING:
    Items = models.Manager["AgendaItem"]
else:
    Items = models.Manager


class AgendaItemManager(Items):
    """The items of agendas, and putting a case on one."""

    def put(self, meeting: Meeting, case: Any, *, at: datetime) -> AgendaItem:
        """The item of a case on the agenda of a meeting, added at its end where it has none yet."""
        end = self.filter(meeting=meeting).aggregate(last=models.Max("position"))["last"] or 0
        return self.get_or_create(meeting=meeting, case=case, defaults={"position": end + 1, "added_at": at})[0]


class AgendaItem(OfProgramme, models.Model):
    """One item: a case to decide on (settings.AGENDA_CASE), or a matter in the office's words with its paper."""

    programme_through = "meeting"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    case = models.ForeignKey(settings.AGENDA_CASE, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    title = models.CharField(max_length=200, blank=True)
    paper = models.TextField(blank=True, help_text="Printed in the papers of the meeting.")
    added_at = models.DateTimeField(null=True, editable=False, help_text="Empty: before this was written down.")

    objects = AgendaItemManager()

    class Meta:
        ordering = ("meeting", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False, title="", paper="") | (Q(case__isnull=True) & ~Q(title="")),
                name="an agenda item is a case or has a title",
            ),
            models.UniqueConstraint(
                fields=["meeting", "case"], condition=Q(case__isnull=False), name="a case is on an agenda once"
            ),
        )

    class Promises:
        open = "id meeting position case added_at"
        personal = "title paper"
        kept = (Kept("title paper", because="what a body dealt with, not an applicant's case"),)
        impersonal = "title paper"

    def __str__(self) -> str:
        return self.title or str(self.case)
