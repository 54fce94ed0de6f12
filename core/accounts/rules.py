"""Who somebody is, as predicates that every app's rules build on; permissions on them, the trail and letters."""

from typing import TYPE_CHECKING

from rules.predicates import Predicate, predicate

from core.accounts.models import Invitation, Membership, Organisation, Programme, RoleAssignment, RoleRequest, User
from core.accounts.roles import FUNDER_OFFICERS, SEES_ORGANISATIONS, Role
from core.audit.models import Entry
from core.letters.models import Letter
from core.permissions import permit, programme_of
from core.visibility import hidden_from

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

LEAD = Membership.Standing.LEAD
FEWEST_ADMINISTRATORS = 2  # below this a superuser may give roles


def officers_of(programme_id: int | None = None) -> "QuerySet[User]":
    """The grants officers of a programme (of any programme, for None) who can sign in."""
    held = RoleAssignment.objects.filter(role=Role.OFFICER)
    if programme_id is not None:
        held = held.filter(programme=programme_id)
    return User.objects.filter(is_active=True, pk__in=held.values("person"))


def has_role(*roles: Role) -> Predicate:
    """Predicate: can sign in and holds one of these roles in the thing's programme; without a thing, in any."""

    def has_one(person: "User | AnonymousUser", thing: object = None) -> bool:
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


def standing_in(person: "User | AnonymousUser", thing: object) -> tuple[str, bool] | None:
    """Return (standing, is signatory) of a person in an organisation (or a thing's organisation); None outside."""
    if not isinstance(person, User) or not person.is_active:
        return None
    organisation = thing.pk if isinstance(thing, Organisation) else getattr(thing, "organisation_id", None)
    return person.standings.get(organisation) if organisation else None


def is_member_of(person: "User | AnonymousUser", thing: object) -> bool:
    """Tell whether the person belongs to this organisation (or to the `organisation` of this thing)."""
    return standing_in(person, thing) is not None


def is_lead_of(person: "User | AnonymousUser", thing: object) -> bool:
    """Tell whether the person leads this organisation: only a lead submits."""
    standing = standing_in(person, thing)
    return standing is not None and standing[0] == LEAD


def is_signatory_of(person: "User | AnonymousUser", thing: object) -> bool:
    """Tell whether the person is an authorised signatory of this organisation: only a signatory binds."""
    standing = standing_in(person, thing)
    return standing is not None and standing[1]


is_member = predicate(is_member_of)
is_lead = predicate(is_lead_of)
is_signatory = predicate(is_signatory_of)


def office_of_organisation(*roles: Role) -> Predicate:
    """Predicate: holds one of these roles in a programme in which the thing's organisation takes part.

    Without an organisation, or with one that is not saved yet: in any programme.
    """

    def holds(person: "User | AnonymousUser", thing: object = None) -> bool:
        if not isinstance(person, User) or not person.is_active:
            return False
        programmes = person.programmes_as(*roles)
        organisation = thing.pk if isinstance(thing, Organisation) else getattr(thing, "organisation_id", None)
        if organisation is None or not programmes:
            return bool(programmes)
        return Programme.objects.filter(pk__in=programmes, organisations=organisation).exists()

    return Predicate(holds, name="office_of_organisation:" + "|".join(sorted(roles)))


sees_organisation = is_administrator | office_of_organisation(*SEES_ORGANISATIONS)
keeps_organisations = is_administrator | office_of_organisation(*FUNDER_OFFICERS)


def works_for_the_office(person: User, organisation: Organisation) -> bool:
    """Holds a role of a funder or host, which is not this organisation: such people neither join it nor sign for it."""
    return bool(person.roles) and person.works_for_id != organisation.pk


@predicate
def is_signed_in(person: "User | AnonymousUser", _thing: object = None) -> bool:
    return isinstance(person, User) and person.is_active


@predicate
def is_oneself(person: "User | AnonymousUser", other: User | None) -> bool:
    return is_signed_in(person) and person == other


@predicate
def is_own_membership(person: "User | AnonymousUser", membership: Membership | None) -> bool:
    return isinstance(membership, Membership) and is_signed_in(person) and membership.person_id == person.pk


@predicate
def is_invited(person: "User | AnonymousUser", invitation: Invitation | None) -> bool:
    return (
        isinstance(person, User)
        and person.is_active
        and invitation is not None
        and person.email.lower() == invitation.email.lower()
    )


@predicate
def sets_up(person: "User | AnonymousUser", _thing: object = None) -> bool:
    """A superuser of an installation that has fewer than two administrators who can sign in."""
    if not isinstance(person, User) or not person.is_active or not person.is_superuser:
        return False
    return administrators().count() < FEWEST_ADMINISTRATORS


def administrators() -> "QuerySet[User]":
    return User.objects.filter(is_active=True, role_assignments__role=Role.ADMINISTRATOR)


def is_last_administrator(person: User) -> bool:
    everybody = administrators()
    return everybody.filter(pk=person.pk).exists() and not everybody.exclude(pk=person.pk).exists()


@predicate
def asked_by_another(person: "User | AnonymousUser", other: User | None) -> bool:
    """Some role of the other person was asked for by somebody else than this administrator."""
    if other is None or not isinstance(person, User):
        return other is None
    return RoleRequest.objects.filter(person=other).exclude(asked_by=person).exists()


@predicate
def has_requests(_person: object, other: User | None) -> bool:
    return other is not None and RoleRequest.objects.filter(person=other).exists()


@predicate
def is_of_programme(_person: object, thing: object | None) -> bool:
    """The thing belongs to a programme; without a thing, some may."""
    return thing is None or programme_of(thing) is not None


@predicate
def is_about_people(_person: object, entry: Entry | None) -> bool:
    """A line of the trail about people, organisations or programmes, or about a letter of the installation."""
    if entry is None or entry.thing_type.startswith("accounts."):
        return True
    return entry.thing_type.startswith("letters.") and entry.programme_id is None


@predicate
def is_of_installation(_person: object, letter: Letter | None) -> bool:
    return letter is None or letter.programme_id is None or letter.template.startswith("accounts.")


ONLY_LEAD_OR_OFFICE = "Only a lead of the organisation or the grants office can do this."
ONLY_ADMINISTRATOR = "Only an administrator can do this."

permit("accounts.view_organisation", is_member | sees_organisation)
permit("accounts.view_organisation_history", keeps_organisations)
permit("accounts.name_organisation", is_signed_in, "Sign in to name your organisation.")
permit("accounts.change_organisation", is_lead | keeps_organisations, ONLY_LEAD_OR_OFFICE)
permit(
    "accounts.add_organisation", is_administrator | is_funder_officer, "Only the grants office can add an organisation."
)
permit(
    "accounts.take_part",
    is_member | is_funder_officer | is_administrator,
    "Only a member of the organisation or the grants office can bring it into a programme.",
)
permit("accounts.appoint_lead", keeps_organisations, "Only the grants office can appoint a lead.")
permit("accounts.view_membership", is_member | sees_organisation)
permit("accounts.add_membership", keeps_organisations, "Only the grants office can add a member.")
permit("accounts.change_membership", is_lead | keeps_organisations, ONLY_LEAD_OR_OFFICE)
permit("accounts.delete_membership", is_lead | keeps_organisations, ONLY_LEAD_OR_OFFICE)
permit(
    "accounts.leave_organisation",
    is_own_membership,
    "You can only remove yourself. A lead of the organisation can remove others.",
)
permit("accounts.view_invitation", is_member | sees_organisation)
permit("accounts.invite_to_organisation", is_lead, "Only a lead of the organisation can invite people to it.")
permit(
    "accounts.accept_invitation",
    is_invited,
    "We sent this invitation to another email address. Sign out, then sign in or register with the address we "
    "sent it to.",
)
permit("accounts.view_user", is_administrator)
permit("accounts.view_user_history", is_administrator)
permit("accounts.add_user", is_administrator, ONLY_ADMINISTRATOR)
permit("accounts.change_user", is_administrator, ONLY_ADMINISTRATOR)
permit("accounts.link_account", is_oneself, "You can only link your own account.", asks_again=True)
permit("accounts.end_sessions", is_administrator | is_oneself, ONLY_ADMINISTRATOR)
permit(
    "accounts.make_access_token",
    has_role(*Role) & is_oneself,
    "Access tokens are for people with a role. Ask an administrator.",
    asks_again=True,
)
permit("accounts.make_calendar_address", is_oneself, "Only you can make the address of your own calendar.")
permit("accounts.revoke_access_token", is_administrator | is_oneself, ONLY_ADMINISTRATOR)
permit("accounts.change_name", is_oneself, "You can only change your own name.")
permit("accounts.give_roles", is_administrator | sets_up, "Only an administrator can give roles.", asks_again=True)
permit(
    "accounts.confirm_roles",
    is_administrator & ~is_oneself & asked_by_another,
    "Another administrator must confirm a role: not the one who asked for it, and not the person who gets it.",
    when=has_requests,
    asks_again=True,
)
permit("accounts.drop_role_requests", is_administrator, ONLY_ADMINISTRATOR, when=has_requests)
permit(
    "accounts.remove_second_factor",
    is_administrator,
    "Only an administrator can remove a second factor.",
    asks_again=True,
)
permit(
    "accounts.invite_person",
    is_administrator | is_funder_officer | is_programme_manager,
    "Only an administrator, the grants office or the host's programme manager can invite a person.",
)
permit("monitoring.view_status", is_funder_officer | is_administrator)
permit("monitoring.view_figures", is_administrator)
permit("documents.view_generateddocument", is_administrator)
permit("documents.view_generateddocument_history", is_administrator)
permit("documents.make_again_generateddocument", is_administrator, ONLY_ADMINISTRATOR)
permit("accounts.view_programme", is_funder_officer | is_administrator)
permit("accounts.view_programme_history", is_funder_officer | is_administrator)
permit("accounts.add_programme", is_administrator, "Only an administrator can add a programme.")
permit(
    "accounts.change_programme", is_funder_officer | is_administrator, "Only the grants office can change a programme."
)


@predicate
def is_not_hidden(person: "User | AnonymousUser", thing: Entry | Letter | None = None) -> bool:
    """Not about an application whose story is hidden from the person (core.visibility.hides)."""
    if thing is None or not isinstance(person, User):
        return True
    label = thing.case if isinstance(thing, Letter) else f"{thing.thing_type}:{thing.thing_id}"
    return label not in hidden_from(person)


reads_as_office = is_funder_officer & is_of_programme & is_not_hidden
permit("audit.view_entry", reads_as_office | (is_administrator & is_about_people))
reads_letter = reads_as_office | (is_administrator & is_of_installation)
permit("letters.view_letter", reads_letter)
permit("letters.view_letter_history", reads_letter)
permit("letters.send_again_letter", reads_letter, "Only the grants office or an administrator can send an email again.")
permit("letters.choose_emails", is_oneself, "You can only choose your own emails.")
permit("letters.view_letterwording", is_funder_officer)
permit("letters.view_letterwording_history", is_funder_officer)
permit("letters.word_letter", is_funder_officer, "Only the grants office of the programme can change its emails.")
permit("letters.view_mailing", is_funder_officer)
permit("letters.view_mailing_history", is_funder_officer)
permit("letters.write_to_many", is_funder_officer, "Only the grants office of the programme can write to many.")
