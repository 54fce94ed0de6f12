"""What the pages at the entrance say when something is left out or wrong."""

import pytest
from django.urls import reverse

from tests.accounts.factories import PASSWORD, UserFactory
from tests.sentences import SAID

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_limits")]


@pytest.mark.parametrize(
    ("page", "field", "typed", "sentence"),
    [
        ("account_login", "login", "", SAID.enter_your_e_mail_address),
        ("account_login", "login", "nobody", SAID.enter_your_e_mail_address),
        ("account_login", "password", "", "Enter your password"),
        ("account_signup", "name", "", SAID.enter_your_full_name),
        ("account_signup", "email", "nobody", SAID.enter_your_e_mail_address),
        ("account_signup", "password1", "", SAID.choose_a_password_of_at),
        ("account_reset_password", "email", "", SAID.enter_your_e_mail_address),
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
    assert shown.count("Enter your e-mail address, like name@example.org</a>") <= 1


def test_a_wrong_password_says_what_to_do(client):
    shown = client.post(reverse("account_login"), {"login": UserFactory().email, "password": "wrong"}).text
    assert SAID.this_e_mail_address_and in shown


def test_a_wrong_code_says_what_to_do(client, letters):
    with letters():
        response = client.post(
            reverse("account_signup"), {"name": "A", "email": "a@example.org", "password1": PASSWORD}
        )
    shown = client.post(response.url, {"code": "WRONG1"}).text
    assert SAID.this_is_not_the_code in shown


def test_labels_are_always_shown_so_nothing_stands_in_the_fields(client):
    shown = client.get(reverse("account_signup")).text
    assert ("E-mail address" in shown, "placeholder=" in shown) == (True, False)
