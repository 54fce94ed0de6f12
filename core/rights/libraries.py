"""Tables of Django and allauth: how their rows lead to an account, since they cannot declare `Promises` of their own.

`check_libraries` names a table that is in neither list, so that a new library cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.checks import Error
from django.db.models import Model

from core.promises import own_models
from core.rights.person import Person


@dataclass(frozen=True, slots=True)
class OfLibrary:
    """The way from a row to the account, what of it a person gets to read, and what is a secret of theirs."""

    way: str
    fields: str
    withheld: str = ""


FOUND = {
    "account.EmailAddress": OfLibrary("user", "email verified primary"),
    "account.EmailConfirmation": OfLibrary("email_address__user", "created sent", "key"),
    "mfa.Authenticator": OfLibrary("user", "type created_at last_used_at", "data"),
    "usersessions.UserSession": OfLibrary("user", "created_at last_seen_at ip user_agent", "session_key data"),
    "socialaccount.SocialAccount": OfLibrary("user", "provider uid last_login date_joined extra_data"),
    "socialaccount.SocialToken": OfLibrary("account__user", "expires_at", "token token_secret"),
    "admin.LogEntry": OfLibrary("user", "action_time object_repr change_message"),
}
ABOUT_NOBODY = frozenset({"auth.Permission", "auth.Group", "contenttypes.ContentType", "socialaccount.SocialApp"})
BY_CONTENT = frozenset({"sessions.Session"})  # whose it is stands in what it keeps
OF_SESSION = ("_auth_user_id", "_auth_user_backend", "_auth_user_hash")


def check_libraries(**_kwargs: Any) -> list[Error]:
    known = {*FOUND, *ABOUT_NOBODY, *BY_CONTENT, *(model._meta.label for model in own_models())}
    return [
        Error(
            f"{model._meta.label} may hold something about a person, and core/rights/libraries.py does not know it.",
            obj=model,
            id="rights.E001",
        )
        for model in apps.get_models()
        if model._meta.label not in known
    ]


def rows(person: Person) -> Iterator[tuple[Model, OfLibrary]]:
    if person.account is None:
        return
    for label, one in FOUND.items():
        model = apps.get_model(label)
        for row in model._base_manager.filter(**{one.way: person.account}).order_by("pk"):
            yield row, one


def sessions(person: Person) -> Iterator[tuple[Session, dict[str, Any]]]:
    """The person's sign-ins with what they keep: drafts that were typed when a session ended, messages to be shown.

    And the pages with errors that core/post_redirect.py keeps.
    """
    if person.account is None:
        return
    for session in Session.objects.order_by("pk").iterator():
        content = SessionStore().decode(session.session_data)
        if person.account.pk == content.get("person"):
            yield session, {"page kept until you correct it": content["path"]}
        elif content.get("_auth_user_id") == str(person.account.pk):
            yield session, {name: value for name, value in content.items() if name not in OF_SESSION}
