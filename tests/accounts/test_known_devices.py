"""Whoever signed in on a device before gets in while somebody else guesses at their password (finding F7)."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse

from tests.accounts.factories import PASSWORD, UserFactory
from tests.client import Client

pytestmark = pytest.mark.django_db
LOCKED = 10


def try_password(client, person, password, address="192.0.2.1"):
    sent = {"login": person.email, "password": password}
    return client.post(reverse("account_login"), sent, REMOTE_ADDR=address).status_code == 302


def guess(person, times=LOCKED, client=None):
    for number in range(times):
        assert not try_password(client or Client(), person, "wrong guess", f"198.51.100.{number}")


def signed_out(client):
    client.cookies.pop(settings.SESSION_COOKIE_NAME)
    return client


def test_f7_a_device_that_signed_in_before_gets_in_while_a_stranger_guesses():
    person, client = UserFactory(), Client()
    assert try_password(client, person, PASSWORD)
    guess(person)
    assert try_password(signed_out(client), person, PASSWORD)


def test_the_control_another_device_is_locked_out():
    person = UserFactory()
    guess(person)
    assert not try_password(Client(), person, PASSWORD)


def test_a_known_device_has_ten_guesses_too():
    person, client = UserFactory(), Client()
    assert try_password(client, person, PASSWORD)
    guess(person, client=signed_out(client))
    assert not try_password(client, person, PASSWORD)


def test_a_device_known_to_one_person_is_a_stranger_to_another():
    person, other, client = UserFactory(), UserFactory(), Client()
    assert try_password(client, other, PASSWORD)
    guess(person)
    assert not try_password(signed_out(client), person, PASSWORD)


def test_two_who_share_a_device_are_both_known_there():
    person, other, client = UserFactory(), UserFactory(), Client()
    for one in (person, other):
        assert try_password(client, one, PASSWORD)
        signed_out(client)
    guess(person)
    assert try_password(client, person, PASSWORD)


@pytest.mark.parametrize("forged", ["", "anything", "WyJ4Il0:1:abc"])
def test_a_forged_cookie_opens_nothing(forged):
    person, client = UserFactory(), Client()
    client.cookies[settings.DEVICE_COOKIE_NAME] = forged
    guess(person)
    assert not try_password(client, person, PASSWORD)


def test_f7_a_code_by_email_lets_in_while_a_stranger_goes_on_guessing(django_capture_on_commit_callbacks):
    person, client = UserFactory(), Client()
    guess(person)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("account_reset_password"), {"email": person.email}).url
    code = re.search(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", mail.outbox[-1].body, re.MULTILINE)[1]
    onward = client.post(page, {"code": code}).url
    client.post(onward, {"password1": "a new long password", "password2": "a new long password"})
    guess(person, times=LOCKED)
    assert try_password(client, person, "a new long password")


def test_the_cookie_says_nobodys_address_and_is_for_the_server_alone():
    person, client = UserFactory(), Client()
    try_password(client, person, PASSWORD)
    cookie = client.cookies[settings.DEVICE_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 400 * 24 * 60 * 60)
    assert person.email not in cookie.value
