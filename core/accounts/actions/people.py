"""What is done to people: roles given, an invitation sent, an account opened."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group
from django.db import transaction

from core.accounts import links
from core.accounts.models import Organisation, User
from core.accounts.roles import OPENS_ADMIN, Role
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused


@transaction.atomic
def give_roles(person: User, roles: Iterable[str], *, by: User | None, at: datetime) -> None:
    """Make these the person's roles, and open or close the admin to them accordingly.

    `by` is an administrator, or None for a command run on the machine itself. Raises Refused for anybody else, and
    for administrators who would lock themselves out.
    """
    if by is not None and not by.has_perm("accounts.give_roles"):
        raise Refused("Only an administrator gives roles.")
    wanted = frozenset(Role(role) for role in roles)
    if by == person and Role.ADMINISTRATOR in person.roles and Role.ADMINISTRATOR not in wanted:
        sentence = "You cannot take the role of administrator away from yourself. Ask another administrator."
        raise Refused(sentence, field="roles")
    before = sorted(person.roles)
    person.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in sorted(wanted)])
    person.is_staff = person.is_superuser or not wanted.isdisjoint(OPENS_ADMIN)
    person.save(update_fields=["is_staff"])
    person.forget_answers()
    after = sorted(role.value for role in wanted)
    if after != before:
        trail.record("roles given", person, by=by, at=at, roles=after, before=before)


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    by: User | None,
    at: datetime,
    roles: Iterable[str] = (),
    works_for: Organisation | None = None,
) -> User:
    """Make an account for somebody and ask them by letter to choose a password; return the person.

    Somebody who has an account keeps it and gets the roles besides their own; the letter goes only to people who have
    never chosen a password. Raises Refused for a person who may no longer sign in.
    """
    email = email.strip().lower()
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, name=name, works_for=works_for)
        trail.record("person invited", person, by=by, at=at)
    if not person.is_active:
        raise Refused(f"The account of {person} is closed. Ask an administrator to open it again.", field="email")
    if works_for and person.works_for_id is None:
        person.works_for = works_for
        person.save(update_fields=["works_for"])
    if wanted := frozenset(roles):
        give_roles(person, wanted | person.roles, by=by, at=at)
    if not person.has_usable_password():
        _welcome(person, by=by, at=at)
    return person


@transaction.atomic
def invite_again(person: User, *, by: User, at: datetime) -> None:
    """Send a new link to somebody who has not yet chosen a password; the earlier one goes on working for its time."""
    if person.has_usable_password():
        raise Refused(f"{person} has a password already, and can ask for a new one on the sign-in page.")
    if not person.is_active:
        raise Refused(f"The account of {person} is closed: open it first.")
    _welcome(person, by=by, at=at)
    trail.record("person invited again", person, by=by, at=at)


def _welcome(person: User, *, by: User | None, at: datetime) -> None:
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    outbox.post(
        "accounts.welcome",
        to=person,
        key=f"welcome:{person.pk}:{at.isoformat()}",
        at=at,
        secret=True,
        person=person,
        invited_by=by,
        link=links.welcome(person),
        days=links.WELCOME_DAYS,
    )


@transaction.atomic
def open_account(person: User, *, name: str, password: str, at: datetime) -> None:
    """Let an invited person in: their name, their password, and their address proved by the link they followed."""
    if person.has_usable_password():
        raise Refused("This link has been used. Sign in with the password you chose.")
    person.name = name
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    trail.record("account opened", person, by=person, at=at)


@transaction.atomic
def change_name(person: User, *, name: str, by: User, at: datetime) -> None:
    """Write the person's name as they want it."""
    if person.name != name:
        trail.record("name changed", person, by=by, at=at)
        person.name = name
        person.save(update_fields=["name"])


@transaction.atomic
def remove_second_factor(person: User, *, by: User, at: datetime) -> None:
    """Let somebody who lost the app and the recovery codes begin again; they are told by letter."""
    if by == person:
        raise Refused(
            "Another administrator removes your second factor; with a code you can do it on your account's page."
        )
    Authenticator.objects.filter(user=person).delete()
    trail.record("second factor removed", person, by=by, at=at)
    outbox.post(
        "accounts.second_factor_off",
        to=person,
        key=f"second factor removed:{person.pk}:{at.isoformat()}",
        at=at,
        reset=links.absolute("account_reset_password"),
    )
