"""Two browsers in one section, two tabs of one assessment, a telephone that dies: nothing that was typed is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from applications.models import Answer, Assessment, Score
from tests.face.looking import Looker
from tests.sentences import SAID

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SECOND = 1000
COVERED = """box => {
    const plate = document.querySelector("#saved").getBoundingClientRect();
    const line = box.getBoundingClientRect();
    const meets = plate.top < line.bottom && plate.bottom > line.top && plate.left < line.right && plate.right > line.left;
    return plate.height > 0 && meets;
}"""


def picture(tab: Page, name: str) -> None:
    """Write pictures into $SHOTS, wide and narrow."""
    if folder := os.environ.get("SHOTS"):
        size = tab.viewport_size
        for label, width in (("wide", 1280), ("narrow", 360)):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.screenshot(path=Path(folder) / f"{name}-{label}.png", full_page=True)
        tab.set_viewport_size(size)


@pytest.fixture
def looker(browser, house):
    looker = Looker(browser, house, "applicant")
    looker.context.clock.install()
    yield looker
    looker.context.close()


def open_section(looker: Looker, tab: Page, section: str = "experience") -> Page:
    tab.goto(looker.house.site + looker.house.address("application_section", f"draft {section}"))
    for _ in range(200):
        if tab.evaluate("window.htmx !== undefined"):
            break
        tab.wait_for_timeout(50)
    return tab


def texts(tab: Page) -> list[str]:
    """What is saved for the boxes of the page."""
    keys = [int(box.get_attribute("name").removeprefix("question_")) for box in tab.locator("textarea").all()]
    return [Answer.objects.filter(question=key).latest("pk").text for key in keys]


def test_f1_a_telephone_that_dies_at_510_of_500_words_has_lost_nothing(looker, browser):
    tab = open_section(looker, looker.tab)
    box = tab.locator("textarea").first
    limit = int(box.get_attribute("data-word-limit"))
    words = " ".join(["word"] * (limit + 10))
    box.fill(words)
    looker.context.clock.run_for(3 * SECOND)
    expect(tab.locator("#saved")).to_contain_text("Saved at ")
    expect(tab.locator(".govuk-form-group--error .govuk-error-message").first).to_contain_text("Take out 10 words.")
    picture(tab, "too-long-while-typing")
    tab.close()  # nothing was pressed
    other = Looker(browser, looker.house, "applicant")
    try:
        page = open_section(other, other.tab)
        expect(page.locator("textarea").first).to_have_value(words)
        assert other.look() == []
        picture(page, "too-long-opened-again")
        page.goto(looker.house.site + looker.house.address("application", "draft"))
        expect(page.locator(".govuk-tag", has_text="Too long")).to_be_visible()
        picture(page, "too-long-in-the-list")
    finally:
        other.context.close()


def test_f2_two_browsers_in_one_section_each_in_a_box_of_its_own(looker, browser):
    first, other = open_section(looker, looker.tab), Looker(browser, looker.house, "applicant")
    other.context.clock.install()
    try:
        second = open_section(other, other.tab)
        first.locator("textarea").nth(0).fill("By Amara.")
        looker.context.clock.run_for(3 * SECOND)
        expect(first.locator("#saved")).to_contain_text("Saved at ")
        second.locator("textarea").nth(1).fill("By Sunita.")
        other.context.clock.run_for(3 * SECOND)
        expect(second.locator("#saved")).to_contain_text("Saved at ")
        second.get_by_role("button", name=SAID.save_and_go_back_to).click()
        expect(second.locator("main")).to_contain_text("saved.")
        assert texts(first)[:2] == ["By Amara.", "By Sunita."]
    finally:
        other.context.close()


def test_a3_two_tabs_of_one_assessment(browser, house):
    looker = Looker(browser, house, "gla_assessor")
    try:
        begun = Assessment.objects.filter(assessor=house.people["gla_assessor"], status="begun")
        own = begun.filter(application__call__hides_names=False).latest("pk")
        address = f"{house.site}/admin/applications/assessment/{own.pk}/change/"
        tabs = [looker.tab, looker.context.new_page()]
        for tab in tabs:
            tab.goto(address)
        tabs[0].locator("#id_reason_a").fill("On the laptop")
        expect(tabs[0].locator("[data-saved]")).to_contain_text("Saved at ")
        tabs[1].locator("#id_reason_b").fill("On the telephone")
        tabs[1].locator('input[name="score_b"][value="2"]').check()
        expect(tabs[1].locator("[data-saved]")).to_contain_text("Saved at ")
        tabs[1].wait_for_timeout(2 * SECOND)
        reasons = dict(Score.objects.filter(assessment=own).values_list("criterion__letter", "reason"))
        assert (reasons["a"], reasons["b"]) == ("On the laptop", "On the telephone")
        tabs[1].get_by_role("button", name="Complete", exact=True).click()
        expect(tabs[1].locator(".errornote a").first).to_be_visible()
        looker.tab = tabs[1]
        picture(tabs[1], "assessment-incomplete")
    finally:
        looker.context.close()


@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 256), (1024, 600), (1280, 900)])
def test_f11_what_is_said_of_saving_covers_nothing_that_is_being_typed(looker, width, height):
    tab = looker.tab
    tab.set_viewport_size({"width": width, "height": height})
    open_section(looker, tab, "secondment")
    for name in ("current_salary", "present_hours", "months"):
        box = tab.locator(f"#id_{name}")
        box.fill("a bit")
        looker.context.clock.run_for(3 * SECOND)
        expect(tab.locator("#saved")).to_contain_text("Saved at ")
        box.blur()
        box.focus()
        box.evaluate("box => box.scrollIntoView({block: 'nearest'})")
        assert not box.evaluate(COVERED), name
    expect(tab.locator("#id_current_salary_error")).to_be_visible()
    thoughts = tab.locator("textarea").first
    thoughts.fill("A thought. " * 20)
    looker.context.clock.run_for(3 * SECOND)
    expect(tab.locator("#saved")).to_contain_text("Saved at ")
    assert not thoughts.evaluate(COVERED)
    picture(tab, f"marked-at-the-field-{width}")


def test_f12_what_is_uploaded_can_be_removed_and_a_finger_is_not_told_to_drop(browser, house):
    looker = Looker(browser, house, "applicant")
    try:
        tab = looker.tab
        tab.goto(house.site + house.address("application_section", "draft documents"))
        expect(tab.locator("#upload-here")).to_contain_text("Uploaded")
        picture(tab, "uploaded")
        tab.get_by_role("button", name="Remove Supporting statement").click()
        expect(tab.locator("main")).to_contain_text("Supporting statement: removed.")
        assert looker.look() == []
        touch = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
        touch.add_cookies(looker.context.cookies())
        phone = touch.new_page()
        phone.goto(house.site + house.address("application_section", "draft documents"))
        assert (
            phone.get_by_text("or drop the file here").count() == 0
            or not phone.locator(".cii-drop__words").first.is_visible()
        )
        picture(phone, "upload-on-a-phone")
        touch.close()
    finally:
        looker.context.close()
