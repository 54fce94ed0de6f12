"""People, organisations, and who belongs to which."""

from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from core.accounts.roles import SEES_ORGANISATIONS


class People(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case, so that one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person who signs in with this address."""
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person for repair work; a superuser gets past no lifecycle."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        """Find a person however the address is typed."""
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person; signs in by e-mail."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("full name", max_length=150)
    works_for = models.ForeignKey(
        "Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        help_text="For people with a role: the funder, host or learning partner they work for.",
    )
    is_staff = models.BooleanField("may open the admin", default=False)
    is_active = models.BooleanField("may sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(Lower("email"), name="one account per e-mail address"),)

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """Return the name as the person wrote it."""
        return self.name

    def get_short_name(self) -> str:
        """Return the first word of the name."""
        return self.name.split(" ")[0]

    @cached_property
    def roles(self) -> frozenset[str]:
        """The names of the groups this person is in; asked of the database once per request."""
        return frozenset(self.groups.values_list("name", flat=True))

    @cached_property
    def standings(self) -> dict[int, tuple[str, bool]]:
        """Standing and signatory's tick by organisation; asked of the database once per request."""
        rows = self.memberships.values_list("organisation_id", "standing", "is_signatory")
        return {organisation: (standing, signs) for organisation, standing, signs in rows}

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisations this person is a member of."""
        return frozenset(self.standings)

    def forget_answers(self) -> None:
        """Ask the database again for roles and standings: they have just been changed."""
        self.__dict__.pop("roles", None)
        self.__dict__.pop("standings", None)


class Organisations(models.QuerySet["Organisation"]):
    """Bodies, as far as somebody may see them."""

    def visible_to(self, person: "User | AnonymousUser") -> "Organisations":
        """Return what this person may see: everything for the funder's office, else their own organisations."""
        if not isinstance(person, User) or not person.is_active:
            return self.none()
        if person.is_superuser or person.roles & SEES_ORGANISATIONS:
            return self.all()
        return self.filter(pk__in=person.organisation_ids)


class Organisation(models.Model):
    """A body in law: one that seconds, funds, hosts or learns."""

    class LegalForm(models.TextChoices):
        """What kind of body it is."""

        CHARITY = "charity", "Registered charity"
        CIO = "cio", "Charitable incorporated organisation"
        COMPANY = "company", "Company limited by guarantee"
        CIC = "cic", "Community interest company"
        PUBLIC = "public", "Public body"
        OTHER = "other", "Another form"

    name = models.CharField(max_length=200)
    aliases = models.TextField("other names", blank=True, help_text="One on each line.")
    legal_form = models.CharField(max_length=10, choices=LegalForm, blank=True)
    charity_number = models.CharField(
        max_length=10,
        blank=True,
        validators=[
            RegexValidator(r"^\d{6,7}(-\d+)?$", "Enter the charity number as six or seven digits, like 123456.")
        ],
    )
    company_number = models.CharField(
        max_length=8,
        blank=True,
        validators=[
            RegexValidator(r"^[A-Z0-9]{2}\d{6}$", "Enter the company number as eight characters, like 01234567.")
        ],
    )
    address = models.TextField(blank=True)
    website = models.URLField(blank=True)

    objects: ClassVar[models.Manager["Organisation"]] = Organisations.as_manager()

    class Meta:
        ordering = ("name", "pk")
        indexes = (models.Index(Lower("name"), name="organisation_by_name"),)

    def __str__(self) -> str:
        return self.name

    @property
    def open_identifier(self) -> str:
        """The identifier used in open data: by charity number, else company number, else one of our own."""
        if self.charity_number:
            return f"GB-CHC-{self.charity_number}"
        if self.company_number:
            return f"GB-COH-{self.company_number}"
        return f"CII-ORG-{self.pk}"


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

    def __str__(self) -> str:
        return f"{self.organisation} invites {self.email}"

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can still be used at this instant."""
        return self.accepted_at is None and now < self.expires_at
