"""Steps for many rows and saved lists: by keyboard alone, on a wide screen and a small phone, with nothing for axe to say."""

from __future__ import annotations

import os

import pytest

from core.saved_lists.models import SavedList
from tests.face.looking import Looker

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
PHONE = {"width": 360, "height": 740}
WIDTH = "document.documentElement.scrollWidth"
STEPS = [
    ("officer", "/admin/applications/application/", "bulk_shortlist"),
    ("officer", "/admin/applications/application/", "bulk_decide"),
    ("officer", "/admin/applications/assessment/", "bulk_remind"),
    ("officer", "/admin/applications/assessmentvisit/", "bulk_confirm"),
    ("officer", "/admin/applications/assessmentvisit/", "bulk_cancel"),
    ("officer", "/admin/grants/decision/", "bulk_confirm"),
    ("director", "/admin/grants/instalment/", "bulk_approve"),
]


@pytest.fixture
def window(browser, house):
    opened = []

    def look(key: str) -> Looker:
        opened.append(Looker(browser, house, key))
        return opened[-1]

    yield look
    for one in opened:
        one.context.close()


def go(looker: Looker, control: str, key: str) -> None:
    """Press a key on a control, and wait for the page that comes."""
    looker.tab.locator(control).focus()
    with looker.tab.expect_navigation(wait_until="load"):
        looker.tab.keyboard.press(key)


@pytest.mark.parametrize(("key", "address", "step"), STEPS)
def test_a_step_for_many_rows_is_previewed_by_keyboard_and_reads_well(window, key, address, step):
    looker = window(key)
    assert looker.open(address) == []
    looker.tab.locator("#action-toggle").focus()
    looker.tab.keyboard.press("Space")
    go(looker, f"button[value='{step}']", "Enter")
    assert looker.tab.locator("h2").count() >= 1
    assert looker.look() == []
    looker.tab.set_viewport_size(PHONE)
    assert looker.tab.evaluate(WIDTH) <= PHONE["width"]


def test_a_list_is_saved_by_keyboard_on_a_phone_and_its_page_reads_well(window):
    looker = window("officer")
    looker.open("/admin/applications/application/?status__exact=shortlisted")
    looker.tab.locator("#saved-lists summary").focus()
    looker.tab.keyboard.press("Enter")
    assert looker.look() == []
    looker.tab.set_viewport_size(PHONE)
    looker.tab.locator("#saved-name").fill("Shortlisted now")
    go(looker, "#saved-lists form button", "Enter")
    saved = SavedList.objects.get(name="Shortlisted now")
    assert saved.address.startswith("status__exact=shortlisted")
    assert looker.open(f"/admin/saved_lists/savedlist/{saved.pk}/change/") == []
    assert looker.look() == []
    saved.delete()


@pytest.mark.parametrize("address", ["/admin/applications/application/", "/admin/applications/assessment/"])
def test_a_list_wider_than_a_phone_scrolls_inside_its_frame(window, address):
    looker = window("officer")
    looker.open(address)
    looker.tab.set_viewport_size(PHONE)
    assert looker.tab.evaluate(WIDTH) <= PHONE["width"]
    frame = "document.querySelector('#changelist .results')"
    inside, outside = (looker.tab.evaluate(f"{frame}.{side}") for side in ("scrollWidth", "clientWidth"))
    assert inside >= outside
    assert looker.tab.evaluate(f"getComputedStyle({frame}).overflowX") in {"auto", "scroll"}
