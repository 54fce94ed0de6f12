"""Actions on people: invitations, accounts, names, second factors."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from core.accounts import links
from core.accounts.actions.roles import give_roles
from core.accounts.models import Organisation, Programme, User
from core.audit import trail
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused
from core.permissions import check


def discard_unconfirmed(email: str) -> bool:
    """Delete the account registered with this address if nobody proved the address or did anything with it.

    Whoever registers it next sets their own password: with the first one, somebody else might know it. Returns whether
    an account was deleted.
    """
    person = User.objects.filter(email__iexact=email.strip(), last_login=None).first()
    if person is None or not person.has_usable_password():  # invited people have a link of their own
        return False
    if EmailAddress.objects.filter(user=person, verified=True).exists() or person.memberships.exists() or person.roles:
        return False
    try:
        with transaction.atomic():
            person.delete()
    except (ProtectedError, RestrictedError):  # something was done in their name
        return False
    return True


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    by: User,
    at: datetime,
    roles: Iterable[str] = (),
    programme: Programme | None = None,
    works_for: Organisation | None = None,
) -> User:
    """Create an account and send its person a letter to choose a password; return the person.

    `roles` are given in `programme` (None: in the installation), which is also the letter's programme. Somebody who
    has an account keeps it and gets the roles besides their own, those that decide or pay once they are confirmed. The
    letter goes only to people who have never chosen a password. Raises Refused for a person whose account is closed.
    """
    check(by, "accounts.invite_person", programme)
    email = email.strip().lower()
    person = User.objects.filter(email=email).first()
    if person is None:
        person = User.objects.create_user(email, name=name, works_for=works_for)
        trail.record("person invited", person, by=by, at=at, **({} if programme is None else {"programme": programme}))
    if not person.is_active:
        raise Refused(f"The account of {person} is closed. Ask an administrator to reopen it.", field="email")
    if works_for and person.works_for_id is None:
        person.works_for = works_for
        person.save(update_fields=["works_for"])
    if wanted := frozenset(roles):
        held = person.role_assignments.filter(programme=programme).values_list("role", flat=True)
        asked = person.role_requests.filter(programme=programme).values_list("role", flat=True)
        give_roles(person, wanted.union(held, asked), programme=programme, by=by, at=at)
    if not person.has_usable_password():
        _send_welcome(person, programme, by=by, at=at)
    return person


@transaction.atomic
def invite_again(person: User, *, by: User, at: datetime) -> None:
    """Send a new link to somebody who has not yet chosen a password; the earlier one works until it expires."""
    check(by, "accounts.add_user", person)
    if person.has_usable_password():
        raise Refused(f"{person} already has a password and can ask for a new one on the sign-in page.")
    if not person.is_active:
        raise Refused(f"The account of {person} is closed. Open it first.")
    _send_welcome(person, None, by=by, at=at)
    trail.record("person invited again", person, by=by, at=at)


@transaction.atomic
def correct_address(person: User, *, email: str, by: User, at: datetime) -> None:
    """Give somebody who was invited and never signed in another address, and send the invitation there.

    Links sent to the old address stop working. Who has signed in has proved their address, and changes it themselves.
    """
    check(by, "accounts.change_user", person)
    if person.has_usable_password():
        raise Refused(f"{person} has signed in with this address and can change it on their account page.")
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise Refused("There is already an account with this address. Give that person the roles.", field="email")
    before, person.email = person.email, email
    person.save(update_fields=["email"])
    EmailAddress.objects.filter(user=person).delete()
    outbox.forward(before, person)
    trail.record("address corrected", person, by=by, at=at)
    publish(Event.PERSON_CHANGED, person, by=by, at=at, before=before)
    _send_welcome(person, None, by=by, at=at)


def _send_welcome(person: User, programme: Programme | None, *, by: User, at: datetime) -> None:
    EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    outbox.post(
        "accounts.welcome",
        to=person,
        key=f"welcome:{person.pk}:{at.isoformat()}",
        at=at,
        secret=True,
        invited_by=by,
        programme=programme,
        link=links.welcome(person),
        days=links.WELCOME_DAYS,
    )


@transaction.atomic
def open_account(person: User, *, name: str, password: str, at: datetime) -> None:
    """Save an invited person's name and password; following the link has verified their address."""
    if person.has_usable_password():
        raise Refused("This link has been used. Sign in with the password you chose.")
    person.name = name
    person.set_password(password)
    person.save(update_fields=["name", "password"])
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    trail.record("account opened", person, by=person, at=at)


@transaction.atomic
def change_name(person: User, *, name: str, by: User, at: datetime) -> None:
    check(by, "accounts.change_name", person)
    if person.name != name:
        trail.record("name changed", person, by=by, at=at)
        person.name = name
        person.save(update_fields=["name"])


@transaction.atomic
def remove_second_factor(person: User, *, by: User, at: datetime) -> None:
    """Remove the second factor of somebody who lost the app and the recovery codes; they get a letter."""
    check(by, "accounts.remove_second_factor", person)
    if by == person:
        raise Refused(
            "Another administrator must remove your second factor. If you have a code, you can do it on your "
            "account page."
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


@transaction.atomic
def follow_address(person: User, *, before: str, at: datetime) -> None:
    """Send what waits for a person's old address, and what is to come, to the new one, which they have proved."""
    person.refresh_from_db(fields=["email"])
    outbox.forward(before, person)
    trail.record("address changed", person, by=person, at=at)
    publish(Event.PERSON_CHANGED, person, by=person, at=at, before=before)
