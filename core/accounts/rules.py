"""Who somebody is, as predicates that every app's rules build on, and who may do what with people and organisations."""

from typing import TYPE_CHECKING, Any

from rules.predicates import Predicate, predicate

from core.accounts.models import Membership, Organisation, User
from core.accounts.roles import FUNDER_OFFICERS, SEES_ORGANISATIONS, Role
from core.permissions import permit

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LEAD = Membership.Standing.LEAD


def programme_of(thing: Any) -> int | None:
    """The id of the programme a thing belongs to; None for no thing, and for what belongs to the installation."""
    return getattr(thing, "programme_id", None)


def has_role(*roles: Role) -> Predicate:
    """Predicate: may sign in and holds one of these roles in the thing's programme; without a thing, in any."""

    def has_one(person: "User | AnonymousUser", thing: Any = None) -> bool:
        if not isinstance(person, User) or not person.is_active:
            return False
        programme = programme_of(thing)
        held = person.roles if programme is None else person.roles_in(programme)
        return not held.isdisjoint(roles)

    return Predicate(has_one, name="has_role:" + "|".join(sorted(roles)))


is_officer = has_role(Role.OFFICER)
is_director = has_role(Role.DIRECTOR)
is_funder_officer = has_role(*FUNDER_OFFICERS)
is_finance = has_role(Role.FINANCE)
is_committee = has_role(Role.COMMITTEE)
is_funder_assessor = has_role(Role.FUNDER_ASSESSOR)
is_host_assessor = has_role(Role.HOST_ASSESSOR)
is_assessor = has_role(Role.FUNDER_ASSESSOR, Role.HOST_ASSESSOR)
is_line_manager = has_role(Role.LINE_MANAGER)
is_programme_manager = has_role(Role.PROGRAMME_MANAGER)
is_learning_partner = has_role(Role.LEARNING_PARTNER)
is_administrator = has_role(Role.ADMINISTRATOR)


def standing_in(person: "User | AnonymousUser", thing: Any) -> tuple[str, bool] | None:
    """Return (standing, is signatory) of a person in an organisation (or a thing's organisation); None outside."""
    if not isinstance(person, User) or not person.is_active:
        return None
    organisation = thing.pk if isinstance(thing, Organisation) else getattr(thing, "organisation_id", None)
    return person.standings.get(organisation) if organisation else None


def is_member_of(person: "User | AnonymousUser", thing: Any) -> bool:
    """Tell whether the person belongs to this organisation (or to the `organisation` of this thing)."""
    return standing_in(person, thing) is not None


def is_lead_of(person: "User | AnonymousUser", thing: Any) -> bool:
    """Tell whether the person leads this organisation: only a lead submits."""
    standing = standing_in(person, thing)
    return standing is not None and standing[0] == LEAD


def is_signatory_of(person: "User | AnonymousUser", thing: Any) -> bool:
    """Tell whether the person is an authorised signatory of this organisation: only a signatory binds."""
    standing = standing_in(person, thing)
    return standing is not None and standing[1]


is_member = predicate(is_member_of)
is_lead = predicate(is_lead_of)
is_signatory = predicate(is_signatory_of)


@predicate
def sees_organisation(person: "User | AnonymousUser", organisation: Organisation | None) -> bool:
    """Administrators see every organisation; the funder's office those that take part in its programmes."""
    if not isinstance(person, User) or not person.is_active:
        return False
    if is_administrator(person):
        return True
    programmes = person.programmes_as(*SEES_ORGANISATIONS)
    if organisation is None or organisation.pk is None:
        return bool(programmes)
    return bool(programmes) and organisation.programmes.filter(pk__in=programmes).exists()


keeps_organisations = is_administrator | (is_funder_officer & sees_organisation)
ONLY_LEAD = "Only a lead of the organisation can do this. Ask one to sign in."
ONLY_ADMINISTRATOR = "Only an administrator can do this."
ONLY_LEAD_OR_OFFICE = "Only a lead of the organisation or the grants office can do this."

permit("accounts.view_organisation", is_member | sees_organisation)
permit("accounts.change_organisation", is_lead | keeps_organisations, ONLY_LEAD_OR_OFFICE)
permit(
    "accounts.add_organisation", is_administrator | is_funder_officer, "Only the grants office adds an organisation."
)
permit("accounts.invite_to_organisation", is_lead, "Only a lead of the organisation invites people to it.")
permit("accounts.leave_organisation", is_member, "You are not a member of this organisation.")
permit("accounts.appoint_lead", keeps_organisations, "Only the grants office appoints a lead.")
permit("accounts.view_membership", is_member | sees_organisation)
permit("accounts.add_membership", keeps_organisations, "Only the grants office adds a member.")
permit("accounts.change_membership", is_lead | keeps_organisations, ONLY_LEAD_OR_OFFICE)
permit("accounts.delete_membership", is_lead | keeps_organisations, ONLY_LEAD_OR_OFFICE)
permit("accounts.view_invitation", is_member | sees_organisation)
permit("accounts.view_user", is_administrator)
permit("accounts.add_user", is_administrator, ONLY_ADMINISTRATOR)
permit("accounts.change_user", is_administrator, ONLY_ADMINISTRATOR)
permit("accounts.give_roles", is_administrator, "Only an administrator gives roles.")
permit("accounts.view_programme", is_funder_officer)
permit("accounts.add_programme", is_funder_officer | is_administrator, "Only the grants office adds a programme.")
permit("accounts.change_programme", is_funder_officer | is_administrator, "Only the grants office changes a programme.")
