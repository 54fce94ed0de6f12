"""Before what pays, binds or gives rights, people show again who they are; what they sent is kept meanwhile."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from core import permissions
from core.accounts import mailbox_codes
from core.accounts.models import User
from core.accounts.roles import Role
from core.letters.models import Letter
from tests.accounts.factories import PASSWORD, UserFactory, person_with, programme
from tests.client import Client

pytestmark = pytest.mark.django_db

NOON = datetime(2019, 3, 13, 12, tzinfo=UTC)
ASKED = {
    "accounts.give_roles",
    "accounts.link_account",
    "accounts.confirm_roles",
    "accounts.remove_second_factor",
    "grants.confirm_decision",
    "grants.release_decision",
    "grants.approve_instalment",
    "grants.pay_instalment",
    "grants.sign_grant",
}


@pytest.fixture
def clock():
    """Noon, until it is moved."""
    with time_machine.travel(NOON, tick=False) as moved:
        yield moved


@pytest.fixture
def administrator(clock):
    """Signed in at noon, as `.client`."""
    person = person_with(Role.ADMINISTRATOR)
    person.client = Client()
    person.client.force_login(person)
    return person


def roles_of(person: User) -> str:
    return reverse("admin:accounts_user_step", args=(person.pk, "roles"))


def code_sent(person: User) -> str:
    letter = Letter.objects.filter(template="accounts.proof_code", to_user=person).latest("pk")
    return re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", letter.text)[0]


def test_these_permissions_ask_again():
    assert permissions._ASKS_AGAIN >= ASKED


@pytest.mark.parametrize(("minutes", "is_asked"), [(14, False), (15, True)])
def test_a_sensitive_page_asks_a_quarter_of_an_hour_after_signing_in(administrator, clock, minutes, is_asked):
    page = roles_of(UserFactory())
    clock.shift(timedelta(minutes=minutes))
    answer = administrator.client.get(page)
    assert (answer.status_code == 302) == is_asked
    assert not is_asked or answer.url == f"{reverse('account_reauthenticate')}?next={page.replace('/', '%2F')}"


def test_other_pages_do_not_ask(administrator, clock):
    clock.shift(timedelta(minutes=30))
    assert administrator.client.get(reverse("admin:accounts_user_change", args=(UserFactory().pk,))).status_code == 200


def test_inviting_somebody_with_roles_asks_too(administrator, clock):
    clock.shift(timedelta(minutes=30))
    assert administrator.client.get(reverse("admin:accounts_user_add")).url.startswith("/accounts/reauthenticate/")


def test_what_was_sent_is_kept_while_the_password_is_asked_and_then_sent_again(administrator, clock):
    person, client = UserFactory(), administrator.client
    page, wanted = roles_of(person), f"{Role.LEARNING_PARTNER}|{programme().pk}"
    client.get(page)
    clock.shift(timedelta(minutes=16))
    answer = client.post(page, {"assignments": [wanted]})
    assert answer.url.startswith("/accounts/reauthenticate/?next=%2Faccounts%2Fcontinue%2F")
    assert not person.role_assignments.exists()
    wrong = client.post(answer.url, {"password": "guess", "next": "/accounts/continue/"})
    assert wrong.status_code == 200
    assert client.get(page).status_code == 302
    onward = client.post(answer.url, {"password": PASSWORD, "next": "/accounts/continue/"})
    assert onward.url == "/accounts/continue/"
    shown = client.get(onward.url).text
    assert f"Give roles: {person}" in shown
    assert f'<input type="hidden" name="assignments" value="{wanted}">' in shown
    client.post(page, {"assignments": [wanted]})
    assert list(person.role_assignments.values_list("role", flat=True)) == [Role.LEARNING_PARTNER]
    assert client.get("/accounts/continue/").url == reverse("home")


def test_a_recovery_code_proves_it_too(administrator, clock):
    TOTP.activate(administrator, generate_totp_secret())
    codes = RecoveryCodes.activate(administrator)
    page = roles_of(UserFactory())
    clock.shift(timedelta(minutes=16))
    answer = administrator.client.post(
        reverse("mfa_reauthenticate"), {"code": codes.get_unused_codes()[0], "next": page}
    )
    assert answer.url == page
    assert administrator.client.get(page).status_code == 200


def test_a_code_by_email_proves_it_and_works_once(administrator, clock):
    page, here, client = roles_of(UserFactory()), reverse("account_reauthenticate_by_email"), administrator.client
    clock.shift(timedelta(minutes=16))
    asked = client.get(page).url
    assert "Get a code by email" in client.get(asked).text
    sent = client.post(here, {"send": "1", "next": page})
    assert sent.url.startswith(here)
    assert f"Enter the code we emailed to {administrator.email}" in client.get(sent.url).text
    code = code_sent(administrator).lower().replace("-", " ")
    assert client.post(here, {"code": code, "next": page}).url == page
    assert client.get(page).status_code == 200
    clock.shift(timedelta(minutes=16))
    assert mailbox_codes.OVER in client.post(here, {"code": code, "next": page}).text
    assert client.get(page).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "minutes", "sentence"),
    [(1, 0, ""), (2, 0, ""), (3, 0, mailbox_codes.OVER), (0, 14, ""), (0, 15, mailbox_codes.OVER)],
)
def test_a_code_dies_after_three_wrong_ones_and_a_quarter_of_an_hour(administrator, clock, wrong, minutes, sentence):
    here, client = reverse("account_reauthenticate_by_email"), administrator.client
    client.post(here, {"send": "1"})
    texts = [client.post(here, {"code": "2222-2222"}).text for _ in range(wrong)]
    assert [mailbox_codes.WRONG in text for text in texts] == [number < 3 for number in range(1, wrong + 1)]
    clock.shift(timedelta(minutes=minutes))
    answer = client.post(here, {"code": code_sent(administrator)})
    assert sentence in answer.text if sentence else answer.url == reverse("account_you")


def test_a_code_of_another_session_or_person_does_nothing(administrator, clock):
    here = reverse("account_reauthenticate_by_email")
    administrator.client.post(here, {"send": "1"})
    for person in (administrator, UserFactory()):
        client = Client()
        client.force_login(person)
        client.post(here, {"send": "1"})
        client.post(here, {"code": code_sent(administrator) if person != administrator else "2222-2222"})
        assert mailbox_codes.session_key("accounts.proof_code") in client.session


def test_codes_are_not_sent_without_end(administrator):
    here, client = reverse("account_reauthenticate_by_email"), administrator.client
    for _ in range(7):
        client.post(here, {"send": "1"})
    assert Letter.objects.filter(template="accounts.proof_code").count() == 5


def test_somebody_without_a_password_or_a_factor_is_asked_for_a_code_by_email(administrator, clock):
    administrator.set_unusable_password()
    administrator.save()
    administrator.client.force_login(administrator)
    clock.shift(timedelta(minutes=16))
    for address in (roles_of(UserFactory()), reverse("mfa_activate_totp")):
        answer = administrator.client.get(address)
        assert answer.url.startswith(reverse("account_reauthenticate_by_email")), address


def test_the_way_onward_is_one_of_our_pages(administrator):
    here = reverse("account_reauthenticate_by_email")
    administrator.client.post(here, {"send": "1"})
    answer = administrator.client.post(here, {"code": code_sent(administrator), "next": "https://evil.example/"})
    assert answer.url == reverse("account_you")
