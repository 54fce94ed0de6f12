"""Signals of libraries about accounts, each of which calls one action."""

from typing import Any

from allauth.account.signals import email_changed
from django.http import HttpRequest

from core.accounts import actions
from core.accounts.models import User


def address_changed(*, request: HttpRequest, user: User, from_email_address: Any = None, **_: Any) -> None:
    """A person proved a new address, and signs in with it from now on."""
    before = getattr(from_email_address, "email", "")
    if before:
        actions.follow_address(user, before=before, at=request.arrived_at)  # type: ignore[attr-defined]


email_changed.connect(address_changed, dispatch_uid="address changed")
