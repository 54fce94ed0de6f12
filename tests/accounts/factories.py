"""People and organisations for tests: only what a row must have."""

from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from core.accounts.models import Membership, Organisation, User
from core.accounts.roles import OPENS_ADMIN, Role

PASSWORD = "correct horse battery"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who has proved their address and chosen the password above."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, _model: type[User], *_args: Any, **kwargs: Any) -> User:
        person = User.objects.create_user(kwargs.pop("email"), kwargs.pop("password", PASSWORD), **kwargs)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A body with a name."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody who leads an organisation."""

    class Meta:
        model = Membership

    person = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    standing = Membership.Standing.LEAD


def person_with(*roles: str, works_for: Organisation | None = None, **fields: Any) -> User:
    """Return somebody with these roles, who may open the admin if one of them may."""
    may_open_admin = not OPENS_ADMIN.isdisjoint(roles)
    person = UserFactory(works_for=works_for, is_staff=may_open_admin, **fields)
    person.groups.set([Group.objects.get_or_create(name=Role(role).value)[0] for role in roles])
    return person


def lead_of(organisation: Organisation, *, is_signatory: bool = False) -> User:
    """Return somebody who leads this organisation."""
    return MembershipFactory(organisation=organisation, is_signatory=is_signatory).person


def editor_of(organisation: Organisation, *, is_signatory: bool = False) -> User:
    """Return somebody who edits for this organisation."""
    standing = Membership.Standing.EDITOR
    return MembershipFactory(organisation=organisation, standing=standing, is_signatory=is_signatory).person
