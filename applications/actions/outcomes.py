"""What becomes of an application after the committee has met; a grant's actions call these and write the letters."""

from datetime import datetime
from typing import Any

from django.db import transaction

from applications.lifecycle import APPLICATION
from applications.models import Application
from core.accounts.models import User
from core.audit import trail


@transaction.atomic
def offer(application: Application, *, by: User, at: datetime) -> None:
    """Offer the organisation a grant."""
    _take(application, "offer", "grant offered", by=by, at=at, released_at=at)


@transaction.atomic
def reserve(application: Application, *, by: User, at: datetime) -> None:
    """Put the application on the reserve list."""
    _take(application, "reserve", "put on the reserve list", by=by, at=at, released_at=at)


@transaction.atomic
def turn_down(application: Application, *, by: User, at: datetime) -> None:
    """Tell that the application was unsuccessful."""
    _take(application, "turn_down", "application unsuccessful", by=by, at=at, released_at=at)


@transaction.atomic
def accept_offer(application: Application, *, by: User, at: datetime) -> None:
    """Note that the organisation takes the grant."""
    _take(application, "accept_offer", "offer accepted", by=by, at=at)


@transaction.atomic
def decline_offer(application: Application, *, by: User, at: datetime) -> None:
    """Note that the organisation does not take the grant."""
    _take(application, "decline_offer", "offer declined", by=by, at=at)


def _take(application: Application, step: str, event: str, *, by: User, at: datetime, **fields: Any) -> None:
    APPLICATION.advance(application, step, **fields)
    trail.record(event, application, by=by, at=at)
