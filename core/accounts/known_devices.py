"""Lets people who signed in on a browser before do so again while somebody else guesses at their password.

Ten wrong guesses lock an account for five minutes (settings.ACCOUNT_RATE_LIMITS), whoever makes them. A browser that
has signed in, or has proved the address by a code for a new password, has a signed cookie; its guesses are counted
apart. The cookie is no credential: it opens nothing without the password.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from allauth.account.signals import password_reset, user_logged_in
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from core.accounts.models import User

SALT = "core.accounts.known_devices"
AGE = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer
MOST_PEOPLE = 5  # who share one browser


def guesses_of(request: HttpRequest, email: str) -> str:
    """Return what wrong guesses at this address are counted by: the address, on a known device with the device."""
    address = email.strip().casefold()
    device, people = _read(request)
    return f"{address}:{device}" if _digest(address) in people else address


def remember(request: HttpRequest, user: User, **_: Any) -> None:
    """Have the cookie set on the answer to this request: the person has just proved who they are."""
    request.known_person = user  # type: ignore[attr-defined]  # read below, in the middleware


user_logged_in.connect(remember, dispatch_uid="known devices: signed in")
password_reset.connect(remember, dispatch_uid="known devices: password reset by a code")


def set_cookie(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        person = getattr(request, "known_person", None)
        if person is not None:
            device, people = _read(request)
            digest = _digest(person.email.casefold())
            people = [digest, *(one for one in people if one != digest)][:MOST_PEOPLE]
            response.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                signing.dumps([device or uuid4().hex, people], salt=SALT),
                max_age=AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        device, people = signing.loads(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=AGE)
    except signing.BadSignature:
        return "", []
    return device, people


def _digest(address: str) -> str:
    return salted_hmac(SALT, address, algorithm="sha256").hexdigest()[:32]
