"""Keeps everyone who has a role behind a second factor, where the setting requires it."""

from collections.abc import Callable
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from core.accounts.models import User

THEIR_FACTOR = "oidc_second_factor"  # in the session: the institution has asked for one, and the setting trusts it
SET_UP = "second_factor_set_up"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
OPEN_PATHS = ("/accounts/", "/help/", "/healthz", "/readyz")


def must_use(person: User) -> bool:
    """Tell whether this person must have a second factor: everyone with a role, and whoever can open the admin."""
    return settings.SECOND_FACTOR == "required" and person.has_reach


def is_open(path: str) -> bool:
    """Tell whether a page answers before the second factor is set up: those that set it up, and what they need."""
    return path.startswith((*OPEN_PATHS, settings.STATIC_URL))


def has_one(person: User) -> bool:
    """Tell whether the person has set up an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())


def is_proved(request: HttpRequest, person: User) -> bool:
    """Tell whether this session gave a code, used a passkey or set the factor up; one begun before that did neither."""
    used = any(record["method"] == "mfa" for record in get_authentication_records(request, person))
    return used or bool(request.session.get(SET_UP))


def note_set_up(request: HttpRequest, **_: Any) -> None:
    request.session[SET_UP] = True


authenticator_added.connect(note_set_up, dispatch_uid="second factor set up")


def required(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Send a person without a second factor to set one up; nothing else answers until then."""

    def middleware(request: HttpRequest) -> HttpResponse:
        person = request.user
        if is_open(request.path) or not isinstance(person, User) or not must_use(person):
            return get_response(request)
        if request.session.get(THEIR_FACTOR):
            return get_response(request)
        if not has_one(person):
            return redirect(reverse("mfa_activate_totp"))
        if not is_proved(request, person):
            logout(request)
            return redirect_to_login(request.get_full_path())
        return get_response(request)

    return middleware
