"""Passwords that were stolen elsewhere are refused by a list on this machine; people with a role need longer ones."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from core.accounts import links, passwords
from core.accounts.roles import Role
from tests.accounts.factories import PASSWORD, UserFactory, person_with

pytestmark = pytest.mark.django_db


def codes(password, person=None):
    try:
        validate_password(password, person)
    except ValidationError as problem:
        return {one.code for one in problem.error_list}
    return set()


@pytest.mark.parametrize(
    "password", ["iloveyou1234", "ILoveYou1234", "manchester1", "qwertyuiop123456789", "!QAZ2wsx#EDC"]
)
def test_a_stolen_password_is_refused_however_its_capitals_are(password):
    assert "password_breached" in codes(password)


@pytest.mark.parametrize("password", [PASSWORD, "lantern orchard teaspoon", "żółta łódź na rzece"])
def test_three_random_words_are_taken(password):
    assert codes(password, person_with(Role.OFFICER)) == set()


@pytest.mark.parametrize(("length", "staff"), [(9, True), (10, True), (11, True), (12, False)])
def test_people_with_a_role_need_twelve_characters(length, staff):
    password = "vx7 Kp2 qz9 M"[:length]
    assert bool(codes(password, person_with(Role.LINE_MANAGER))) == staff
    assert bool(codes(password, UserFactory())) == (length < passwords.LEAST)


def test_the_page_says_why_and_how_long(client):
    invited = person_with(Role.OFFICER, password=None)
    page = client.get(links.welcome(invited)).text
    assert "At least 12 characters." in page
    page = client.post(links.welcome(invited), {"name": "Ivy Vine", "password": "iloveyou1234"}).text
    assert passwords.BREACHED in page
    assert "At least 10 characters." in client.get(reverse("account_signup")).text
