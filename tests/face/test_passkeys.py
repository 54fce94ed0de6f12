"""Passkeys in a browser, with chromium's own virtual device: made, signed in with, refused, removed."""

from __future__ import annotations

import os

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.face.looking import Looker
from tests.face.test_uploading import picture
from tests.sentences import SAID

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def looker(browser, house):
    looker = Looker(browser, house, "finance")
    yield looker
    looker.context.close()


def device(looker: Looker, *, knows: bool = True) -> None:
    """Plug a device in that asks who is there, and, if it `knows`, is answered."""
    line = looker.context.new_cdp_session(looker.tab)
    line.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": knows, "automaticPresenceSimulation": True}
    line.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def make(looker: Looker, name: str) -> None:
    """Add a passkey."""
    assert looker.open("/accounts/2fa/webauthn/add/") == []
    looker.tab.get_by_label(SAID.name_of_the_passkey).fill(name)
    with looker.tab.expect_navigation(url="**/accounts/2fa/**"):
        looker.tab.get_by_role("button", name="Create the passkey").click()


def test_a_passkey_is_made_opens_the_account_and_is_removed(looker):
    device(looker)
    make(looker, "Blue laptop")
    expect(looker.tab.locator("main")).to_contain_text(SAID.you_have_added_a_passkey)
    assert looker.open("/accounts/2fa/webauthn/") == []
    expect(looker.tab.get_by_role("rowheader", name="Blue laptop")).to_be_visible()
    assert looker.look() == []
    picture(looker, "passkeys")

    looker.context.clear_cookies()
    assert looker.open("/accounts/login/?next=/admin/") == []
    assert looker.look() == []
    picture(looker, "sign-in")
    with looker.tab.expect_navigation(url="**/admin/"):
        looker.tab.get_by_role("button", name=SAID.sign_in_with_a_passkey).click()
    assert looker.heard == []

    assert looker.open("/accounts/2fa/webauthn/") == []
    looker.tab.get_by_role("link", name="Remove Blue laptop").click()
    picture(looker, "passkey-remove")
    looker.tab.get_by_role("button", name="Remove this passkey").click()
    expect(looker.tab.locator("main")).to_contain_text(SAID.you_have_no_passkeys_yet)
    assert not Authenticator.objects.filter(user=looker.house.people["finance"]).exists()


def test_a_device_that_is_not_answered_makes_nothing_and_says_so(looker):
    device(looker, knows=False)
    assert looker.open("/accounts/2fa/webauthn/add/") == []
    looker.tab.get_by_role("button", name="Create the passkey").click()
    expect(looker.tab.get_by_role("alert")).to_have_text(SAID.no_passkey_was_used_try)
    expect(looker.tab.get_by_role("button", name="Create the passkey")).to_be_enabled()
    picture(looker, "passkey-add")


def test_a_passkey_that_was_removed_here_opens_nothing(looker):
    device(looker)
    make(looker, "Lost key")
    Authenticator.objects.filter(user=looker.house.people["finance"]).delete()
    looker.context.clear_cookies()
    assert looker.open("/accounts/login/") == []
    looker.tab.get_by_role("button", name=SAID.sign_in_with_a_passkey).click()
    expect(looker.tab.locator("main")).to_contain_text(SAID.you_cannot_sign_in_with)
    assert looker.look() == []


def test_after_the_password_the_passkey_is_used(looker):
    device(looker)
    make(looker, "Second step")
    looker.context.clear_cookies()
    assert looker.open("/accounts/login/") == []
    from cii.demonstration.people import PASSWORD

    looker.tab.get_by_label("Email address").fill(looker.house.people["finance"].email)
    looker.tab.get_by_label("Password").fill(PASSWORD)
    looker.tab.get_by_role("button", name="Sign in", exact=True).click()
    expect(looker.tab.get_by_role("heading", name="Second factor", exact=True)).to_be_visible()
    assert looker.look() == []
    picture(looker, "second-factor")
    with looker.tab.expect_navigation(url="**/home/"):
        looker.tab.get_by_role("button", name="Use your passkey").click()
