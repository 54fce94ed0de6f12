"""Who somebody is, as predicates that every app's rules build on, and who may do what with people and organisations.

A superuser passes every `has_perm` of Django's; that is for repair, and no lifecycle is passed by it.
"""

from typing import TYPE_CHECKING, Any

from rules.permissions import add_perm
from rules.predicates import Predicate, predicate

from core.accounts.models import Membership, Organisation, User
from core.accounts.roles import SEES_ORGANISATIONS, Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LEAD = Membership.Standing.LEAD


def has_role(*roles: Role) -> Predicate:
    """Return the predicate that says yes to somebody in any of these groups who may sign in; no to anonymous."""

    def has_one(person: "User | AnonymousUser") -> bool:
        return isinstance(person, User) and person.is_active and not person.roles.isdisjoint(roles)

    return Predicate(has_one, name="has_role:" + "|".join(sorted(roles)))


is_officer = has_role(Role.OFFICER)
is_director = has_role(Role.DIRECTOR)
is_trust_officer = has_role(Role.OFFICER, Role.DIRECTOR)
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
sees_organisations = has_role(*SEES_ORGANISATIONS)
keeps_organisations = is_trust_officer | is_administrator

add_perm("accounts.view_organisation", is_member | sees_organisations)
add_perm("accounts.change_organisation", is_lead | keeps_organisations)
add_perm("accounts.add_organisation", keeps_organisations)
add_perm("accounts.invite_to_organisation", is_lead)
add_perm("accounts.leave_organisation", is_member)
add_perm("accounts.appoint_lead", keeps_organisations)
add_perm("accounts.view_membership", is_member | sees_organisations)
add_perm("accounts.add_membership", keeps_organisations)
add_perm("accounts.change_membership", is_lead | keeps_organisations)
add_perm("accounts.delete_membership", is_lead | keeps_organisations)
add_perm("accounts.view_invitation", is_member | sees_organisations)
add_perm("accounts.view_user", is_administrator)
add_perm("accounts.add_user", is_administrator)
add_perm("accounts.change_user", is_administrator)
add_perm("accounts.give_roles", is_administrator)
