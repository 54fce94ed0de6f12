"""What the pages at the entrance say when something is left out or wrong."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.urls import reverse

from core.accounts.models import User
from core.letters.models import Letter
from tests.accounts.factories import PASSWORD, UserFactory
from tests.client import Client
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]


@pytest.mark.parametrize(
    ("page", "field", "typed", "sentence"),
    [
        ("account_login", "login", "", SAID.enter_your_email_address),
        ("account_login", "login", "nobody", SAID.enter_your_email_address),
        ("account_login", "password", "", "Enter your password"),
        ("account_signup", "name", "", SAID.enter_your_full_name),
        ("account_signup", "email", "nobody", SAID.enter_your_email_address),
        ("account_signup", "password1", "", SAID.choose_a_password_of_at.format(10)),
        ("account_reset_password", "email", "", SAID.enter_your_email_address),
    ],
)
def test_what_is_left_out_or_wrong_gets_a_sentence_at_its_field(client, page, field, typed, sentence):
    right = {
        "login": "a@example.org",
        "email": "a@example.org",
        "name": "A",
        "password": PASSWORD,
        "password1": PASSWORD,
    }
    shown = client.post(reverse(page), right | {field: typed}).text
    assert f'<a href="#id_{field}">{sentence}</a>' in shown
    assert shown.count("Enter your email address, like name@example.org</a>") <= 1


def test_a_wrong_password_says_what_to_do(client):
    shown = client.post(reverse("account_login"), {"login": UserFactory().email, "password": "wrong"}).text
    assert SAID.the_email_address_or_password in shown


def test_a_wrong_code_says_what_to_do(client, letters):
    with letters():
        response = client.post(
            reverse("account_signup"), {"name": "A", "email": "a@example.org", "password1": PASSWORD}
        )
    shown = client.post(response.url, {"code": "WRONG1"}).text
    assert SAID.that_code_is_wrong_or in shown


def test_labels_are_always_shown_so_nothing_stands_in_the_fields(client):
    shown = client.get(reverse("account_signup")).text
    assert ("Email address" in shown, "placeholder=" in shown) == (True, False)


def registering(client, letters, *, email="a@example.org", name="A", password=PASSWORD):
    """Register; returns the response and the template of the email that was sent."""
    with letters():
        response = client.post(reverse("account_signup"), {"name": name, "email": email, "password1": password})
    return response, Letter.objects.order_by("pk").values_list("template", flat=True).last()


def test_a_new_code_asked_for_too_soon_is_answered_on_the_page(client, letters):
    page = registering(client, letters)[0].url
    answer = client.post(page, {"action": "resend"}, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(page, 302)])
    assert SAID.we_sent_a_code_a_moment in answer.text


def test_registering_again_at_once_is_answered_on_the_page(client, letters):
    page = registering(client, letters)[0].url
    assert registering(client, letters)[0].url == page  # the same browser goes on where it was
    answer, _ = registering(Client(), letters)
    assert answer.status_code == 200
    assert SAID.we_sent_a_code_to_this in answer.text


def test_the_third_wrong_code_gets_one_message_that_says_what_to_do(client, letters):
    page = registering(client, letters)[0].url
    for _ in range(3):
        answer = client.post(page, {"code": "WRONG1"}, follow=True)
    said = [str(message) for message in answer.context["messages"]]
    assert said == [f"{SAID.that_was_the_third_wrong} {SAID.sign_in_with_your_password}"]


def test_whoever_never_confirmed_registers_again_and_gets_a_code(client, letters):
    registering(client, letters)
    cache.clear()
    _, posted = registering(Client(), letters, name="Ada", password="another long password")
    assert posted == "accounts.register_code"
    person = User.objects.get(email="a@example.org")
    assert (person.name, person.check_password("another long password")) == ("Ada", True)


def test_whoever_confirmed_is_told_that_there_is_an_account(client, letters):
    person = UserFactory(email="a@example.org")
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True})
    _, posted = registering(client, letters)
    assert posted == "accounts.already_registered"
    assert User.objects.get(email="a@example.org") == person
