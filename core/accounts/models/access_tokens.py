"""Tokens with which a person's programs read what the person may see."""

from datetime import datetime, timedelta

from django.db import models

from core.accounts.models.people import User
from core.promises import About, Kept


class Scope(models.TextChoices):
    """What a token reads."""

    CALLS = "calls", "Calls"
    APPLICATIONS = "applications", "Applications"
    GRANTS = "grants", "Grants"
    PLACEMENTS = "placements", "Placements"


CALENDAR = "calendar"  # in place of scopes: the token in the address of a person's own calendar


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    """Tokens, with what is asked about them."""

    def working(self, at: datetime) -> "AccessTokenQuerySet":
        return self.filter(expires_at__gt=at, person__is_active=True)

    def for_programs(self) -> "AccessTokenQuerySet":
        return self.exclude(scopes=CALENDAR)

    def for_calendars(self) -> "AccessTokenQuerySet":
        return self.filter(scopes=CALENDAR)


class AccessToken(models.Model):
    """One token: it reads what its person sees, within its scopes, and changes nothing. Only its digest is kept."""

    person = models.ForeignKey(User, models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=60)
    scopes = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    USED_WITHIN = timedelta(minutes=1)  # how exactly the last use is known
    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "pk")

    class Promises:
        open = "id scopes created_at expires_at"
        personal = "person name digest last_used_at"
        kept = (Kept("person name digest last_used_at", because="the person's own; it is deleted when it has expired"),)
        about = (About("person", "person name digest last_used_at"),)

    def __str__(self) -> str:
        return self.name

    @property
    def scope_names(self) -> str:
        return ", ".join(Scope(scope).label for scope in self.scopes.split())
