"""What follows for the bodies of a programme from an event."""

from __future__ import annotations

from datetime import datetime

from core.accounts.models import User
from core.governance.actions import seats


def roles_given(person: User, *, by: User | None, at: datetime) -> None:
    """Whoever holds a body's role sits on it from that day."""
    seats.follow_roles(person, at=at)


def person_left(person: User, *, by: User | None, at: datetime) -> None:
    """Whoever no longer holds a body's role, or cannot sign in, sits on it no more."""
    seats.follow_roles(person, at=at)
