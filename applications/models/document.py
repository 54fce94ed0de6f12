"""The files of an application."""

import uuid
from base64 import b64encode

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.about import OF_CANDIDATE, OF_CANDIDATE_OF_DOCUMENT
from applications.models.application import CONTENT, OF_SUBMITTED_APPLICATION, Application
from core.accounts.models import OfProgramme
from core.files.types import stored_name
from core.promises import AUDIT, About, Frozen, Kept


class Document(OfProgramme, models.Model):
    """A CV or a supporting statement; a replaced one stays until retention takes it."""

    programme_through = "application"

    class Kind(models.TextChoices):
        """What the file is."""

        CV = "cv", "CV"
        STATEMENT = "statement", "Supporting statement"
        REDACTED_CV = "redacted_cv", "Redacted CV"
        REDACTED_STATEMENT = "redacted_statement", "Redacted supporting statement"

    class Scan(models.TextChoices):
        """What the virus scan said."""

        NONE = "none", "no scanner"
        WAITING = "waiting", "waiting for the virus scan"
        CLEAN = "clean", "clean"
        INFECTED = "infected", "infected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20, choices=Kind)
    redacts = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="redacted_copies",
        help_text="The document of which this is a copy without name and contact details, made by the office.",
    )
    file = models.FileField(upload_to=stored_name, max_length=200)
    original_name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    hidden_words = models.CharField(
        max_length=100,
        blank=True,
        help_text="What a Word file has in it besides what one reads, such as 2 tracked changes.",
    )
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

    checked_at = models.DateTimeField(null=True, blank=True, help_text="Of a redacted copy: when it was checked.")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

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
            models.CheckConstraint(
                condition=Q(kind__in=["cv", "statement"], redacts__isnull=True, checked_at__isnull=True)
                | Q(kind__in=["redacted_cv", "redacted_statement"], redacts__isnull=False),
                name="a document has a known kind, and a redacted copy its original",
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True)
                | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="a redacted copy is checked by somebody at a time",
            ),
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(replaced_at__isnull=True),
                name="one current document per kind",
            ),
        )

    class Promises:
        open = (
            "id application kind redacts content_type size sha256 hidden_words received_at replaced_at "
            "scan scan_next_at scanned_at taken_out_at checked_at"
        )
        personal = "original_name received_from checked_by"
        special = "file"
        frozen = (
            Frozen(
                "application kind redacts original_name content_type size sha256 received_at received_from",
                CONTENT,
                OF_SUBMITTED_APPLICATION,
            ),
            # A file that was taken out (by the proposed secondee, by the virus scan) is deleted afterwards.
            Frozen("file", CONTENT, OF_SUBMITTED_APPLICATION & Q(taken_out_at__isnull=True)),
        )
        changing = "hidden_words replaced_at scan scan_next_at scanned_at taken_out_at checked_at checked_by"
        emptied = "original_name"
        stored = "file"
        kept = (Kept("received_from checked_by", because=AUDIT),)
        about = (About(OF_CANDIDATE, "original_name file"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.application}"

    @property
    def is_redacted(self) -> bool:
        return self.redacts_id is not None

    @property
    def is_waiting(self) -> bool:
        return self.scan == self.Scan.WAITING

    @property
    def may_be_opened(self) -> bool:
        return self.scan in {self.Scan.NONE, self.Scan.CLEAN} and self.taken_out_at is None and bool(self.file)


class DocumentPage(OfProgramme, models.Model):
    """One page of a document as a picture with its words, made in the background; deleted with the file.

    Number 0 says that the file has no pages that can be shown.
    """

    programme_through = "document"

    document = models.ForeignKey(Document, models.CASCADE, related_name="pages")
    number = models.PositiveSmallIntegerField()
    picture = models.BinaryField(blank=True)
    words = models.TextField(blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("document", "number")
        constraints = (
            models.UniqueConstraint(fields=["document", "number"], name="one picture per page of a document"),
        )

    class Promises:
        open = "id document number made_at"
        special = "picture words"
        is_deleted = True
        about = (About(OF_CANDIDATE_OF_DOCUMENT, "picture words", withheld="picture words"),)

    def __str__(self) -> str:
        return f"Page {self.number} of {self.document}"

    @property
    def encoded(self) -> str:
        return b64encode(bytes(self.picture)).decode()


# What applicants upload; the others are copies of these that the office makes.
OF_APPLICANTS = (Document.Kind.CV, Document.Kind.STATEMENT)
REDACTED = {Document.Kind.CV: Document.Kind.REDACTED_CV, Document.Kind.STATEMENT: Document.Kind.REDACTED_STATEMENT}
