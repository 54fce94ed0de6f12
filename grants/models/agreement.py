"""The funding agreement of a grant, and who signed it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.accounts.models import OfProgramme
from core.documents.models import GeneratedDocument
from core.promises import AUDIT, About, Frozen, Kept
from grants.models.about import OF_GRANT
from grants.models.grant import SIGNED, Grant


class Agreement(OfProgramme, models.Model):
    """The funding agreement: the exact document, by its hash."""

    programme_through = "grant"

    grant = models.OneToOneField(Grant, models.PROTECT, related_name="agreement")
    document = models.OneToOneField(
        GeneratedDocument,
        models.PROTECT,
        related_name="+",
        null=True,
        help_text="Empty when its content has been deleted.",
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Empty until the document has been made.")
    generated_at = models.DateTimeField()
    generated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Promises:
        open = "id grant sha256 generated_at"
        personal = "generated_by"
        financial = "document"
        frozen = (Frozen("grant document sha256 generated_at generated_by", SIGNED, Q(signatures__isnull=False)),)
        stored = "document"
        kept = (Kept("generated_by", because=AUDIT),)
        about = (About(OF_GRANT, "document"),)

    def __str__(self) -> str:
        return f"Funding agreement {self.grant}"

    @property
    def is_ready(self) -> bool:
        """Whether the document is made, so that it can be read and signed."""
        return bool(self.sha256)

    @property
    def fingerprint(self) -> str:
        """The hash in groups of eight, as people compare it."""
        return " ".join(self.sha256[place : place + 8] for place in range(0, len(self.sha256), 8))


class Signature(OfProgramme, models.Model):
    """A name typed, the password given again, and the hash of the document that was signed."""

    programme_through = "agreement"

    class Party(models.TextChoices):
        ORGANISATION = "organisation", "The organisation"
        FUNDER = "funder", "The funder"

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=15, choices=Party)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name_typed = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ("signed_at",)
        constraints = (
            models.UniqueConstraint(fields=["agreement", "party"], name="one signature per party"),
            models.UniqueConstraint(fields=["agreement", "signed_by"], name="nobody signs for both parties"),
        )

    class Promises:
        open = "id agreement party sha256 signed_at"
        personal = "signed_by name_typed"
        frozen = (Frozen("agreement party signed_by name_typed sha256 signed_at", SIGNED),)
        emptied = "name_typed"
        kept = (Kept("signed_by", because=AUDIT),)
        about = (About("signed_by", "name_typed", is_of_others=True),)
