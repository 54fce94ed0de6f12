"""Signing somebody out: they themselves, one by one or everywhere else; an administrator, everywhere."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction

from core.accounts import links
from core.accounts.models import User
from core.audit import trail
from core.letters import outbox
from core.permissions import check


@transaction.atomic
def end_sessions(person: User, *, by: User, at: datetime, only: int | None = None, but: str | None = None) -> int:
    """End the person's sessions: all, the one with this number, or all but the one with this key. Return how many.

    When somebody else does it, the trail says so and the person gets an email.
    """
    check(by, "accounts.end_sessions", person)
    rows = UserSession.objects.filter(user=person).exclude(session_key=but)
    ended = list(rows if only is None else rows.filter(pk=only))
    for row in ended:
        row.end()
    if by != person:
        trail.record("signed out everywhere", person, by=by, at=at)
        outbox.post(
            "accounts.sessions_ended",
            to=person,
            key=f"sessions ended:{person.pk}:{at.isoformat()}",
            at=at,
            ended_by=by,
            sign_in=links.absolute("account_login"),
        )
    return len(ended)
