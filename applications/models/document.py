"""The files of an application."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.application import CONTENT, OF_SUBMITTED_APPLICATION, Application
from core.accounts.models import OfProgramme
from core.files.types import stored_name
from core.promises import AUDIT, Frozen, Kept


class Document(OfProgramme, models.Model):
    """A CV or a supporting statement; a replaced one stays until retention takes it."""

    programme_through = "application"

    class Kind(models.TextChoices):
        """What the file is."""

        CV = "cv", "CV"
        STATEMENT = "statement", "Supporting statement"

    class Scan(models.TextChoices):
        """What the virus scan said."""

        NONE = "none", "no scanner"
        WAITING = "waiting", "waiting for the virus scan"
        CLEAN = "clean", "clean"
        INFECTED = "infected", "infected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=10, choices=Kind)
    file = models.FileField(upload_to=stored_name, max_length=200)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the candidate.",
    )
    replaced_at = models.DateTimeField(null=True, blank=True)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.NONE)
    scan_next_at = models.DateTimeField(null=True, blank=True, help_text="When the virus scan is tried next.")
    scanned_at = models.DateTimeField(null=True, blank=True)
    taken_out_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was taken out for good; its file is then deleted, not only hidden."
    )

    class Meta:
        ordering = ("kind", "-received_at")
        indexes = (
            models.Index(fields=["scan_next_at"], condition=Q(scan="waiting"), name="documents_to_scan"),
            models.Index(
                fields=["taken_out_at"],
                condition=Q(taken_out_at__isnull=False) & ~Q(file=""),
                name="documents_to_erase",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(scan__in=["none", "waiting"], scanned_at__isnull=True)
                | Q(scan__in=["clean", "infected"], scanned_at__isnull=False),
                name="a document was scanned at a time or not",
            ),
            models.CheckConstraint(
                condition=~Q(scan="waiting") | Q(scan_next_at__isnull=False), name="what waits for the scan has a turn"
            ),
            models.CheckConstraint(
                condition=Q(taken_out_at__isnull=True) | Q(replaced_at__isnull=False),
                name="what was taken out no longer stands",
            ),
            models.CheckConstraint(
                condition=~Q(scan="infected") | Q(taken_out_at__isnull=False), name="what is infected was taken out"
            ),
            models.CheckConstraint(condition=Q(kind__in=["cv", "statement"]), name="a document has a known kind"),
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(replaced_at__isnull=True),
                name="one current document per kind",
            ),
        )

    class Promises:
        open = (
            "id application kind content_type size sha256 received_at replaced_at scan scan_next_at scanned_at "
            "taken_out_at"
        )
        personal = "original_name received_from"
        special = "file"
        frozen = (
            Frozen(
                "application kind original_name content_type size sha256 received_at received_from",
                CONTENT,
                OF_SUBMITTED_APPLICATION,
            ),
            # A file that was taken out (by the proposed secondee, by the virus scan) is deleted afterwards.
            Frozen("file", CONTENT, OF_SUBMITTED_APPLICATION & Q(taken_out_at__isnull=True)),
        )
        changing = "replaced_at scan scan_next_at scanned_at taken_out_at"
        emptied = "original_name"
        stored = "file"
        kept = (Kept("received_from", because=AUDIT),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.application}"

    @property
    def is_waiting(self) -> bool:
        return self.scan == self.Scan.WAITING

    @property
    def may_be_opened(self) -> bool:
        return self.scan in {self.Scan.NONE, self.Scan.CLEAN} and self.taken_out_at is None and bool(self.file)
