"""Where somebody is signed in, as they see it: on which device, since when, last used; ended by time or by them.

Each is a row of allauth.usersessions beside Django's session. It holds the device in words, and no network address.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from allauth.account.signals import user_logged_out
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.db.models.signals import pre_save
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from core.accounts import kept_requests
from core.accounts.models import User
from core.accounts.requests import Arrived

NO_PLACE = "0.0.0.0"  # noqa: S104 - the column wants an address, and nobody needs one
SEEN_EVERY = timedelta(minutes=1)  # how exactly the last use is known
IDLE = "For safety we signed you out because you did nothing here for a while. Sign in to continue."
ELSEWHERE = "You are signed in on another device too. If that should end, sign out everywhere else under Your account."
TOO_OLD = "For safety a sign-in ends after {} hours. Sign in to continue."

# What a browser says of itself, and in words; the first that fits.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Opera": "Opera",
    "Samsung": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "Chromebook",
    "Chromebook": "Chromebook",
    "Mac": "Mac",
    "Linux": "Linux",
}


def device(agent: str) -> str:
    """ "Firefox on Windows", from the header User-Agent or from these words themselves."""
    browser = next((words for mark, words in BROWSERS.items() if mark in agent), "A browser")
    system = next((words for mark, words in SYSTEMS.items() if mark in agent), "")
    return f"{browser} on {system}" if system else "An unknown device" if browser == "A browser" else browser


def only_what_is_needed(instance: UserSession, **_: Any) -> None:
    instance.user_agent, instance.ip = device(instance.user_agent), NO_PLACE


def forget(request: HttpRequest, **_: Any) -> None:
    """Delete the row of a session that is signed out of."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()


def point_elsewhere(request: Arrived, user: User, **_: Any) -> None:
    """Offer, after a second factor has come or gone, to end the sign-ins that used the one before."""
    others = [row for row in living(user) if row.session_key != request.session.session_key]
    if request.user == user and others:
        messages.info(request, ELSEWHERE)


authenticator_added.connect(point_elsewhere, dispatch_uid="sessions: second factor added")
authenticator_removed.connect(point_elsewhere, dispatch_uid="sessions: second factor removed")
pre_save.connect(only_what_is_needed, sender=UserSession, dispatch_uid="sessions: no address, the device in words")
user_logged_out.connect(forget, dispatch_uid="sessions: signed out")


def living(person: User) -> list[UserSession]:
    """Where the person is signed in now, latest use first; rows of sessions that are over are deleted."""
    rows: list[UserSession] = UserSession.objects.purge_and_list(person)
    return sorted(rows, key=lambda row: row.last_seen_at, reverse=True)


def idle_limit(person: User) -> timedelta | None:
    """How long somebody may do nothing and stay signed in; None for who has no role and cannot open the admin."""
    return timedelta(minutes=settings.STAFF_IDLE_MINUTES) if person.has_reach and settings.STAFF_IDLE_MINUTES else None


def watch(get_response: Callable[[Arrived], HttpResponse]) -> Callable[[Arrived], HttpResponse]:
    """End sessions that are too old or, for people with a role, were not used for long; note when others are used."""

    def middleware(request: Arrived) -> HttpResponse:
        if not isinstance(request.user, User):
            return get_response(request)
        if why := why_over(request):
            return sign_out_and_answer(request, get_response, why)
        kept_requests.forget_sent(request)
        note_use(request)
        return get_response(request)

    return middleware


def why_over(request: Arrived) -> str:
    session: Any = request.session
    if session.signed_in_at is None:
        return ""
    if request.arrived_at - session.signed_in_at >= timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return TOO_OLD.format(settings.SESSION_COOKIE_AGE // 3600)
    limit = idle_limit(request.user) if isinstance(request.user, User) else None
    return IDLE if limit and request.arrived_at - session.seen_at >= limit else ""


def note_use(request: Arrived) -> None:
    session: Any = request.session
    if session.seen_at is None:
        UserSession.objects.create_from_request(request)
        session.signed_in_at = session.seen_at = request.arrived_at
    elif request.arrived_at - session.seen_at >= SEEN_EVERY:
        UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=request.arrived_at)
        session.seen_at = request.arrived_at


def sign_out_and_answer(request: Arrived, get_response: Callable[[Arrived], HttpResponse], why: str) -> HttpResponse:
    """Answer as to somebody signed out; what they sent to a page that asks them to sign in is kept for them."""
    person: Any = request.user
    logout(request)
    response = get_response(request)
    where = urlsplit(response.headers.get("Location", "")).path
    if where not in {reverse("account_login"), reverse("admin:login")}:
        return response
    messages.info(request, why)
    if kept_requests.keep(request, person):
        return redirect_to_login(reverse("account_continue"))
    return response
