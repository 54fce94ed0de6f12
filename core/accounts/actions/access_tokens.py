"""Makes and revokes the tokens with which a person's programs read."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from core.accounts.models import AccessToken, Scope, User
from core.audit import trail
from core.lifecycle import Refused, require
from core.permissions import check

MOST = 10  # tokens of one person
LONGEST = 365  # days


@transaction.atomic
def make_access_token(person: User, *, name: str, scopes: Collection[str], days: int, by: User, at: datetime) -> str:
    """Return a new token, which is shown once; the database keeps its digest.

    Raises Refused without a scope, for more than a year, and for an eleventh token.
    """
    check(by, "accounts.make_access_token", person)
    chosen = [scope for scope in Scope.values if scope in scopes]
    require(bool(chosen), "Choose what the token may read.", "scopes")
    require(0 < days <= LONGEST, f"Enter a number of days from 1 to {LONGEST}.", "days")
    User.objects.select_for_update().get(pk=person.pk)
    if person.access_tokens.working(at).for_programs().count() >= MOST:
        raise Refused(f"You have {MOST} tokens. Revoke one first.")
    token = secrets.token_urlsafe(32)
    AccessToken.objects.create(
        person=person,
        name=name.strip(),
        scopes=" ".join(chosen),
        digest=digest_of(token),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    trail.record("access token made", person, by=by, at=at, reads=chosen)
    return token


@transaction.atomic
def revoke_access_token(token: AccessToken, *, by: User, at: datetime) -> None:
    check(by, "accounts.revoke_access_token", token.person)
    token.delete()
    trail.record("access token revoked", token.person, by=by, at=at)


def person_of(token: str, at: datetime) -> AccessToken | None:
    """The row of a token that works now, with its person; its last use is noted once a minute."""
    found = AccessToken.objects.working(at).select_related("person").filter(digest=digest_of(token)).first()
    if found and (found.last_used_at is None or at - found.last_used_at >= AccessToken.USED_WITHIN):
        AccessToken.objects.filter(pk=found.pk).update(last_used_at=at)
    return found


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()
