"""How long invitations and sign-ins are kept, and what is due when."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet

from core.accounts.models import AccessToken, Invitation
from core.retention.periods import Period
from core.retention.rules import Line, Rule

INVITATION = Period(days=90, after="they were used or expired")


def invitations(before: datetime) -> QuerySet[Invitation]:
    """Invitations to join an organisation that were used, or ran out, by this instant."""
    return Invitation.objects.filter(Q(accepted_at__lte=before) | Q(accepted_at__isnull=True, expires_at__lte=before))


def sessions(at: datetime) -> QuerySet[Session]:
    """Sign-ins that ended by themselves, with whatever had been typed when they did."""
    return Session.objects.filter(expire_date__lte=at)


def devices(at: datetime) -> QuerySet[UserSession]:
    """On which devices people were signed in whose sign-in is over."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    rows: QuerySet[UserSession] = UserSession.objects.exclude(session_key__in=alive)
    return rows


def access_tokens(at: datetime) -> QuerySet[AccessToken]:
    return AccessToken.objects.filter(expires_at__lte=at)


TABLE: tuple[Line, ...] = (
    Rule(
        "Invitations to join an organisation's account",
        INVITATION,
        "In the audit trail: that someone was invited, who invited them, and who joined",
        due=invitations,
        is_whole=True,
    ),
    Rule(
        "Sign-ins",
        f"{settings.SESSION_COOKIE_AGE // 3600} hours, or until you sign out",
        due=sessions,
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "The device you signed in on, as “Firefox on Windows”, and when you last used it",
        "you sign out, or the sign-in ends",
        due=devices,
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "Access tokens for programs of yours, and when they were last used",
        "they expire or you revoke them",
        due=access_tokens,
        is_whole=True,
        is_noted=False,
    ),
    Line(
        "Accounts: name, email address, organisation, role",
        "you want one. You can ask us to close it",
        "Your name beside what you did here",
    ),
    Line(
        "The audit trail: who did what and when",
        "this service itself. People's own words are deleted from it after their retention period",
    ),
)
