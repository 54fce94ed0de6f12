"""What an organisation wrote: the words under each question, and how often each section was saved."""

from django.conf import settings
from django.db import models

from applications.models.application import CONTENT, OF_SUBMITTED_APPLICATION, Application
from applications.models.call import Question, Section
from core.accounts.models import OfProgramme
from core.promises import AUDIT, Frozen, Kept


class SectionSave(OfProgramme, models.Model):
    """How often a section was saved: the number that keeps two writers from overwriting each other."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="saves")
    section = models.CharField(max_length=15, choices=Section)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the proposed secondee, who put something right.",
    )
    window = models.CharField(
        max_length=32, blank=True, help_text="The mark of the page it was saved from; empty: not from a page."
    )
    edits = models.PositiveIntegerField(default=0, help_text="How often the boxes of that page had been changed.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["application", "section"], name="one save count per section"),)

    class Promises:
        open = "id application section version saved_at window edits"
        personal = "saved_by"
        kept = (Kept("saved_by", because=AUDIT),)

    @property
    def saver(self) -> str:
        return str(self.saved_by) if self.saved_by else "The proposed secondee"


class Answer(OfProgramme, models.Model):
    """The words under one question."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ("question__section", "question__position", "pk")
        constraints = (models.UniqueConstraint(fields=["application", "question"], name="one answer per question"),)

    class Promises:
        open = "id application question"
        personal = "text"
        frozen = (Frozen("application question text", CONTENT, OF_SUBMITTED_APPLICATION),)
        emptied = "text"
