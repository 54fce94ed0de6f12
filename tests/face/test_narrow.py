"""The longest names and addresses on the narrowest phone."""

from __future__ import annotations

import os

import pytest

from applications.models import Candidate
from tests.face.looking import Looker

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LONG = {"name": "Wolfeschlegelsteinhausenbergerdorff Ng", "email": f"{'a' * 60}@example.org"}
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def looker(browser, house):
    looker = Looker(browser, house, "applicant")
    yield looker
    looker.context.close()


def test_a_long_name_and_address_make_no_page_of_the_application_wider_than_the_phone(looker):
    Candidate.objects.filter(application=looker.house.draft).update(**LONG)
    tab = looker.context.new_page()
    tab.set_viewport_size(NARROW)
    widths = {}
    for page in ("application", "application_check", "application_ask"):
        tab.goto(looker.house.site + looker.house.address(page, "draft"))
        widths[page] = tab.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(widths, NARROW["width"])
