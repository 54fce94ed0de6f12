"""Who may do what with people and organisations: the written matrix."""

import pytest
from django.contrib.auth.models import AnonymousUser

from core.accounts import rules
from core.accounts.models import Organisation
from core.accounts.roles import Role
from core.visibility import visible
from tests.accounts.factories import (
    OrganisationFactory,
    UserFactory,
    editor_of,
    lead_of,
    person_with,
    programme,
    taking_part,
)

pytestmark = pytest.mark.django_db

TRUST = {"officer", "director"}
KEEPERS = TRUST | {"administrator"}
MATRIX = {
    "accounts.view_organisation": KEEPERS | {"finance", "lead", "editor"},
    "accounts.change_organisation": KEEPERS | {"lead"},
    "accounts.add_organisation": KEEPERS,
    "accounts.invite_to_organisation": {"lead"},
    "accounts.view_membership": KEEPERS | {"finance", "lead", "editor"},
    "accounts.add_membership": KEEPERS,
    "accounts.change_membership": KEEPERS | {"lead"},
    "accounts.delete_membership": KEEPERS | {"lead"},
    "accounts.view_invitation": KEEPERS | {"finance", "lead", "editor"},
    "accounts.view_user": {"administrator"},
    "accounts.add_user": {"administrator"},
    "accounts.change_user": {"administrator"},
    "accounts.give_roles": {"administrator"},
}
PREDICATES = {
    "is_officer": {"officer"},
    "is_director": {"director"},
    "is_funder_officer": TRUST,
    "is_finance": {"finance"},
    "is_committee": {"committee"},
    "is_funder_assessor": {"funder_assessor"},
    "is_host_assessor": {"host_assessor"},
    "is_assessor": {"funder_assessor", "host_assessor"},
    "is_line_manager": {"line_manager"},
    "is_programme_manager": {"programme_manager"},
    "is_learning_partner": {"learning_partner"},
    "is_administrator": {"administrator"},
}


@pytest.fixture
def organisation():
    """The organisation that is asked about."""
    return taking_part(OrganisationFactory())


@pytest.fixture
def everybody(organisation):
    """One person of every kind, by the name of the kind."""
    people = {role.name.lower(): person_with(role) for role in Role}
    closed = person_with(*Role)
    closed.is_active = False
    return people | {
        "nobody": AnonymousUser(),
        "newcomer": UserFactory(),
        "closed": closed,
        "lead": lead_of(organisation),
        "editor": editor_of(organisation),
        "stranger": lead_of(OrganisationFactory()),
    }


@pytest.mark.parametrize("permission", MATRIX)
def test_a_permission_is_held_by_exactly_these_people(permission, everybody, organisation):
    assert {kind for kind, person in everybody.items() if person.has_perm(permission, organisation)} == MATRIX[
        permission
    ]


@pytest.mark.parametrize("name", PREDICATES)
def test_a_predicate_says_yes_to_exactly_these_people(name, everybody):
    predicate = getattr(rules, name)
    assert {kind for kind, person in everybody.items() if predicate(person)} == PREDICATES[name]


@pytest.mark.parametrize("permission", MATRIX)
def test_without_an_organisation_only_the_role_counts(permission, everybody):
    allowed = {kind for kind, person in everybody.items() if person.has_perm(permission)}
    assert allowed == MATRIX[permission] - {"lead", "editor"}


def test_an_organisation_is_listed_if_and_only_if_it_is_viewable(everybody, organisation):
    other = OrganisationFactory()
    people = everybody | {"superuser": UserFactory(is_superuser=True)}
    for person in people.values():
        listed = set(visible(Organisation, person))
        viewable = {row for row in Organisation.objects.all() if person.has_perm("accounts.view_organisation", row)}
        assert listed == viewable
    assert other not in visible(Organisation, everybody["lead"])


def test_a_superuser_sees_everything_and_changes_nothing():
    superuser = UserFactory(is_superuser=True)
    for _ in range(2):  # with fewer administrators a superuser gives roles
        person_with(Role.ADMINISTRATOR)
    allowed = {permission for permission in MATRIX if superuser.has_perm(permission)}
    assert allowed == {permission for permission in MATRIX if ".view_" in permission}


def test_the_office_of_another_programme_has_no_permission_on_an_organisation(organisation):
    other = programme(slug="other", name="Other", reference_prefix="OTH")
    for role in (Role.OFFICER, Role.DIRECTOR, Role.FINANCE):
        person = person_with(role, within=other)
        allowed = {name for name in MATRIX if person.has_perm(name, organisation)}
        assert allowed <= {"accounts.add_organisation"}


def test_only_a_signatory_signs_and_only_for_their_own(organisation):
    signatory = editor_of(organisation, is_signatory=True)
    assert rules.is_signatory_of(signatory, organisation)
    assert not rules.is_signatory_of(signatory, OrganisationFactory())
    assert not rules.is_signatory_of(lead_of(organisation), organisation)
    assert not rules.is_signatory_of(AnonymousUser(), organisation)


def test_membership_is_asked_of_the_organisation_a_thing_belongs_to(organisation):
    lead = lead_of(organisation)
    invitation = organisation.invitations.model(organisation=organisation)
    assert rules.is_member_of(lead, invitation)
    assert rules.is_lead_of(lead, invitation)
    assert not rules.is_member_of(lead, None)


def test_roles_and_standings_are_asked_of_the_database_once(organisation, django_assert_num_queries):
    person = lead_of(organisation)
    with django_assert_num_queries(2):
        for _ in range(3):
            person.has_perm("accounts.view_organisation", organisation)
            person.has_perm("accounts.view_user", organisation)
