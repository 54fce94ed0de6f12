"""The pages on the way in, which come only after one another: walked as somebody who registers, forgets, or uses a code."""

import re

import pytest

from cii.demonstration.people import PASSWORD
from core.letters.models import Letter
from tests.face.looking import Looker

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.fixture
def stranger(browser, house):
    """A window of nobody's yet."""
    looker = Looker(browser, house, "")
    yield looker
    looker.context.close()


def send(looker: Looker, **fields: str) -> None:
    """Fill in the page's form by the names of its fields, and send it."""
    for name, value in fields.items():
        looker.tab.fill(f"main [name={name}]", value)
    with looker.tab.expect_navigation(wait_until="load"):
        looker.tab.click("main form [type=submit]")


def code_in(template: str) -> str:
    """The code in the last letter of this kind."""
    letter = Letter.objects.filter(template=template).latest("pk")
    found = re.search(r"^([A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})?)$", letter.text, re.MULTILINE)
    assert found is not None, letter.text
    return found[1]


def test_registering_asks_for_the_code_from_the_letter(stranger):
    assert stranger.open("/accounts/signup/") == []
    send(stranger, name="Wren Newby", email="wren.newby@example.org", password1="quiet-harbour-lantern-9")
    assert stranger.look() == []
    assert stranger.send_wrong("main form") + stranger.look() == []


def test_a_forgotten_password_is_chosen_anew_by_a_code(stranger, house):
    assert stranger.open("/accounts/password/reset/") == []
    send(stranger, email=house.people["rival"].email)
    assert stranger.look() == []
    assert stranger.send_wrong("main form") + stranger.look() == []
    send(stranger, code=code_in("accounts.reset_code"))
    assert stranger.tab.locator("main [name=password1]").count() == 1
    assert stranger.look() == []
    assert stranger.send_wrong("main form") + stranger.look() == []


def test_signing_in_asks_for_the_second_factor(stranger, house):
    assert stranger.open("/accounts/login/") == []
    send(stranger, login=house.people["second_officer"].email, password=PASSWORD)
    assert stranger.tab.locator("main [name=code]").count() == 1
    assert stranger.look() == []
    assert stranger.send_wrong("main form:has([name=code])") + stranger.look() == []


def test_recovery_codes_are_shown(browser, house):
    looker = Looker(browser, house, "second_officer")
    assert looker.open("/accounts/2fa/recovery-codes/generate/") == []
    send(looker)
    if looker.tab.url.endswith("/reauthenticate/"):
        send(looker, password=PASSWORD)
        assert looker.open("/accounts/2fa/recovery-codes/generate/") == []
        send(looker)
    assert looker.tab.url.endswith("/accounts/2fa/recovery-codes/")
    assert looker.look() == []
    looker.context.close()
