"""People and organisations for tests: only what a row must have."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import factory
from allauth.account.models import EmailAddress

from core.accounts.models import Membership, Organisation, Programme, User
from core.accounts.roles import FUNDER_OFFICERS, OPENS_ADMIN, Role

PASSWORD = "correct horse battery"
INITIATIVE = "cii"

# The programme that factories build in, by its slug, and the word that its people's names end in.
_current: ContextVar[tuple[str, str]] = ContextVar("current", default=(INITIATIVE, ""))


@contextmanager
def building_in(slug: str, marker: str) -> Iterator[None]:
    """Have every factory build in this programme instead of the Initiative; `marker` ends its people's names."""
    token = _current.set((slug, marker))
    try:
        yield
    finally:
        _current.reset(token)


def address(name: str) -> str:
    """The email address of the person of this name in the current programme."""
    slug, _ = _current.get()
    return f"{name}@example.org" if slug == INITIATIVE else f"{name}@{slug}.example.org"


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who has proved their address and chosen the password above."""

    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")

    @classmethod
    def _create(cls, _model: type[User], *_args: Any, **kwargs: Any) -> User:
        kwargs["name"] = f"{kwargs['name']} {_current.get()[1]}".strip()
        person = User.objects.create_user(kwargs.pop("email"), kwargs.pop("password", PASSWORD), **kwargs)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        return person


class OrganisationFactory(factory.django.DjangoModelFactory):
    """A body with a name."""

    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n}")
    # What an award asks of it.
    legal_form = Organisation.LegalForm.OTHER
    has_no_number = True
    address = "1 Example Street, London E1 0AA"


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody who leads an organisation."""

    class Meta:
        model = Membership

    person = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    standing = Membership.Standing.LEAD


def programme(slug: str = "", **fields: Any) -> Programme:
    """Return the programme of this slug (the current one unless said otherwise): one for all of a test."""
    slug = slug or _current.get()[0]
    if (found := Programme.objects.filter(slug=slug).first()) is not None:
        return found
    defaults = {
        "name": "Citizenship and Integration Initiative",
        "slug": slug,
        "reference_prefix": "CII",
        "funder": OrganisationFactory(name="Trust for London"),
        "host": OrganisationFactory(name="Greater London Authority"),
        "learning_partner": OrganisationFactory(name="Renaisi"),
        "fewest_placements": 2,
        "most_placements": 5,
        "cover_name": "backfill",
    }
    made = Programme.objects.create(**defaults | fields)
    made.organisations.add(made.funder, made.host, made.learning_partner)
    return made


def taking_part(organisation: Organisation, within: Programme | None = None) -> Organisation:
    """Have an organisation take part in a programme, the Initiative unless said otherwise; return it."""
    (within or programme()).organisations.add(organisation)
    return organisation


def hold(person: User, *roles: str, within: Programme | None = None) -> None:
    """Have a person hold these roles, in the Initiative unless said otherwise, without the rules being asked."""
    for role in roles:
        place = None if Role(role) == Role.ADMINISTRATOR else within or programme()
        person.role_assignments.get_or_create(role=Role(role).value, programme=place)
    if not FUNDER_OFFICERS.isdisjoint(roles):
        _declare_none(person, within or programme())
    person.forget_answers()


def _declare_none(person: User, within: Programme) -> None:
    """As whoever joins the office does, about what was submitted."""
    from applications.models import Application, Interest

    rows = Application.objects.filter(call__programme=within, submitted_at__isnull=False, is_rehearsal=False)
    Interest.objects.bulk_create(
        Interest(application=row, person=person, has_conflict=False, declared_at=row.submitted_at)
        for row in rows.exclude(interests__person=person)
    )


def person_with(
    *roles: str, works_for: Organisation | None = None, within: Programme | None = None, **fields: Any
) -> User:
    """Return somebody with these roles, who can open the admin if one of them may."""
    may_open_admin = not OPENS_ADMIN.isdisjoint(roles)
    person = UserFactory(works_for=works_for, is_staff=may_open_admin, **fields)
    hold(person, *roles, within=within)
    return person


def lead_of(organisation: Organisation, *, is_signatory: bool = False) -> User:
    """Return somebody who leads this organisation."""
    return MembershipFactory(organisation=organisation, is_signatory=is_signatory).person


def editor_of(organisation: Organisation, *, is_signatory: bool = False) -> User:
    """Return somebody who edits for this organisation."""
    standing = Membership.Standing.EDITOR
    return MembershipFactory(organisation=organisation, standing=standing, is_signatory=is_signatory).person
