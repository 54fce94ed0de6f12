"""What surrounds a page: little height on a phone, the width used on a wide screen, and a clean print."""

from __future__ import annotations

import os

import pytest

from tests.face.looking import Looker

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PHONE = {"width": 360, "height": 740}
MOST_ABOVE = 150  # pixels of a phone above the page's own content
TOP_OF = "what => document.querySelector(what).getBoundingClientRect().top"
AFTER = """what => [...document.querySelectorAll(what)].map(e => getComputedStyle(e, '::after').content)
    .filter(content => content.includes('/'))"""


@pytest.fixture
def window(browser, house):
    opened = []

    def look(key: str) -> Looker:
        opened.append(Looker(browser, house, key))
        return opened[-1]

    yield look
    for one in opened:
        one.context.close()


@pytest.mark.parametrize("key", ["applicant", "officer", "secondee"])
def test_a_phone_keeps_its_height_for_the_page(window, key):
    looker = window(key)
    looker.tab.set_viewport_size(PHONE)
    looker.open("/home/")
    assert looker.tab.evaluate(TOP_OF, "#main") <= MOST_ABOVE


def test_on_a_phone_the_deadline_and_the_contents_of_a_call_come_before_its_brief(window):
    looker = window("")
    looker.tab.set_viewport_size(PHONE)
    looker.open("/calls/welcome-open/")
    tops = [looker.tab.evaluate(TOP_OF, what) for what in ("h1", ".cii-guide__aside", "#dates", "#answers")]
    assert tops == sorted(tops)


def test_on_a_wide_screen_the_contents_of_a_call_stay_beside_it(window):
    looker = window("")
    looker.open("/calls/welcome-open/")
    looker.tab.evaluate("document.querySelector('#questions').scrollIntoView()")
    assert 0 <= looker.tab.evaluate(TOP_OF, ".cii-guide__aside") < 100


def test_a_print_says_no_addresses_of_the_service_and_opens_what_is_folded(window, house):
    looker = window("applicant")
    looker.open(house.address("application_check", "draft"))
    looker.tab.emulate_media(media="print")
    assert looker.tab.evaluate(AFTER, "a") == []
    assert not looker.tab.locator(".govuk-summary-list__actions").first.is_visible()
    looker.open("/calls/welcome-open/")
    assert looker.tab.locator("details:not([open]) table").first.is_visible()
    looker.tab.emulate_media(media="screen")
    assert not looker.tab.locator("details:not([open]) table").first.is_visible()
