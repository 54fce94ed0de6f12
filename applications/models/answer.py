"""What an organisation wrote: the words under each question, who saved what, and earlier versions."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import models

from applications.models.about import OF_CANDIDATE
from applications.models.application import CONTENT, OF_SUBMITTED_APPLICATION, Application
from applications.models.question import Question
from applications.models.section import LONGEST_KEY
from core.accounts.models import OfProgramme, User
from core.promises import AUDIT, About, Frozen, Kept


class SectionSave(OfProgramme, models.Model):
    """When a section was saved last, and by whom."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="saves")
    section = models.CharField(max_length=LONGEST_KEY)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the proposed secondee, who corrected something.",
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["application", "section"], name="one save per section"),)

    class Promises:
        open = "id application section saved_at"
        personal = "saved_by"
        kept = (Kept("saved_by", because=AUDIT),)


class FieldSaveQuerySet(models.QuerySet["FieldSave"]):
    """Saves of boxes."""

    def note(
        self,
        application: Application,
        fields: Iterable[str],
        *,
        by: User | None,
        at: datetime,
        window: str = "",
        edits: int = 0,
        kept_at: Mapping[str, datetime | None] | None = None,
    ) -> None:
        rows = [
            FieldSave(
                application=application,
                field=name,
                saved_at=at,
                saved_by=by,
                window=window,
                edits=edits,
                version_kept_at=(kept_at or {}).get(name),
            )
            for name in fields
        ]
        FieldSave.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["application", "field"],
            update_fields=["saved_at", "saved_by", "window", "edits", "version_kept_at"],
        )


class FieldSave(OfProgramme, models.Model):
    """When one box of the form was saved last, by whom and from which page (applications/autosave.py)."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="field_saves")
    field = models.CharField(max_length=40, help_text="The name of its control in the form.")
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the proposed secondee, who corrected something.",
    )
    window = models.CharField(
        max_length=32, blank=True, help_text="The mark of the page it was saved from; empty: not from a page."
    )
    edits = models.PositiveIntegerField(default=0, help_text="How often the boxes of that page had been changed.")
    version_kept_at = models.DateTimeField(
        null=True, blank=True, help_text="When the text that it had was last kept as an earlier version."
    )

    objects = FieldSaveQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["application", "field"], name="one save per box"),)

    class Promises:
        open = "id application field saved_at window edits version_kept_at"
        personal = "saved_by"
        kept = (Kept("saved_by", because=AUDIT),)


class AnswerRevision(OfProgramme, models.Model):
    """Text that was replaced in a box of the form, kept so that it can be brought back."""

    programme_through = "application"

    application = models.ForeignKey(Application, models.CASCADE, related_name="revisions")
    field = models.CharField(max_length=40, help_text="The name of its control in the form.")
    text = models.TextField()
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ("-replaced_at", "-pk")
        indexes = (models.Index(fields=["replaced_at"], name="revisions_by_age"),)

    class Promises:
        open = "id application field written_at replaced_at"
        personal = "text written_by"
        is_deleted = True
        about = (About(OF_CANDIDATE, "text"),)


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
        about = (About(OF_CANDIDATE, "text"),)

    @property
    def in_words(self) -> str:
        """The answer as people read it; `text` is how it is kept."""
        return self.question.in_words(self.text)
