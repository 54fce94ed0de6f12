"""Organisations, who belongs to which, and invitations to join one."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from core.accounts import registers
from core.accounts.models.people import User
from core.promises import About, Kept


class Organisation(models.Model):
    """A body in law: one that seconds, funds, hosts or learns."""

    class LegalForm(models.TextChoices):
        """What kind of body it is."""

        CHARITY = "charity", "Registered charity"
        CIO = "cio", "Charitable incorporated organisation"
        COMPANY = "company", "Company limited by guarantee"
        CIC = "cic", "Community interest company"
        SOCIETY = "society", "Registered society or co-operative"
        EXEMPT = "exempt", "Exempt charity"
        PUBLIC = "public", "Public body"
        OTHER = "other", "Another form"

    name = models.CharField(max_length=200)
    article = models.CharField(
        max_length=10,
        blank=True,
        help_text="Such as “the”, if sentences put it before the name, as in “at the City Council”.",
    )
    aliases = models.TextField("other names", blank=True, help_text="Put each on its own line.")
    legal_form = models.CharField(max_length=10, choices=LegalForm, blank=True)
    charity_number = models.CharField(max_length=10, blank=True, validators=[registers.CHARITY])
    company_number = models.CharField(max_length=8, blank=True, validators=[registers.COMPANY])
    society_number = models.CharField(max_length=10, blank=True, validators=[registers.SOCIETY])
    has_no_number = models.BooleanField("is in no register", default=False)
    address = models.TextField(blank=True)
    website = models.URLField(blank=True)

    class Meta:
        ordering = ("name", "pk")
        indexes = (models.Index(Lower("name"), name="organisation_by_name"),)

    class Promises:
        open = (
            "id name article aliases legal_form charity_number company_number society_number has_no_number address "
            "website"
        )

    def __str__(self) -> str:
        return self.name

    @property
    def in_sentence(self) -> str:
        return f"{self.article} {self.name}".strip()

    @property
    def missing_for_award(self) -> list[str]:
        """What must be known of it before it can be awarded a grant, and is not: it goes into the open data."""
        is_without = self.has_no_number or self.legal_form in WITHOUT_NUMBER
        known = {
            "legal form": self.legal_form,
            "register number, or that it has none": is_without or self.registered_as,
            "address": self.address.strip(),
        }
        return [name for name, value in known.items() if not value]

    @property
    def registered_as(self) -> str:
        return registers.identifier(
            charity=self.charity_number, company=self.company_number, society=self.society_number
        )

    def open_identifier(self, reference: str) -> str:
        """The identifier used in open data: by charity, company or society number, else the publisher's own.

        `reference` is the grant's or placement's, from which the publisher's prefix follows (registers.py).
        """
        return self.registered_as or f"{registers.publisher_prefix(reference)}-ORG-{self.pk}"


# Bodies that have no number of their own in a register of charities, companies or societies.
WITHOUT_NUMBER = frozenset({Organisation.LegalForm.PUBLIC, Organisation.LegalForm.EXEMPT})


class Membership(models.Model):
    """A person in an organisation: only a lead submits, only a signatory binds."""

    class Standing(models.TextChoices):
        """What the person may do for the organisation."""

        LEAD = "lead", "Lead"
        EDITOR = "editor", "Editor"

    person = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships")
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.EDITOR)
    is_signatory = models.BooleanField("authorised signatory", default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("person__name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["person", "organisation"], name="one membership per person and organisation"
            ),
            models.CheckConstraint(
                condition=models.Q(standing__in=["lead", "editor"]), name="a membership has a known standing"
            ),
        )

    class Promises:
        open = "id organisation"
        personal = "person standing is_signatory joined_at"
        kept = (
            Kept(
                "person standing is_signatory joined_at",
                because="who belongs to an organisation; it ends when someone leaves",
            ),
        )
        about = (About("person", "person standing is_signatory joined_at"),)

    def __str__(self) -> str:
        return f"{self.person} at {self.organisation}"


class Invitation(models.Model):
    """Asks somebody to join an organisation; used once, within its time. Only a digest of its token is kept."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    standing = models.CharField(max_length=10, choices=Membership.Standing, default=Membership.Standing.EDITOR)
    is_signatory = models.BooleanField("authorised signatory", default=False)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-invited_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | models.Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="an invitation is accepted by somebody at a time",
            ),
        )

    class Promises:
        open = "id organisation expires_at"
        personal = "email standing is_signatory token_digest invited_by invited_at accepted_at accepted_by"
        is_deleted = True
        about = (
            About(
                "email accepted_by",
                "email standing is_signatory token_digest invited_at accepted_at",
                withheld="token_digest",
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} invites {self.email}"

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and now < self.expires_at
