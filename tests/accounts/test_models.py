"""What the tables of people and organisations refuse, and what one row can tell."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction

from core.accounts.models import Invitation, Membership, User
from tests.accounts.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_one_person_has_one_account_however_the_address_is_typed():
    UserFactory(email="Same@Example.org")
    assert User.objects.get().email == "same@example.org"
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="SAME@example.org", name="Other")
    assert User.objects.get_by_natural_key(" SAME@example.org ").email == "same@example.org"


def test_a_superuser_may_open_the_admin():
    person = User.objects.create_superuser("root@example.org", "a long password", name="Root")
    assert (person.is_staff, person.is_superuser) == (True, True)


def test_a_person_belongs_to_an_organisation_once():
    membership = MembershipFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        MembershipFactory(person=membership.person, organisation=membership.organisation)


def test_a_standing_that_does_not_exist_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=UserFactory(), organisation=OrganisationFactory(), standing="owner")


def test_an_invitation_is_not_accepted_by_nobody(now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.create(
            organisation=OrganisationFactory(),
            email="x@example.org",
            token_digest="0",
            invited_by=UserFactory(),
            invited_at=now,
            expires_at=now + timedelta(days=1),
            accepted_at=now,
        )


@pytest.mark.parametrize(
    ("numbers", "identifier"),
    [
        ({"charity_number": "123456", "company_number": "01234567"}, "GB-CHC-123456"),
        ({"company_number": "01234567"}, "GB-COH-01234567"),
    ],
)
def test_the_open_identifier_comes_from_the_register(numbers, identifier):
    assert OrganisationFactory(**numbers).open_identifier("CII") == identifier


def test_an_organisation_on_no_register_has_an_identifier_of_the_publisher():
    organisation = OrganisationFactory()
    assert organisation.open_identifier("XYZ-G-2019-001") == f"360G-xyz-ORG-{organisation.pk}"


def test_people_and_memberships_are_named_as_people_read_them():
    membership = MembershipFactory(person__name="Ann Lee", organisation__name="Quay House")
    assert (str(membership), membership.person.get_full_name(), membership.person.get_short_name()) == (
        "Ann Lee at Quay House",
        "Ann Lee",
        "Ann Lee",
    )
    assert str(User(email="x@example.org")) == "x@example.org"
    assert (
        str(Invitation(organisation=membership.organisation, email="x@example.org"))
        == "Quay House invites x@example.org"
    )


def test_the_cache_has_its_table_after_migrating():
    cache.set("a", 1)
    assert cache.get("a") == 1
