"""The address of a person's own calendar: made, renewed, revoked. Whoever has the address reads the calendar."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from core.accounts.actions.access_tokens import LONGEST, digest_of
from core.accounts.models import AccessToken, User
from core.accounts.models.access_tokens import CALENDAR
from core.audit import trail
from core.permissions import check


@transaction.atomic
def make_calendar_address(person: User, *, by: User, at: datetime) -> str:
    """Return the token of a new address, which is shown once and works for a year; the one before stops working."""
    check(by, "accounts.make_calendar_address", person)
    User.objects.select_for_update().get(pk=person.pk)
    person.access_tokens.for_calendars().delete()
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        person=person,
        name="Calendar",
        scopes=CALENDAR,
        digest=digest_of(token),
        created_at=at,
        expires_at=at + timedelta(days=LONGEST),
    )
    trail.record("calendar address made", person, by=by, at=at)
    return token


@transaction.atomic
def revoke_calendar_address(person: User, *, by: User, at: datetime) -> None:
    check(by, "accounts.make_calendar_address", person)
    person.access_tokens.for_calendars().delete()
    trail.record("calendar address revoked", person, by=by, at=at)


def forget_calendar_address(person: User) -> None:
    """Revoke it where a role or a membership ends; the person makes a new one for what they still have."""
    person.access_tokens.for_calendars().delete()
