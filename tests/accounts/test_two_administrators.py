"""Nobody gives roles to themselves, and roles that decide or pay want two administrators."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.accounts import actions, work_queue
from core.accounts.models import RoleRequest, User
from core.accounts.roles import CONFIRMED_ROLES, Role
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.accounts.factories import UserFactory, person_with, programme
from tests.client import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person_with(Role.ADMINISTRATOR, name="Ada")


@pytest.fixture
def ben():
    return person_with(Role.ADMINISTRATOR, name="Ben")


def place_of(role):
    return None if role == Role.ADMINISTRATOR else programme()


def code_of(action, *args, **facts):
    with pytest.raises(Refused) as refused:
        action(*args, **facts)
    return refused.value.code


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_gives_a_role_to_themselves(role, ada, ben, now):
    code = code_of(actions.give_roles, ada, [role], programme=programme(), by=ada, at=now)
    assert (code, ada.roles, RoleRequest.objects.count()) == ("own_role", {"Administrator"}, 0)


def test_a_superuser_makes_themselves_the_first_administrator_and_gives_themselves_nothing_else(now):
    root = User.objects.create_superuser("root@example.org", name="Root")
    actions.give_roles(root, [Role.ADMINISTRATOR], programme=None, by=root, at=now)
    assert root.roles == {"Administrator"}
    assert code_of(actions.give_roles, root, [Role.FINANCE], programme=programme(), by=root, at=now) == "own_role"


@pytest.mark.parametrize("role", sorted(CONFIRMED_ROLES))
def test_a_role_that_decides_or_pays_waits_for_a_second_administrator(role, ada, ben, now):
    person, place = UserFactory(), place_of(role)
    actions.give_roles(person, [role], programme=place, by=ada, at=now)
    assert (User.objects.get(pk=person.pk).roles, person.is_staff) == (frozenset(), False)
    assert code_of(actions.confirm_roles, person, by=ada, at=now) == "accounts.confirm_roles"
    actions.confirm_roles(person, by=ben, at=now)
    person = User.objects.get(pk=person.pk)
    assert (person.roles, person.is_staff, RoleRequest.objects.count()) == ({role}, True, 0)
    assert [line.by for line in trail.history(person).filter(event="roles confirmed")] == [ben]
    assert trail.history(person).get(event="roles confirmed").detail["asked_by"] == ["Ada"]


@pytest.mark.parametrize("role", sorted(set(Role) - CONFIRMED_ROLES))
def test_other_roles_are_given_by_one(role, ada, ben, now):
    person = UserFactory()
    actions.give_roles(person, [role], programme=programme(), by=ada, at=now)
    assert User.objects.get(pk=person.pk).roles == {role}


def test_nobody_confirms_their_own_role(ada, ben, now):
    actions.give_roles(ada, [Role.OFFICER], programme=programme(), by=ben, at=now)
    assert code_of(actions.confirm_roles, ada, by=ada, at=now) == "accounts.confirm_roles"
    assert ada.roles == {"Administrator"}


def test_an_administrator_alone_names_only_the_second_administrator(ada, now):
    second, third, officer = UserFactory(), UserFactory(), UserFactory()
    actions.give_roles(officer, [Role.OFFICER], programme=programme(), by=ada, at=now)
    actions.give_roles(second, [Role.ADMINISTRATOR], programme=None, by=ada, at=now)
    actions.give_roles(third, [Role.ADMINISTRATOR], programme=None, by=ada, at=now)
    held = {person.pk: User.objects.get(pk=person.pk).roles for person in (second, third, officer)}
    assert held == {second.pk: {"Administrator"}, third.pk: frozenset(), officer.pk: frozenset()}
    assert "the second" in trail.history(second).get(event="roles given").detail["acting_as"]


def test_roles_asked_for_are_dropped_by_an_administrator_or_by_unticking(ada, ben, now):
    person = UserFactory()
    for _ in range(2):
        actions.give_roles(person, [Role.OFFICER], programme=programme(), by=ada, at=now)
        assert person.role_requests.count() == 1
    actions.drop_role_requests(person, by=ben, at=now)
    assert person.role_requests.count() == 0
    actions.give_roles(person, [Role.OFFICER, Role.FINANCE], programme=programme(), by=ada, at=now)
    actions.give_roles(person, [Role.FINANCE], programme=programme(), by=ada, at=now)
    assert [request.role for request in person.role_requests.all()] == [Role.FINANCE]


def test_a_person_is_told_by_email_when_their_roles_change(ada, ben, now):
    person = UserFactory()
    actions.give_roles(person, [Role.LINE_MANAGER], programme=programme(), by=ada, at=now)
    letter = Letter.objects.get(template="accounts.roles_changed", to_user=person)
    assert ("Host line manager" in letter.body, "Ada" in letter.body) == (True, True)
    Letter.objects.all().delete()
    actions.give_roles(person, [], programme=programme(), by=ada, at=now)
    assert "no role" in Letter.objects.get(template="accounts.roles_changed", to_user=person).body


def test_the_other_administrators_are_asked_by_email_and_on_their_home_page(ada, ben, now):
    person = UserFactory(name="Olive")
    actions.give_roles(person, [Role.OFFICER], programme=programme(), by=ada, at=now)
    assert [letter.to_user for letter in Letter.objects.filter(template="accounts.roles_to_confirm")] == [ben]
    assert [item.sentence for item in work_queue.items(ben, now)] == ["Roles of Olive to confirm"]
    assert list(work_queue.items(ada, now)) == list(work_queue.items(person, now)) == []


def test_roles_are_asked_for_and_confirmed_in_the_admin(ada, ben, now):
    person, client = UserFactory(), Client()
    page = reverse("admin:accounts_user_change", args=[person.pk])

    def step(name):
        return reverse("admin:accounts_user_step", args=[person.pk, name])

    client.force_login(ada)
    client.post(step("roles"), {"assignments": [f"Grants officer|{programme().pk}"]})
    assert (step("confirm-roles") in client.get(page).text, "asked for by Ada" in client.get(page).text) == (
        False,
        True,
    )
    assert client.post(step("confirm-roles")).status_code == 403
    client.force_login(ben)
    assert step("confirm-roles") in client.get(page).text
    client.post(step("confirm-roles"))
    assert User.objects.get(pk=person.pk).roles == {"Grants officer"}


def test_the_last_administrator_is_neither_closed_nor_stripped(ada, ben, now):
    person_with(Role.ADMINISTRATOR, is_active=False)
    actions.close_account(ben, by=ada, at=now)
    root = User.objects.create_superuser("root@example.org", name="Root")
    assert code_of(actions.give_roles, ada, [], programme=None, by=root, at=now) == "last_administrator"
    assert code_of(actions.close_account, ada, by=ada, at=now) == "own_account"
    actions.reopen_account(ben, by=ada, at=now)
    ben.refresh_from_db()
    actions.close_account(ada, by=ben, at=now)
    ada.refresh_from_db()
    assert not ada.is_active


def test_whether_an_account_is_open_is_not_typed(ada, ben):
    client = Client()
    client.force_login(ada)
    client.post(reverse("admin:accounts_user_change", args=[ada.pk]), {"name": "Ada", "is_active": ""})
    ada.refresh_from_db()
    assert ada.is_active


def test_an_invitation_that_nobody_used_for_a_week_waits_for_administrators(ada, now):
    invited = actions.invite_person(name="Iris", email="iris@example.org", works_for=None, by=ada, at=now)
    User.objects.filter(pk=invited.pk).update(date_joined=now)
    actions.give_roles(invited, [Role.FUNDER_ASSESSOR], programme=programme(), by=ada, at=now)
    week = now + timedelta(days=7)
    unused = "1 person has not used their invitation for a week"
    assert [unused in [item.sentence for item in work_queue.items(ada, at)] for at in (now, week)] == [False, True]
    assert list(work_queue.invited_in_vain(ada, week)) == [invited]
    invited.refresh_from_db()
    invited.set_password("a long and quiet sentence")
    invited.save()
    assert list(work_queue.items(ada, week)) == []
