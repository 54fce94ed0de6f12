"""Writing in a browser: saved without a press however somebody types, and one person's two windows beside each other."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Page, expect

from applications.models import Answer
from tests.face.looking import Looker
from tests.sentences import SAID

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SECOND = 1000
AT_LATEST = 20  # seconds, as static/cii/saving.js has it


def picture(looker: Looker, tab: Page, name: str) -> None:
    """Write pictures into $SHOTS, wide and narrow."""
    if folder := os.environ.get("SHOTS"):
        for label, width in (("wide", 1280), ("narrow", 360)):
            tab.set_viewport_size({"width": width, "height": 900})
            tab.screenshot(path=Path(folder) / f"{name}-{label}.png", full_page=True)
        tab.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def looker(browser, house):
    looker = Looker(browser, house, "applicant")
    looker.context.clock.install()
    yield looker
    looker.context.close()


def open_section(looker: Looker, tab: Page) -> Locator:
    """Open a section and return its first box."""
    tab.goto(looker.house.address("application_section", "draft experience"))
    for _ in range(200):
        if tab.evaluate("window.htmx !== undefined"):
            break
        tab.wait_for_timeout(50)
    return tab.locator("textarea").first


def kept(box: Locator) -> str:
    question = int((box.get_attribute("name") or "").removeprefix("question_"))
    return Answer.objects.filter(question=question).exclude(text="").latest("pk").text


def posts(tab: Page) -> list[str]:
    """What the page sends from here on."""
    sent: list[str] = []
    tab.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    return sent


def asks_before_leaving(tab: Page) -> bool:
    """Follow the link back to the list, and tell whether the browser asked first."""
    asked: list[str] = []
    tab.on("dialog", lambda dialog: asked.append(dialog.type))
    with tab.expect_navigation():
        tab.get_by_role("link", name="All sections").click()
    return asked == ["beforeunload"]


def test_somebody_who_types_without_a_pause_is_saved_after_twenty_seconds_without_a_press(looker):
    tab, clock = looker.tab, looker.context.clock
    box, sent = open_section(looker, tab), posts(tab)
    clock.pause_at(tab.evaluate("Date.now()") + 100)  # from here on the page's time passes only as the test has it
    box.fill("")
    for second in range(AT_LATEST):
        assert sent == [] or second > AT_LATEST / 2  # the two quiet seconds that would save it earlier never come
        if sent:
            break
        box.press_sequentially(f"word{second} ")
        clock.run_for(SECOND)
    tab.wait_for_timeout(SECOND)  # a second of ours for the answer; none of the page's
    clock.run_for(SECOND // 2)
    assert len(sent) == 1
    expect(tab.locator("#saved")).to_contain_text("Saved at ")
    assert kept(box).startswith("word0 word1 word2 ")
    assert box.input_value().startswith(kept(box).strip())


def test_each_save_says_how_often_the_page_was_changed_before_it(looker):
    tab, bodies = looker.tab, []
    box = open_section(looker, tab)
    tab.on("request", lambda request: bodies.append(request.post_data) if request.method == "POST" else None)
    for words in ("One. ", "Three."):
        with tab.expect_response(lambda answer: answer.request.method == "POST"):
            box.press_sequentially(words)
            looker.context.clock.run_for(3 * SECOND)
    assert [parse_qs(body)["edits"] for body in bodies] == [["5"], ["11"]]


def test_a_save_is_announced_and_the_words_after_it_are_not_left_behind_unasked(looker):
    tab = looker.tab
    box = open_section(looker, tab)
    box.press_sequentially("First. ")
    expect(tab.get_by_role("status").filter(has_text="Saved at ")).to_have_count(0)
    looker.context.clock.run_for(3 * SECOND)
    expect(tab.get_by_role("status").filter(has_text="Saved at ")).to_be_visible()
    tab.route("**/experience/", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    box.press_sequentially("Second. ")
    assert asks_before_leaving(tab)


def test_whoever_leaves_with_everything_saved_is_not_asked(looker):
    tab = looker.tab
    box = open_section(looker, tab)
    box.press_sequentially("All of it. ")
    looker.context.clock.run_for(3 * SECOND)
    expect(tab.locator("#saved")).to_contain_text("Saved at ")
    assert not asks_before_leaving(tab)


def test_two_tabs_of_one_person_show_both_versions_and_no_word_is_lost(looker):
    first, second = looker.tab, looker.context.new_page()
    telephone, computer = (open_section(looker, tab) for tab in (first, second))
    telephone.fill("On the telephone.")
    looker.context.clock.run_for(3 * SECOND)
    expect(first.locator("#saved")).to_contain_text("Saved at ")
    with first.expect_response(lambda answer: answer.request.method == "POST"):
        telephone.fill("On the telephone, more.")  # the same window goes on, as often as it likes
        looker.context.clock.run_for(3 * SECOND)
    computer.fill("At the computer.")
    looker.context.clock.run_for(3 * SECOND)
    label = second.locator("label").first.inner_text()
    expect(second.locator("#saved")).to_contain_text(
        SAID.changed_too_so_yours_is.format("You (in another window)", label)
    )
    assert kept(telephone) == "On the telephone, more."
    second.get_by_role("button", name=SAID.save_and_go_back_to).click()
    expect(second.locator(".govuk-error-summary")).to_contain_text(
        SAID.changed_this_too_choose.format("You (in another window)")
    )
    versions = second.get_by_role("region", name=SAID.two_versions_of_the_same_box)
    expect(versions).to_contain_text("On the telephone, more.")
    expect(versions).to_contain_text("At the computer.")
    expect(second.locator("textarea").first).to_have_value("At the computer.")
    looker.tab = second
    assert looker.look() == []
    picture(looker, second, "two-windows")
    second.locator("textarea").first.fill("On the telephone, more. At the computer.")
    second.get_by_role("button", name=SAID.save_and_go_back_to).click()
    expect(second.locator("main")).to_contain_text("saved.")
    assert kept(telephone) == "On the telephone, more. At the computer."
