"""PDFs made by the service: each is first a row with its frozen content, and is made in the background."""

from django.db import models
from django.db.models import Q

from core.promises import THING, About


class Status(models.TextChoices):
    WAITING = "waiting", "waiting"
    MAKING = "making", "being made"
    MADE = "made", "made"
    FAILED = "failed", "given up"
    DISCARDED = "discarded", "to be deleted"


class GeneratedDocument(models.Model):
    """One PDF about one thing. `html` is its content, frozen when it was requested and emptied once it is made.

    The thing is named as on the audit trail ("grants.grant", primary key), without a foreign key. `content_key` is
    `core.pdf.content_key(html)`: the same content of the same thing is one row, made once. A frozen document is never
    superseded by a newer one of its kind.
    """

    thing_type = models.CharField(max_length=60)
    thing_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    name = models.CharField("file name", max_length=200)
    content_key = models.CharField(max_length=64)
    html = models.TextField(blank=True)
    is_frozen = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    file = models.FileField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    requested_at = models.DateTimeField()
    next_try_at = models.DateTimeField("next attempt")
    claimed_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ("-requested_at", "-pk")
        indexes = (models.Index(fields=["status", "next_try_at"], name="documents_to_make"),)
        constraints = (
            models.UniqueConstraint(
                fields=["thing_type", "thing_id", "content_key"], name="the same content of a thing is one document"
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="a document has a known status"),
            models.CheckConstraint(
                condition=~Q(status=Status.MADE) | (Q(made_at__isnull=False, html="") & ~Q(file="") & ~Q(sha256="")),
                name="a document that is made has a file with a hash and no more HTML",
            ),
        )

    class Promises:
        open = (
            "id thing_type thing_id kind name content_key is_frozen status sha256 requested_at next_try_at "
            "claimed_at made_at attempts"
        )
        personal = "problem"
        financial = "html file"
        is_deleted = True
        about = (About(THING, "html file problem"),)

    def __str__(self) -> str:
        return self.name

    @property
    def is_made(self) -> bool:
        return self.status == Status.MADE
