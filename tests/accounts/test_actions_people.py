"""What is done to people."""

import pytest
from allauth.account.models import EmailAddress

from core.accounts import actions
from core.accounts.models import User
from core.accounts.roles import CONFIRMED_ROLES, OPENS_ADMIN, Role
from core.audit import trail
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory, UserFactory, person_with, programme
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    """Somebody who gives roles."""
    return person_with(Role.ADMINISTRATOR, name="Ada Minns")


@pytest.fixture
def second():
    """Somebody who confirms roles."""
    return person_with(Role.ADMINISTRATOR, name="Ben Ashby")


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_the_admin_exactly_when_it_is_listed_so(role, administrator, second, now):
    person = UserFactory()
    place = None if role == Role.ADMINISTRATOR else programme()
    actions.give_roles(person, [role], programme=place, by=administrator, at=now)
    if role in CONFIRMED_ROLES:
        actions.confirm_roles(person, by=second, at=now)
    person = User.objects.get(pk=person.pk)
    assert person.roles == {role.value}
    assert person.is_staff is (role in OPENS_ADMIN)


def test_taking_the_last_role_closes_the_admin(administrator, now):
    person = person_with(Role.OFFICER)
    actions.give_roles(person, [], programme=programme(), by=administrator, at=now)
    person.refresh_from_db()
    assert (person.roles, person.is_staff) == (frozenset(), False)


def test_roles_leave_a_line_in_the_trail_only_when_they_change(administrator, now):
    person = UserFactory()
    for _ in range(2):
        actions.give_roles(person, [Role.LINE_MANAGER], programme=programme(), by=administrator, at=now)
    lines = [(line.event, line.by, line.at, line.detail) for line in trail.history(person)]
    detail = {"roles": ["Host line manager"], "before": [], "programme": str(programme())}
    assert lines == [("roles given", administrator, now, detail)]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_an_administrator_gives_roles(role, now):
    person = UserFactory()
    with pytest.raises(Refused, match=SAID.only_an_administrator_can_give):
        actions.give_roles(person, [Role.OFFICER], programme=programme(), by=person_with(role), at=now)
    assert person.roles == frozenset()


def test_an_administrator_cannot_lock_themselves_out(administrator, now):
    with pytest.raises(Refused, match="Ask another administrator") as refusal:
        actions.give_roles(administrator, [], programme=None, by=administrator, at=now)
    assert refusal.value.field == "roles"
    assert administrator.roles == {"Administrator"}


def test_a_superuser_without_roles_keeps_the_admin(administrator, now):
    superuser = UserFactory(is_superuser=True, is_staff=True)
    actions.give_roles(superuser, [], programme=programme(), by=administrator, at=now)
    assert superuser.is_staff


@pytest.mark.parametrize(
    ("role", "in_programme"), [(Role.ADMINISTRATOR, True), *((r, False) for r in Role if r != Role.ADMINISTRATOR)]
)
def test_a_role_is_held_where_it_belongs(role, in_programme, administrator, now):
    person, place = UserFactory(), programme() if in_programme else None
    with pytest.raises(Refused) as refusal:
        actions.give_roles(person, [role], programme=place, by=administrator, at=now)
    assert (refusal.value.field, person.roles) == ("roles", frozenset())


def test_roles_in_one_programme_are_given_and_taken_without_touching_the_other(administrator, now):
    person, other = UserFactory(), programme(slug="other", name="Other", reference_prefix="OTH")
    for place in (programme(), other):
        actions.give_roles(
            person, [Role.LINE_MANAGER, Role.PROGRAMME_MANAGER], programme=place, by=administrator, at=now
        )
    actions.give_roles(person, [Role.PROGRAMME_MANAGER], programme=other, by=administrator, at=now)
    both = {Role.LINE_MANAGER, Role.PROGRAMME_MANAGER}
    assert (person.roles_in(programme().pk), person.roles_in(other.pk)) == (both, {Role.PROGRAMME_MANAGER})
    actions.give_all_roles(person, [f"{Role.LINE_MANAGER}|{other.pk}"], by=administrator, at=now)
    assert person.assignments == {(Role.LINE_MANAGER, other.pk)}


class TestSettingUp:
    """A fresh installation has a superuser and nobody who gives roles."""

    def test_a_superuser_makes_two_administrators_and_the_trail_says_by_what_right(self, now):
        root = User.objects.create_superuser("root@example.org", name="Root")
        first, second, third = (UserFactory() for _ in range(3))
        for person in (first, second):
            actions.give_roles(person, [Role.ADMINISTRATOR], programme=None, by=root, at=now)
        with pytest.raises(Refused, match=SAID.only_an_administrator_can_give):
            actions.give_roles(third, [Role.ADMINISTRATOR], programme=None, by=root, at=now)
        assert [person.roles for person in (first, second, third)] == [{"Administrator"}, {"Administrator"}, set()]
        line = trail.history(first).get()
        assert (line.by, line.detail["acting_as"]) == (
            root,
            SAID.superuser_while_there_were_fewer,
        )

    def test_an_administrator_whose_account_is_closed_is_not_counted(self, now):
        root = User.objects.create_superuser("root@example.org", name="Root")
        for is_active in (True, False):
            person_with(Role.ADMINISTRATOR, is_active=is_active)
        actions.give_roles(UserFactory(), [Role.ADMINISTRATOR], programme=None, by=root, at=now)
        assert not root.has_perm("accounts.give_roles")

    def test_a_superuser_who_is_an_administrator_acts_as_one(self, administrator, now):
        root = person_with(Role.ADMINISTRATOR, is_superuser=True)
        person = UserFactory()
        actions.give_roles(person, [Role.OFFICER], programme=programme(), by=root, at=now)
        assert "acting_as" not in trail.history(person).get().detail

    def test_a_superuser_whose_account_is_closed_gives_nothing(self, now):
        root = User.objects.create_superuser("root@example.org", name="Root", is_active=False)
        with pytest.raises(Refused):
            actions.give_roles(UserFactory(), [Role.ADMINISTRATOR], programme=None, by=root, at=now)

    def test_setting_up_is_giving_roles_and_nothing_else(self, now):
        root, person = User.objects.create_superuser("root@example.org", name="Root"), UserFactory()
        with pytest.raises(Refused, match="Only an administrator"):
            actions.remove_second_factor(person, by=root, at=now)
        with pytest.raises(Refused, match="Only an administrator"):
            actions.invite_person(email="new@example.org", name="New", by=root, at=now)


def test_an_unknown_role_is_no_role(administrator, now):
    with pytest.raises(ValueError, match="Wizard"):
        actions.give_roles(UserFactory(), ["Wizard"], programme=programme(), by=administrator, at=now)


def test_an_invited_person_has_roles_an_unproved_address_and_no_password(administrator, letters, now):
    trust = OrganisationFactory()
    with letters() as sent:
        person = actions.invite_person(
            email=" New.Person@Example.org ",
            name="New Person",
            roles=[Role.FUNDER_ASSESSOR],
            programme=programme(),
            works_for=trust,
            by=administrator,
            at=now,
        )
    person.refresh_from_db()
    assert (person.email, person.works_for, person.is_staff) == ("new.person@example.org", trust, True)
    assert person.roles == {"Funder assessor"}
    assert not person.has_usable_password()
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        *EmailAddress.objects.filter(user=administrator).values_list("user", "email", "verified", "primary"),
        (person.pk, "new.person@example.org", False, True),
    ]
    changed, letter = sent
    assert {one.subject for one in sent} == {"Your roles have changed", letter.subject}
    assert changed.to == letter.to == ["new.person@example.org"]
    assert "Ada Minns has opened a Citizenship and Integration Initiative account for you" in letter.body
    assert "It works once, for 7 days" in letter.body
    assert "http://localhost:8000/accounts/welcome/" in letter.body


def test_a_person_without_roles_is_invited_by_anybody_who_opens_a_placement(letters, now):
    manager = person_with(Role.PROGRAMME_MANAGER)
    with letters() as sent:
        person = actions.invite_person(email="secondee@example.org", name="Sam", by=manager, at=now)
    assert (person.roles, person.is_staff, len(sent)) == (frozenset(), False, 1)


def test_somebody_with_an_account_keeps_it_and_is_told_of_the_roles(administrator, letters, now):
    person = person_with(Role.OFFICER, email="here@example.org", name="Here Already")
    trust = OrganisationFactory()
    with letters() as sent:
        again = actions.invite_person(
            email="HERE@example.org",
            name="Other",
            roles=[Role.FUNDER_ASSESSOR],
            programme=programme(),
            works_for=trust,
            by=administrator,
            at=now,
        )
    assert again == person
    again.refresh_from_db()
    assert (again.name, again.works_for, sorted(again.roles)) == (
        "Here Already",
        trust,
        ["Funder assessor", "Grants officer"],
    )
    assert [letter.subject for letter in sent] == ["Your roles have changed"]


def test_a_closed_account_is_not_opened_by_an_invitation(administrator, now):
    UserFactory(email="gone@example.org", name="Gia Gone", is_active=False)
    with pytest.raises(Refused, match="The account of Gia Gone is closed") as refusal:
        actions.invite_person(email="gone@example.org", name="Gia", by=administrator, at=now)
    assert refusal.value.field == "email"


def test_only_an_administrator_invites_with_roles(now):
    with pytest.raises(Refused, match="Only an administrator"):
        actions.invite_person(
            email="a@example.org",
            name="A",
            roles=[Role.OFFICER],
            programme=programme(),
            by=person_with(Role.OFFICER),
            at=now,
        )
    assert not User.objects.filter(email="a@example.org").exists()


def test_an_invitation_is_sent_again_only_to_somebody_who_never_came(administrator, letters, now):
    with letters():
        person = actions.invite_person(email="late@example.org", name="Late", by=administrator, at=now)
    with letters() as sent:
        actions.invite_again(person, by=administrator, at=now.replace(hour=11))
    assert [letter.to for letter in sent] == [["late@example.org"]]
    with pytest.raises(Refused, match=SAID.already_has_a_password):
        actions.invite_again(UserFactory(), by=administrator, at=now)
    person.is_active = False
    with pytest.raises(Refused, match="is closed"):
        actions.invite_again(person, by=administrator, at=now)


def test_an_account_is_opened_once(now):
    person = User.objects.create_user("invited@example.org", name="Invited")
    actions.open_account(person, name="Ivy Invited", password="a long new password", at=now)
    person.refresh_from_db()
    assert person.name == "Ivy Invited"
    assert person.check_password("a long new password")
    assert EmailAddress.objects.get(user=person).verified
    with pytest.raises(Refused, match="has been used"):
        actions.open_account(person, name="Other", password="another password", at=now)


def test_a_changed_name_leaves_a_line_without_the_name(now):
    person = UserFactory(name="Before")
    actions.change_name(person, name="Before", by=person, at=now)
    actions.change_name(person, name="After", by=person, at=now)
    assert [(line.event, line.detail) for line in trail.history(person)] == [("name changed", {})]
    person.refresh_from_db()
    assert person.name == "After"
