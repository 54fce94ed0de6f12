"""Signing in with an institution's account, against a real provider: it opens one's own account and no other."""

import logging
import re
from contextlib import ExitStack

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from core.accounts import mailbox_codes, oidc, oidc_providers
from core.accounts.models import User
from core.accounts.roles import Role
from core.audit.models import Entry
from core.letters.models import Letter
from tests.accounts.factories import PASSWORD, UserFactory, person_with
from tests.accounts.institution import running
from tests.client import Client

pytestmark = pytest.mark.django_db
ADA = "ada@cityhall.example"


@pytest.fixture(scope="module")
def servers():
    """City Hall and another institution that vouches for people of the same domain, as long as the module runs."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with ExitStack() as stack:
        domains = ["cityhall.example", "london.example"]
        yield [stack.enter_context(running(name, domains)) for name in ("City Hall", "Elsewhere")]


@pytest.fixture
def city_hall(servers, settings):
    """City Hall's provider; `configure` is called again after a change."""

    def configure():
        settings.OIDC_PROVIDERS = {one.provider.key: one.provider for one in servers}
        settings.SOCIALACCOUNT_PROVIDERS = oidc_providers.for_allauth(settings.OIDC_PROVIDERS.values())

    for one in servers:
        one.person, one.trusts_second_factor, one.domains = None, False, ["cityhall.example", "london.example"]
    servers[0].elsewhere, servers[0].configure = servers[1], configure
    configure()
    return servers[0]


@pytest.fixture
def ada():
    return UserFactory(email=ADA, name="Ada")


def signs_in_at(institution, client=None, **person):
    """Go to the institution as this person and come back: the client, and where it ends."""
    client = client or Client()
    institution.person = {"sub": "ada-1", "email": ADA, "email_verified": True, **person}
    begun = client.get(reverse("openid_connect_login", args=(institution.provider.key,)))
    answer = requests.get(begun.url, allow_redirects=False, timeout=5)
    back = answer.headers["Location"]
    assert "/login/callback/?code=" in back
    return client, client.get(re.sub(r"^https?://[^/]+", "", back))


def whose(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def linked(person, institution, uid="ada-1"):
    return SocialAccount.objects.create(user=person, provider=institution.provider.key, uid=uid)


def code_of(person):
    letter = Letter.objects.filter(template="accounts.link_code", to_user=person).latest("pk")
    return re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", letter.text)[0]


def link_by_code(client, person):
    client.post(reverse("account_link"), {"email": person.email})
    return client.post(reverse("account_link"), {"code": code_of(person)})


# --- signing in ---


def test_a_linked_account_is_opened_and_nothing_of_the_token_is_kept(city_hall, ada):
    row = linked(ada, city_hall)
    client, answer = signs_in_at(city_hall, name="Ada L.", groups=["admins"])
    assert (answer.url, whose(client)) == (reverse("home"), ada)
    row.refresh_from_db()
    assert (row.extra_data, User.objects.get(pk=ada.pk).name) == ({}, "Ada")


def test_the_sign_in_page_has_a_button_for_each_and_none_without(city_hall, settings):
    page = Client().get(reverse("account_login")).text
    assert ("Sign in with City Hall" in page, "Sign in with Elsewhere" in page) == (True, True)
    settings.OIDC_PROVIDERS = {}
    assert "Sign in with City Hall" not in Client().get(reverse("account_login")).text


def test_an_email_claim_opens_nothing(city_hall, ada):
    client, answer = signs_in_at(city_hall)
    assert (answer.url, whose(client)) == (reverse("account_link"), None)
    assert (SocialAccount.objects.count(), User.objects.count()) == (0, 1)


def test_nobody_is_registered(city_hall):
    client, answer = signs_in_at(city_hall, sub="new", email="new@cityhall.example")
    client.post(answer.url, {"email": "new@cityhall.example"})
    assert (User.objects.count(), SocialAccount.objects.count(), Letter.objects.count()) == (0, 0, 0)


def test_the_same_address_and_subject_at_another_issuer_open_nothing(city_hall, ada):
    linked(ada, city_hall)
    client, answer = signs_in_at(city_hall.elsewhere)
    assert (answer.url, whose(client)) == (reverse("account_link"), None)


def test_another_issuer_under_the_same_name_is_another_institution(city_hall, ada, settings):
    linked(ada, city_hall)
    moved = oidc_providers.Provider(
        **{
            **{name: getattr(city_hall.provider, name) for name in city_hall.provider.__slots__},
            "issuer": "https://x.example",
        }
    )
    assert moved.key != city_hall.provider.key


def test_a_changed_address_at_the_institution_opens_the_same_account(city_hall, ada):
    other = UserFactory(email="grace@cityhall.example")
    linked(ada, city_hall)
    client, _ = signs_in_at(city_hall, email=other.email)
    assert whose(client) == ada


def test_an_address_that_was_given_to_another_person_there_does_not_open_the_first_ones_account(city_hall, ada):
    linked(ada, city_hall)
    client, answer = signs_in_at(city_hall, sub="ada-2", email=ADA)
    assert (answer.url, whose(client)) == (reverse("account_link"), None)


def test_an_account_whose_address_left_the_domain_is_not_opened(city_hall, ada):
    linked(ada, city_hall)
    User.objects.filter(pk=ada.pk).update(email="ada@elsewhere.example")
    client, answer = signs_in_at(city_hall)
    assert (answer.url, whose(client)) == (reverse("account_login"), None)
    assert "signs in people with an email address at cityhall.example or london.example" in client.get(answer.url).text


def test_a_closed_account_is_not_opened(city_hall, ada):
    linked(ada, city_hall)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    client, answer = signs_in_at(city_hall)
    assert (answer.url, whose(client)) == (reverse("account_inactive"), None)


def test_an_answer_that_was_not_asked_for_opens_nothing(city_hall, ada):
    linked(ada, city_hall)
    signs_in_at(city_hall)
    stranger = Client()
    begun = stranger.get(reverse("openid_connect_login", args=(city_hall.provider.key,)))
    back = requests.get(begun.url, allow_redirects=False, timeout=5).headers["Location"]
    answer = Client().get(re.sub(r"^https?://[^/]+", "", back))
    assert answer.url == reverse("account_login")


@pytest.mark.parametrize("nonce", [None, "of another sign-in"])
def test_a_token_without_the_nonce_of_this_sign_in_opens_nothing(city_hall, ada, nonce):
    linked(ada, city_hall)
    city_hall.nonce = nonce
    client, answer = signs_in_at(city_hall)
    assert (answer.url, whose(client)) == (reverse("account_login"), None)
    city_hall.nonce = "as asked"
    assert whose(signs_in_at(city_hall)[0]) == ada


def test_no_link_adds_to_what_the_institution_is_asked(city_hall):
    address = reverse("openid_connect_login", args=(city_hall.provider.key,))
    first, second = (Client().get(f"{address}?auth_params=nonce%3Dmine%26prompt%3Dnone").url for _ in range(2))
    assert "mine" not in first
    assert "prompt" not in first
    assert re.search(r"nonce=([\w-]{43})", first)[1] != re.search(r"nonce=([\w-]{43})", second)[1]


def test_an_institution_that_does_not_answer_leaves_the_other_ways(city_hall, settings):
    city_hall_gone = oidc_providers.Provider("Gone", "http://127.0.0.1:9", "a", "b", frozenset({"x.example"}))
    settings.OIDC_PROVIDERS = {city_hall_gone.key: city_hall_gone}
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers.for_allauth([city_hall_gone])
    client = Client()
    answer = client.get(reverse("openid_connect_login", args=(city_hall_gone.key,)))
    assert answer.url == reverse("account_login")
    assert oidc.FAILED.format(name="Gone") in client.get(answer.url).text


# --- linking ---


def test_the_mailbox_links_and_lets_an_invited_person_in(city_hall):
    invited = UserFactory(email=ADA, password=None)
    EmailAddress.objects.update(verified=False)
    client, answer = signs_in_at(city_hall)
    assert ADA in client.get(answer.url).text
    answer = link_by_code(client, invited)
    assert (answer.url, whose(client)) == (reverse("home"), invited)
    assert SocialAccount.objects.values_list("provider", "uid").get() == (city_hall.provider.key, "ada-1")
    assert Entry.objects.filter(event="account linked", by=invited).count() == 1
    assert Letter.objects.filter(template="accounts.account_linked", to_user=invited).count() == 1


def test_the_code_goes_to_the_accounts_own_mailbox_and_not_to_the_claimed_one(city_hall, ada):
    client, _ = signs_in_at(city_hall, sub="mallory", email="mallory@cityhall.example")
    client.post(reverse("account_link"), {"email": ADA})
    assert list(Letter.objects.values_list("to_email", flat=True)) == [ADA]
    for _ in range(3):
        client.post(reverse("account_link"), {"code": "2222-2222"})
    page = client.post(reverse("account_link"), {"code": code_of(ada)}).text
    assert mailbox_codes.OVER in page
    assert (SocialAccount.objects.count(), whose(client)) == (0, None)


def test_the_page_says_the_same_whether_there_is_an_account_or_not(city_hall, ada):
    pages = []
    for email in (ADA, "nobody@cityhall.example"):
        client, _ = signs_in_at(city_hall)
        client.post(reverse("account_link"), {"email": email})
        pages.append(re.sub(r'value="\w{64}"', "", client.get(reverse("account_link")).text))
    assert pages[0] == pages[1]


def test_an_account_at_another_domain_is_not_linked(city_hall):
    person = UserFactory(email="ada@charity.example")
    client, _ = signs_in_at(city_hall, email=person.email)
    client.post(reverse("account_link"), {"email": person.email})
    assert Letter.objects.count() == 0
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    page = client.post(reverse("account_link")).text
    assert "signs in people with an email address at" in page
    assert SocialAccount.objects.count() == 0


def test_the_password_links_after_asking_and_asks_it_again_when_it_is_long_ago(city_hall, ada):
    client, _ = signs_in_at(city_hall, email="a.lovelace@cityhall.example")
    client.post(reverse("account_login"), {"login": ADA, "password": PASSWORD})
    assert SocialAccount.objects.count() == 0
    assert f"When you link it to {ADA}" in client.get(reverse("account_link")).text
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": 0}]
    session.save()
    assert client.post(reverse("account_link")).url.startswith(reverse("account_reauthenticate"))
    assert SocialAccount.objects.count() == 0
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(reverse("account_link")).url == reverse("account_you")
    assert SocialAccount.objects.get().user == ada
    other, _ = signs_in_at(city_hall, email="a.lovelace@cityhall.example")
    assert whose(other) == ada


def test_coming_back_from_the_institution_links_nothing_by_itself(city_hall, ada):
    client = Client()
    client.force_login(ada)
    client, answer = signs_in_at(city_hall, client, sub="mallory")
    assert (answer.url, SocialAccount.objects.count(), whose(client)) == (reverse("account_link"), 0, ada)


def test_an_identity_is_linked_to_one_person_and_a_person_to_one_identity(city_hall, ada):
    grace = UserFactory(email="grace@london.example")
    linked(ada, city_hall, "ada-1")
    client, _ = signs_in_at(city_hall, sub="ada-2")
    client.post(reverse("account_login"), {"login": ADA, "password": PASSWORD})
    assert "already linked to an account at City Hall" in client.post(reverse("account_link")).text
    session = client.session
    client.force_login(grace)
    session = client.session
    session[oidc.PENDING] = {"provider": city_hall.provider.key, "uid": "ada-1", "email": "", "their_factor": False}
    session.save()
    assert "is linked to another account here" in client.post(reverse("account_link")).text
    assert SocialAccount.objects.get().user == ada


def test_a_link_is_removed_by_its_person_only(city_hall, ada):
    row = linked(ada, city_hall)
    other, client = Client(), Client()
    other.force_login(UserFactory())
    assert other.post(reverse("account_unlink", args=(row.pk,))).status_code == 404
    client.force_login(ada)
    assert "City Hall" in client.get(reverse("account_you")).text
    client.post(reverse("account_unlink", args=(row.pk,)))
    assert Letter.objects.filter(template="accounts.account_unlinked", to_user=ada).count() == 1
    assert signs_in_at(city_hall)[1].url == reverse("account_link")


# --- the second factor, roles, signing out ---


@pytest.mark.parametrize(
    ("trusts", "amr", "is_asked"),
    [
        (False, ["pwd", "mfa"], True),
        (True, ["pwd"], True),
        (True, None, True),
        (True, "mfa", True),
        (True, ["pwd", "mfa"], False),
    ],
)
def test_their_second_factor_counts_only_where_token_and_setting_say_so(city_hall, ada, trusts, amr, is_asked):
    TOTP.activate(ada, generate_totp_secret())
    city_hall.trusts_second_factor = trusts
    city_hall.configure()
    linked(ada, city_hall)
    client, answer = signs_in_at(city_hall, **({} if amr is None else {"amr": amr}))
    assert (answer.url == reverse("mfa_authenticate"), whose(client) is None) == (is_asked, is_asked)


@pytest.mark.parametrize(("trusts", "onward"), [(True, None), (False, "mfa_activate_totp")])
def test_somebody_with_a_role_sets_up_a_factor_here_unless_theirs_counts(city_hall, settings, trusts, onward):
    settings.SECOND_FACTOR = "required"
    officer = person_with(Role.OFFICER, email="olive@cityhall.example")
    city_hall.trusts_second_factor = trusts
    city_hall.configure()
    linked(officer, city_hall, "olive")
    client, _ = signs_in_at(city_hall, sub="olive", amr=["mfa"])
    answer = client.get(reverse("home"))
    assert (answer.status_code, answer.headers.get("Location")) == ((302, reverse(onward)) if onward else (200, None))
    client.post(reverse("account_logout"))
    client.post(reverse("account_login"), {"login": officer.email, "password": PASSWORD})
    assert client.get(reverse("home")).url == reverse("mfa_activate_totp")


def test_roles_in_the_token_give_none(city_hall, ada):
    linked(ada, city_hall)
    signs_in_at(city_hall, roles=["Administrator"], groups=["Grants officer"])
    assert (ada.role_assignments.count(), User.objects.get(pk=ada.pk).is_staff) == (0, False)


def test_signing_out_is_ours_with_a_link_to_theirs(city_hall, ada):
    linked(ada, city_hall)
    client, _ = signs_in_at(city_hall)
    answer = client.post(reverse("account_logout"))
    assert answer.url == reverse("account_signed_out", args=(city_hall.provider.key,))
    page = client.get(answer.url).text
    assert f'href="{city_hall.issuer.replace("127.0.0.1", "localhost")}/sign-out"' in page
    assert whose(client) is None
    assert client.get(reverse("account_signed_out", args=("no-such",))).status_code == 404


def test_who_signed_in_by_password_is_not_sent_there(city_hall, ada):
    client = Client()
    client.post(reverse("account_login"), {"login": ADA, "password": PASSWORD})
    assert client.post(reverse("account_logout")).url == reverse("front")


# --- the setting ---

WHOLE = (
    '{"name": "N", "issuer": "https://i.example/", "client_id": "c", "client_secret": "s", "domains": ["@D.example"]}'
)


def test_the_setting_is_read():
    (provider,) = oidc_providers.read(f"[{WHOLE}]").values()
    assert (provider.issuer, provider.domains, provider.trusts_second_factor) == (
        "https://i.example",
        frozenset({"d.example"}),
        False,
    )
    assert oidc_providers.read("") == {}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{", "OIDC_PROVIDERS is not JSON"),
        ("{}", "a JSON list of objects"),
        ("[1]", "a JSON list of objects"),
        (f"[{WHOLE}, {{}}]", "number 2: name is missing"),
        (f"[{WHOLE.replace('https', 'http')}]", "number 1: issuer is an https address"),
        (f"[{WHOLE.replace('[', '').replace(']', '')}]", "number 1: domains is a list"),
        (f'[{WHOLE[:-1]}, "trust": true}}]', "number 1: trust is no setting"),
        (f'[{WHOLE[:-1]}, "trusts_second_factor": "yes"}}]', "number 1: trusts_second_factor is true or false"),
    ],
)
def test_a_wrong_setting_is_refused_with_the_provider_and_the_field(text, problem):
    with pytest.raises(ImproperlyConfigured, match=problem):
        oidc_providers.read(text)
