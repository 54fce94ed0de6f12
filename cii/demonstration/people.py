"""The people who can sign in to the demonstration: invented, on example.org."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from cii.demonstration.history import organisation
from cii.demonstration.history_facts import FUNDERS, HOST, LEARNING_PARTNER
from core.accounts.actions import confirm_roles, give_roles
from core.accounts.models import Membership, Organisation, Programme, User
from core.accounts.roles import CONFIRMED_ROLES, Role
from core.dates import london

PASSWORD = "lantern-ferry-orchard-26"  # noqa: S105 - printed for everyone who tries the demonstration
BEFORE_THE_MEETINGS = timedelta(days=3 * 365)
APPLICANT, RIVAL = "Marigold Advice Centre", "Riverside Welcome Network"


@dataclass(frozen=True)
class Person:
    """Somebody of the cast: the key in the JSON, the name, the role, and for whom they work."""

    key: str
    name: str
    role: Role | None = None
    works_for: str = ""
    member_of: str = ""
    standing: str = Membership.Standing.LEAD
    is_signatory: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}.{self.key.replace('_', '-')}@example.org"


FUND = FUNDERS[0]
CAST = (
    Person("officer", "Olive Marsh", Role.OFFICER, FUND),
    Person("second_officer", "Osman Reid", Role.OFFICER, FUND),
    Person("director", "Delphine Ward", Role.DIRECTOR, FUND),
    Person("finance", "Femi Castle", Role.FINANCE, FUND),
    Person("committee", "Carys Holt", Role.COMMITTEE, FUND),
    Person("trust_assessor", "Tamsin Boyle", Role.FUNDER_ASSESSOR, FUND),
    Person("gla_assessor", "Gideon Price", Role.HOST_ASSESSOR, HOST),
    Person("line_manager", "Leila Frost", Role.LINE_MANAGER, HOST),
    Person("si_manager", "Samir Dale", Role.PROGRAMME_MANAGER, HOST),
    Person("learning", "Lowri Penn", Role.LEARNING_PARTNER, LEARNING_PARTNER),
    Person("administrator", "Ada Quill", Role.ADMINISTRATOR, FUND),
    Person("second_administrator", "Adil Stone", Role.ADMINISTRATOR, FUND),
    Person("applicant", "Amara Finch", member_of=APPLICANT),
    Person("signatory", "Sunita Grove", member_of=APPLICANT, standing=Membership.Standing.EDITOR, is_signatory=True),
    Person("rival", "Rhys Calder", member_of=RIVAL, is_signatory=True),
    Person("secondee", "Sorcha Lane"),
    Person("home_manager", "Hakim Brook"),
)
# Not in the JSON, whose keys other programs rely on.
CONTRIBUTOR = Person("contributor", "Clover Nash", member_of="Harbour Fund (invented)")


@cache
def hashed() -> str:
    """The password as it is stored; worked out once, since it is meant to be slow."""
    return make_password(PASSWORD)


def account(email: str, name: str, works_for: Organisation | None = None) -> User:
    """The person of this address with the demonstration's password, made if they are not there."""
    found = User.objects.filter(email=email).first()
    if found is None:
        found = User.objects.create(email=email, name=name, works_for=works_for, password=hashed())
        EmailAddress.objects.create(user=found, email=email, verified=True, primary=True)
    return found


def join(person: User, name: str, at: datetime, **standing: Any) -> Organisation:
    """Make somebody a member of the organisation of this name, as its lead unless said otherwise."""
    number = f"{9_000_001 + Organisation.objects.count()}"  # no register has numbers as high as these
    details = {"charity_number": number, "address": "1 Example Street\nLondon E1 0AA"}
    body = organisation(name, legal_form=Organisation.LegalForm.CHARITY, **details)
    defaults = {"standing": Membership.Standing.LEAD, "joined_at": at, **standing}
    Membership.objects.get_or_create(person=person, organisation=body, defaults=defaults)
    return body


def build(at: datetime) -> dict[str, User]:
    cast = {}
    for person in CAST:
        employer = organisation(person.works_for) if person.works_for else None
        cast[person.key] = account(person.email, person.name, employer)
    for administrator in (cast["administrator"], cast["second_administrator"]):
        if not administrator.roles:  # written directly: there is nobody yet who could give the role
            administrator.role_assignments.create(role=Role.ADMINISTRATOR)
            administrator.is_staff = True
            administrator.save(update_fields=["is_staff"])
            administrator.forget_answers()
    for person in CAST:
        if person.member_of:
            join(cast[person.key], person.member_of, at, standing=person.standing, is_signatory=person.is_signatory)
    return {key: User.objects.get(pk=person.pk) for key, person in cast.items()}


def give_programme_roles(cast: dict[str, User], programme: Programme, at: datetime) -> dict[str, User]:
    """Give everyone of the cast their role in the programme, once; returns the cast read anew."""
    for person in CAST:
        if person.role and person.role != Role.ADMINISTRATOR and not cast[person.key].roles:
            give_roles(cast[person.key], [person.role], programme=programme, by=cast["administrator"], at=at)
            if person.role in CONFIRMED_ROLES:
                confirm_roles(cast[person.key], by=cast["second_administrator"], at=at)
                cast[person.key].seats.update(from_on=london(at).date() - BEFORE_THE_MEETINGS)
    return {key: User.objects.get(pk=person.pk) for key, person in cast.items()}
