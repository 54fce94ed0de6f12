"""A person: how they sign in, and what is asked about them on every request."""

from functools import cached_property
from typing import Any, ClassVar

import rules
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from core.promises import About, Kept


class UserManager(BaseUserManager["User"]):
    """Makes people; an address is kept in lower case, so that one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make one whose address needs no email to be confirmed: it was typed on the machine itself."""
        from allauth.account.models import EmailAddress

        person = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person; signs in by email."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField("full name", max_length=150)
    works_for = models.ForeignKey(
        "Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        help_text="For people with a role: the funder, host or learning partner they work for.",
    )
    is_staff = models.BooleanField("can open the admin", default=False)
    is_active = models.BooleanField("can sign in", default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ("name", "pk")
        constraints = (models.UniqueConstraint(Lower("email"), name="one account per email address"),)

    class Promises:
        open = "id"
        personal = (
            "password last_login is_superuser email name works_for is_staff is_active date_joined groups "
            "user_permissions"
        )
        kept = (
            Kept(
                "password last_login is_superuser email name works_for is_staff is_active date_joined groups "
                "user_permissions",
                because="the person's own account, theirs to change, and kept while they have one",
            ),
        )
        about = (
            About(
                "pk email",
                "password last_login is_superuser email name works_for is_staff is_active date_joined groups "
                "user_permissions",
                withheld="password",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Ask the rules; a superuser also sees everything, but changes only what the rules allow them."""
        if not self.is_superuser or not self.is_active:
            return super().has_perm(perm, obj)
        _, _, codename = perm.partition(".")
        return codename.startswith("view_") or bool(rules.has_perm(perm, self, obj))

    @cached_property
    def assignments(self) -> frozenset[tuple[str, int | None]]:
        """(role, programme id) pairs; None stands for the whole installation. One query per request."""
        return frozenset(self.role_assignments.values_list("role", "programme_id"))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _ in self.assignments)

    @property
    def has_reach(self) -> bool:
        """Whether the person works here: has a role, or can open the admin."""
        return self.is_staff or self.is_superuser or bool(self.roles)

    def roles_in(self, programme_id: int | None) -> frozenset[str]:
        return frozenset(role for role, programme in self.assignments if programme in {programme_id, None})

    @property
    def programmes(self) -> frozenset[int] | None:
        """The ids of the programmes in which any role is held; None means every programme."""
        found = frozenset(programme for _, programme in self.assignments)
        return None if self.is_superuser or None in found else frozenset(key for key in found if key is not None)

    def programmes_as(self, *roles: str) -> frozenset[int]:
        return frozenset(programme for role, programme in self.assignments if role in roles and programme is not None)

    @cached_property
    def standings(self) -> dict[int, tuple[str, bool]]:
        """Standing and signatory's tick by organisation; asked of the database once per request."""
        rows = self.memberships.values_list("organisation_id", "standing", "is_signatory")
        return {organisation: (standing, signs) for organisation, standing, signs in rows}

    @property
    def organisation_ids(self) -> frozenset[int]:
        return frozenset(self.standings)

    @cached_property
    def remembered(self) -> dict[str, frozenset[Any]]:
        """Keys of rows that the rules of an app asked the database for about this person, by name; once per request."""
        return {}

    def forget_answers(self) -> None:
        self.__dict__.pop("remembered", None)
        self.__dict__.pop("assignments", None)
        self.__dict__.pop("standings", None)
