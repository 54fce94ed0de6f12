"""Notes on a case for the office alone, what they said before a change, and the colleagues whom they mention."""

from datetime import timedelta

from django.conf import settings
from django.db import models

from applications.models.about import OF_CANDIDATE, OF_CANDIDATE_OF_NOTE
from applications.models.application import Application
from core.accounts.models import OfProgramme
from core.promises import AUDIT, About, Frozen, Kept


class NoteEvent(models.TextChoices):
    """What the trail of a case says of its notes."""

    WRITTEN = "note on the case written"
    EDITED = "note on the case edited"


EDITABLE_FOR = timedelta(minutes=15)


class CaseNote(OfProgramme, models.Model):
    """What somebody of the grants office writes down about a case; the pages of its grant and placement show it too."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="notes")
    text = models.TextField("note")
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField("written")
    edited_at = models.DateTimeField("edited", null=True, blank=True)

    class Meta:
        verbose_name = "note on a case"
        verbose_name_plural = "notes on cases"
        ordering = ("written_at", "pk")

    class Promises:
        open = "id application written_at edited_at"
        personal = "text written_by"
        emptied = "text"
        kept = (Kept("written_by", because=AUDIT),)
        about = (About(OF_CANDIDATE, "text", in_confidence="text"),)

    def __str__(self) -> str:
        return f"Note on {self.application}"


class NoteVersion(OfProgramme, models.Model):
    """What a note said before it was edited."""

    programme_through = "note"

    note = models.ForeignKey(CaseNote, models.CASCADE, related_name="versions")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ("written_at", "pk")

    class Promises:
        open = "id note written_at"
        personal = "text"
        frozen = (Frozen("note text written_at", "An earlier version of a note cannot be changed."),)
        emptied = "text"
        about = (About(OF_CANDIDATE_OF_NOTE, "text", in_confidence="text"),)

    def __str__(self) -> str:
        return f"{self.note}, as it was"


class Mention(OfProgramme, models.Model):
    """A colleague whom a note mentions; it waits in their queue until they have read it."""

    programme_through = "note"

    note = models.ForeignKey(CaseNote, models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField("read", null=True, blank=True)

    class Meta:
        ordering = ("note", "pk")
        constraints = (models.UniqueConstraint(fields=["note", "person"], name="a note mentions a person once"),)

    class Promises:
        open = "id note read_at"
        personal = "person"
        kept = (Kept("person", because=AUDIT),)

    def __str__(self) -> str:
        return f"{self.person} in {self.note}"
