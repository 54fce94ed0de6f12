"""What erasure does to an account: nobody signs in to it again, and it names nobody unless a record needs the name."""

from __future__ import annotations

from datetime import datetime

from django.apps import apps
from django.db import transaction

from core.accounts.models import User
from core.accounts.rules import is_last_administrator
from core.audit import trail
from core.audit.immutability import bypass_triggers
from core.events import Event, publish
from core.lifecycle import require
from core.promises import DELETED
from core.rights import libraries

NO_ADDRESS = "erased.invalid"  # a domain that never exists (RFC 2606)


@transaction.atomic
def leave(person: User, *, by: User | None, at: datetime) -> None:
    """Close the account and take its roles and memberships; whoever counted on the person is told, as on any leaving.

    Raises Refused for the last administrator.
    """
    sentence = f"{person} is the only administrator. Name another one first."
    require(not is_last_administrator(person), sentence, code="last_administrator")
    person.is_active = person.is_staff = person.is_superuser = False
    person.save(update_fields=["is_active", "is_staff", "is_superuser"])
    publish(Event.PERSON_LEFT, person, by=by, at=at)
    theirs = ("memberships", "role_assignments", "role_requests", "access_tokens", "email_choices")
    for name in theirs:
        getattr(person, name).all().delete()
    person.forget_answers()


@transaction.atomic
def empty(person: User, *, keeps_name: bool) -> None:
    """Delete what signs somebody in, and put a placeholder where the address was."""
    for label, one in libraries.FOUND.items():
        apps.get_model(label)._base_manager.filter(**{one.way: person}).delete()
    person.groups.clear()
    person.user_permissions.clear()
    person.email, person.last_login = f"{person.pk}@{NO_ADDRESS}", None
    person.set_unusable_password()
    if not keeps_name:
        person.name, person.works_for = DELETED, None
    person.save(update_fields=["email", "last_login", "password", "name", "works_for"])
    with bypass_triggers():
        trail.forget(User, [person.pk])


def is_erased(person: User) -> bool:
    return person.email.endswith(f"@{NO_ADDRESS}")
