"""Back after a form with errors leads to the form: the browser does not ask to send it again, and nothing is lost."""

from __future__ import annotations

import os
import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from applications.models import Application
from tests.face.looking import Looker

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def go_back(tab: Page) -> None:
    """Go back; fails where the browser's own page asks to send the form again (net::ERR_CACHE_MISS)."""
    answer = tab.go_back()
    assert answer is not None
    assert (answer.status, answer.request.method) == (200, "GET")


@pytest.mark.parametrize("with_script", [True, False])
def test_back_to_a_section_finds_what_was_corrected(browser, house, with_script):
    looker = Looker(browser, house, "applicant")
    tab = looker.tab
    if not with_script:
        context = browser.new_context(java_script_enabled=False, base_url=house.site)
        context.add_cookies([{"name": "sessionid", "value": house.sessions["applicant"], "url": house.site}])
        tab = context.new_page()
    section = house.site + house.address("application_section", "draft secondment")
    tab.goto(section)
    tab.locator("#id_current_salary").fill("32 lakh")
    tab.locator("#id_days_per_week").fill("3")
    tab.get_by_role("button", name="Save").first.click()
    expect(tab.locator(".govuk-error-summary")).to_be_visible()
    expect(tab.locator("#id_current_salary")).to_have_value("32 lakh")
    tab.reload()
    expect(tab.locator("#id_current_salary")).to_have_value("32 lakh")
    tab.locator("#id_current_salary").fill("32000")
    tab.get_by_role("button", name="Save").first.click()
    tab.wait_for_url(house.site + house.address("application", "draft"))
    go_back(tab)
    expect(tab.locator("#id_current_salary")).to_have_value(re.compile("^32,?000$"))
    expect(tab.locator(".govuk-error-summary")).to_have_count(0)
    tab.context.close()


def test_back_from_another_page_finds_the_errors_and_what_was_typed(browser, house):
    looker = Looker(browser, house, "")
    tab = looker.tab
    tab.goto(house.site + reverse("account_signup"))
    tab.locator("#id_name").fill("Ada Ndiaye")
    tab.locator("#id_email").fill("ada@elsewhere")
    tab.locator("form button[type=submit]").last.click()
    expect(tab.locator(".govuk-error-summary")).to_be_visible()
    tab.goto(house.site + "/")
    go_back(tab)
    expect(tab.locator(".govuk-error-summary")).to_be_visible()
    expect(tab.locator("#id_name")).to_have_value("Ada Ndiaye")
    expect(tab.locator("#id_email")).to_have_value("ada@elsewhere")
    assert looker.look() == []
    looker.context.close()


def test_back_after_a_step_of_the_admin_does_not_ask_to_send_it_again(browser, house):
    looker = Looker(browser, house, "officer")
    tab = looker.tab
    application = Application.objects.filter(status="submitted").latest("pk")
    change = reverse("admin:applications_application_change", args=[application.pk])
    step = reverse("admin:applications_application_step", args=[application.pk, "address"])
    tab.goto(house.site + change)
    tab.goto(house.site + step)
    assert looker.send_wrong("form:has(#id_email)") == []
    go_back(tab)
    expect(tab.locator("#id_email")).to_be_visible()
    go_back(tab)
    assert tab.url == house.site + change
    looker.context.close()


def test_back_after_a_form_of_the_admin_itself(browser, house):
    looker = Looker(browser, house, "officer")
    tab = looker.tab
    tab.goto(house.site + reverse("admin:applications_call_add"))
    tab.locator("#id_title").fill("A call with a title alone")
    tab.locator("[name=_save]").first.click()
    expect(tab.locator(".errornote")).to_be_visible()
    expect(tab.locator("#id_title")).to_have_value("A call with a title alone")
    tab.goto(house.site + "/")
    go_back(tab)
    expect(tab.locator("#id_title")).to_have_value("A call with a title alone")
    looker.context.close()
