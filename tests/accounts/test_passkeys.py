"""Passkeys: made, used in place of password and code, renamed, removed; enough where a second factor is required."""

from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from core.accounts.roles import Role
from core.letters.models import Letter
from tests.accounts.device import Device
from tests.accounts.factories import PASSWORD, UserFactory, person_with
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db

ADD, LOGIN = "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/login/"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR = "required"
    settings.SITE_URL = "http://localhost:8000"
    cache.clear()


def sign_in(client, person):
    return client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def add(client, device, name="Work laptop"):
    options = client.get(ADD).context["js_data"]["creation_options"]
    options = json.loads(json.dumps({"publicKey": dict(options["publicKey"])}, default=dict))
    return client.post(ADD, {"name": name, "credential": json.dumps(device.make(options))})


def options_of(client) -> dict:
    return client.get(LOGIN, headers={"Accept": "application/json"}).json()["request_options"]


def enter(client, device, wanted=""):
    answer = device.use(options_of(client))
    return client.post(LOGIN, {"credential": json.dumps(answer), "next": wanted})


@pytest.fixture
def officer():
    return person_with(Role.OFFICER)


@pytest.fixture
def device(officer):
    device, client = Device(), Client()
    sign_in(client, officer)
    assert add(client, device).status_code == 302
    return device


def is_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_whoever_has_a_role_sets_up_a_passkey_and_goes_on(client, officer):
    sign_in(client, officer)
    assert client.get("/admin/").status_code == 302
    assert add(client, Device()).url == reverse("mfa_view_recovery_codes")
    assert client.get("/admin/").status_code == 200
    assert Letter.objects.get(template="accounts.passkey_added").to_email == officer.email


def test_the_page_for_the_app_offers_a_passkey_instead(client, officer):
    sign_in(client, officer)
    assert ADD in client.get("/accounts/2fa/totp/activate/").text


def test_a_passkey_alone_opens_the_account_and_is_the_second_factor(device):
    client = Client()
    assert enter(client, device).url == reverse("home")
    assert client.get("/admin/").status_code == 200


def test_it_leads_on_to_the_page_that_was_wanted_and_only_home(device):
    assert enter(Client(), device, "/admin/applications/call/").url == "/admin/applications/call/"
    assert enter(Client(), device, "https://example.org/").url == reverse("home")


def test_after_the_password_the_passkey_is_asked_for(officer, device):
    client = Client()
    page = sign_in(client, officer).url
    assert (page, is_in(client)) == (reverse("mfa_authenticate"), False)
    shown = client.get(page)
    assert "Use your passkey" in shown.text
    options = json.loads(
        json.dumps({"publicKey": dict(shown.context["js_data"]["request_options"]["publicKey"])}, default=dict)
    )
    assert client.post(page, {"credential": json.dumps(device.use(options))}).url == reverse("home")
    assert client.get("/admin/").status_code == 200


def test_a_recovery_code_opens_the_account_without_the_device(officer, device):
    codes = Authenticator.objects.get(user=officer, type="recovery_codes").wrap().get_unused_codes()
    client = Client()
    assert client.post(sign_in(client, officer).url, {"code": codes[0]}).url == reverse("home")


def test_whoever_has_only_an_app_is_not_asked_for_a_passkey(client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    person = UserFactory()
    TOTP.activate(person, generate_totp_secret())
    assert "Use your passkey" not in client.get(sign_in(client, person).url).text


# --- What does not open an account ---


def test_a_device_that_does_not_ask_who_is_there_is_not_taken(client, officer):
    sign_in(client, officer)
    page = add(client, Device(asks=False))
    assert SAID.we_could_not_create_the in page.text
    assert not Authenticator.objects.exists()


def test_a_passkey_used_without_asking_opens_nothing(device):
    device.asks = False
    client = Client()
    assert enter(client, device).url == reverse("account_login")
    assert not is_in(client)
    assert SAID.you_cannot_sign_in_with in client.get(reverse("account_login")).text


@pytest.mark.parametrize("origin", ["https://example.org", "http://localhost.example.org", "http://127.0.0.1:8000"])
def test_a_passkey_from_another_site_opens_nothing(device, origin):
    device.origin = origin
    client = Client()
    enter(client, device)
    assert not is_in(client)


def test_somebody_elses_passkey_with_my_name_on_it_opens_nothing(device):
    thief = Device()
    thief.owner = device.owner
    thief.id = device.id
    client = Client()
    assert enter(client, thief).url == reverse("account_login")
    assert not is_in(client)


def test_an_answer_heard_before_opens_nothing_again(device):
    client = Client()
    answer = {"credential": json.dumps(device.use(options_of(client)))}
    options_of(client)
    client.post(LOGIN, answer)
    assert not is_in(client)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "[]",
        "{}",
        '"x"',
        "null",
        "7",
        '{"id": 1}',
        '{"response": []}',
        '{"response": {"userHandle": 5}}',
        "{" * 5000,
    ],
)
def test_a_forged_answer_is_a_sentence_and_no_error(client, officer, forged):
    options_of(client)
    assert client.post(LOGIN, {"credential": forged}).status_code in {200, 302}
    sign_in(client, officer)
    client.get(ADD)
    page = client.post(ADD, {"name": "x", "credential": forged})
    assert (page.status_code, SAID.we_could_not_create_the in page.text) == (200, True)


def test_an_answer_with_its_parts_spoilt_is_a_sentence_too(device):
    client = Client()
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        answer = device.use(options_of(client))
        for spoilt in ("", "AAAA", "////", 5, None, "x" * 5000):
            cache.clear()  # after a few wrong ones an address is held up
            answer["response"][part] = spoilt
            assert client.post(LOGIN, {"credential": json.dumps(answer)}).status_code == 302
    assert not is_in(client)


def test_a_passkey_of_somebody_who_may_no_longer_sign_in_opens_nothing(officer, device):
    officer.is_active = False
    officer.save()
    client = Client()
    enter(client, device)
    assert not is_in(client)


# --- Renamed and removed ---


def test_they_are_listed_renamed_and_removed_and_the_removal_is_told(officer, device):
    client = Client()
    enter(client, device)
    listed = "/accounts/2fa/webauthn/"
    assert "Work laptop" in client.get(listed).text
    key = Authenticator.objects.get(type="webauthn").pk
    assert SAID.enter_a_name_for_the in client.post(f"{listed}keys/{key}/edit/", {"name": ""}).text
    client.post(f"{listed}keys/{key}/edit/", {"name": "Blue key"})
    assert "Blue key" in client.get(listed).text
    assert "Remove Blue key" in client.get(f"{listed}keys/{key}/remove/").text
    client.post(f"{listed}keys/{key}/remove/")
    assert not Authenticator.objects.exists()
    assert Letter.objects.get(template="accounts.passkey_removed").to_email == officer.email
    assert client.get("/admin/").url == "/accounts/2fa/totp/activate/"


def test_nobody_touches_somebody_elses(client, device):
    other = UserFactory()
    sign_in(client, other)
    key = Authenticator.objects.get(type="webauthn").pk
    for verb in ("edit", "remove"):
        assert client.get(f"/accounts/2fa/webauthn/keys/{key}/{verb}/").status_code == 404


def test_without_a_name_it_gets_one(client):
    person = UserFactory()
    sign_in(client, person)
    add(client, Device(), name="")
    add(client, Device(), name="")
    names = {row.wrap().name for row in Authenticator.objects.filter(type="webauthn")}
    assert names == {"Passkey 1", "Passkey 2"}


def test_it_is_for_the_host_of_the_site_whatever_was_asked(client, settings):
    settings.SITE_URL = "https://grants.example.net"
    settings.ALLOWED_HOSTS = ["*"]
    response = client.get(LOGIN, headers={"Accept": "application/json", "Host": "evil.example.org"})
    assert response.json()["request_options"]["publicKey"]["rpId"] == "grants.example.net"
