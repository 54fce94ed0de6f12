"""The second factor: asked of everybody with a role where it is required."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from core.accounts import actions
from core.accounts.roles import Role
from core.lifecycle import Refused
from tests.accounts.factories import PASSWORD, UserFactory, person_with
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

SET_UP = "/accounts/2fa/totp/activate/"


@pytest.fixture
def required(settings):
    """Require a second factor."""
    settings.SECOND_FACTOR = "required"


def sign_in(client, person):
    """Sign in with the password."""
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def code_now(secret):
    """Return what the app shows."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_app(person):
    """Give a person an authenticator app and return its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    RecoveryCodes.activate(person)
    return secret


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", ["/admin/", "/home/", "/organisation/", "/", "/admin/accounts/user/"])
def test_whoever_has_a_role_gets_nowhere_without_a_second_factor(client, role, path):
    sign_in(client, person_with(role))
    assert client.get(path).url == SET_UP


@pytest.mark.usefixtures("required")
def test_a_superuser_gets_nowhere_without_one_either(client):
    sign_in(client, UserFactory(is_staff=True, is_superuser=True))
    assert client.get("/admin/").url == SET_UP


@pytest.mark.usefixtures("required")
def test_what_is_posted_does_not_arrive_either(client):
    person = person_with(Role.ADMINISTRATOR)
    sign_in(client, person)
    response = client.post(f"/admin/accounts/user/{person.pk}/steps/roles/", {"roles": []})
    assert response.url == SET_UP
    assert person.role_assignments.count() == 1


@pytest.mark.usefixtures("required")
def test_setting_it_up_signing_out_help_and_health_still_answer(client):
    sign_in(client, person_with(Role.OFFICER))
    for path in (SET_UP, reverse("account_you"), "/healthz", "/help/"):
        assert client.get(path).status_code == 200
    assert client.post(reverse("account_logout")).url == reverse("front")


@pytest.mark.usefixtures("required")
def test_people_without_a_role_are_not_asked(client):
    sign_in(client, UserFactory())
    assert client.get("/home/").status_code == 200


def test_where_it_is_only_offered_nobody_is_asked(client, settings):
    settings.SECOND_FACTOR = "offered"
    sign_in(client, person_with(Role.OFFICER))
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("setting", ["required", "offered"])
def test_an_app_once_set_up_is_asked_for_at_sign_in(client, settings, setting):
    settings.SECOND_FACTOR = setting
    person = person_with(Role.OFFICER)
    secret = with_app(person)
    response = sign_in(client, person)
    assert response.url == reverse("mfa_authenticate")
    assert client.get("/admin/").status_code == 302
    assert "_auth_user_id" not in client.session
    assert client.post(response.url, {"code": code_now(secret)}).url == reverse("home")
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("required")
def test_a_recovery_code_lets_somebody_in_once(client):
    person = person_with(Role.OFFICER)
    with_app(person)
    codes = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert client.post(sign_in(client, person).url, {"code": codes[0]}).url == reverse("home")
    assert client.get("/admin/").status_code == 200
    other = Client()
    assert other.post(sign_in(other, person).url, {"code": codes[0]}).status_code == 200
    assert "_auth_user_id" not in other.session


@pytest.mark.usefixtures("required")
def test_a_session_begun_with_a_password_alone_does_not_outlive_the_set_up(client):
    person = person_with(Role.OFFICER)
    sign_in(client, person)
    with_app(person)
    assert client.get("/admin/").url == f"{reverse('account_login')}?next=/admin/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_opens_the_admin_and_is_told_by_letter(client, settings):
    settings.SECOND_FACTOR = "required"
    cache.clear()
    person = person_with(Role.OFFICER)
    sign_in(client, person)
    client.get(SET_UP)
    response = client.post(SET_UP, {"code": code_now(client.session["mfa.totp.secret"])})
    assert response.url == reverse("mfa_view_recovery_codes")
    assert client.get(response.url).status_code == 200
    assert client.get("/admin/").status_code == 200
    assert [letter.subject for letter in mail.outbox] == [SAID.your_second_factor_is_set]


@pytest.mark.usefixtures("required")
def test_whoever_removes_it_is_asked_to_set_it_up_again(client):
    person = person_with(Role.OFFICER)
    secret = with_app(person)
    client.post(sign_in(client, person).url, {"code": code_now(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=person).exists()
    assert client.get("/admin/").url == SET_UP


def test_an_administrator_removes_it_for_somebody_else_who_is_told(letters, now):
    person, administrator = person_with(Role.OFFICER), person_with(Role.ADMINISTRATOR)
    with_app(person)
    with letters() as sent:
        actions.remove_second_factor(person, by=administrator, at=now)
    assert not Authenticator.objects.filter(user=person).exists()
    assert [(letter.to, letter.subject) for letter in sent] == [([person.email], SAID.your_second_factor_was_removed)]
    with pytest.raises(Refused, match="Another administrator"):
        actions.remove_second_factor(administrator, by=administrator, at=now)


def test_ten_wrong_codes_lock_the_second_factor(client):
    cache.clear()
    person = UserFactory()
    secret = with_app(person)
    page = sign_in(client, person).url
    for _ in range(10):
        client.post(page, {"code": "000000"})
    client.post(page, {"code": code_now(secret)})
    assert "_auth_user_id" not in client.session


def test_the_admin_signs_in_where_everybody_does(client):
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/").url == "/accounts/login/?next=/admin/"
    sign_in_page = client.post("/admin/login/", {"username": "a@example.org", "password": PASSWORD})
    assert sign_in_page.url == "/accounts/login/?next=/admin/"


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_are_told_by_letter(client):
    cache.clear()
    person = UserFactory()
    secret = with_app(person)
    client.post(sign_in(client, person).url, {"code": code_now(secret)})
    client.post(reverse("mfa_generate_recovery_codes"))
    assert [letter.subject for letter in mail.outbox] == [SAID.you_have_new_recovery_codes]


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_a_code_of_the_step_before_or_after_is_taken_and_none_further_off(client, steps, is_taken):
    person = person_with(Role.ADMINISTRATOR)
    secret = with_app(person)
    sign_in(client, person)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))
    assert (client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302) is is_taken
