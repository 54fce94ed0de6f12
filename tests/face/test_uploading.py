"""Files in a browser: chosen or dropped, each sent by itself with its progress; refused, cut and sent again, heard."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, Route, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.applications.factories import docx, pdf
from tests.face.looking import Looker
from tests.sentences import SAID

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

DROP = """([bytes, name]) => {
    const file = new File([new Uint8Array(bytes)], name);
    const data = new DataTransfer();
    data.items.add(file);
    const zone = document.querySelector("#id_statement").closest(".cii-drop");
    for (const kind of ["dragenter", "dragover", "drop"])
        zone.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
}"""

PAINTED = "() => new Promise(done => new PerformanceObserver(() => done()).observe({type: 'paint', buffered: true}))"


def picture(looker: Looker, name: str) -> None:
    """Write pictures into $SHOTS, wide and narrow."""
    if folder := os.environ.get("SHOTS"):
        for label, width in (("wide", 1280), ("narrow", 360)):
            looker.tab.set_viewport_size({"width": width, "height": 900})
            looker.tab.screenshot(path=Path(folder) / f"{name}-{label}.png", full_page=True)
        looker.tab.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def looker(browser, house):
    looker = Looker(browser, house, "applicant")
    address = house.address("application_section", "draft documents")
    assert looker.open(address) == []
    yield looker
    looker.context.close()


def choose(looker: Looker, field: str, content: bytes, name: str) -> None:
    looker.tab.locator(f"#id_{field}").set_input_files({"name": name, "mimeType": "", "buffer": content})


def said(looker: Looker, field: str):
    return looker.tab.locator(f"#div_id_{field} + .cii-upload [role=status]")


def test_a_file_is_sent_as_soon_as_it_is_chosen_and_said_to_be_here(looker):
    choose(looker, "cv", pdf("chosen.pdf", "Chosen").read(), "chosen.pdf")
    expect(said(looker, "cv")).to_have_text("chosen.pdf is uploaded.")
    expect(looker.tab.locator("#upload-here")).to_contain_text("chosen.pdf")
    expect(looker.tab.locator("#id_cv")).to_be_focused()
    assert looker.look() == []
    picture(looker, "upload-done")
    with looker.tab.expect_navigation():
        looker.tab.get_by_role("button", name="Upload").click()
    assert "documents" not in looker.tab.url
    expect(looker.tab.locator("main")).to_contain_text("CV: chosen.pdf is uploaded.")


def test_a_file_can_be_dropped(looker):
    looker.tab.evaluate(DROP, [list(docx("dropped.docx", "Dropped").read()), "dropped.docx"])
    expect(said(looker, "statement")).to_have_text("dropped.docx is uploaded.")


def test_what_is_refused_comes_into_the_summary_and_the_other_is_kept(looker):
    choose(looker, "cv", b"MZ a program", "cv.pdf")
    link = looker.tab.get_by_role("link", name="CV: This file is a program, not a PDF")
    expect(link).to_be_visible()
    expect(looker.tab.locator(".govuk-error-summary")).to_be_focused()
    choose(looker, "statement", pdf("good.pdf", "Good").read(), "good.pdf")
    expect(said(looker, "statement")).to_have_text("good.pdf is uploaded.")
    expect(link).to_be_visible()
    assert looker.tab.title().startswith("Error: ")
    assert looker.look() == []
    picture(looker, "upload-refused")
    link.click()
    expect(looker.tab.locator("#id_cv")).to_be_focused()
    choose(looker, "cv", pdf("better.pdf", "Better").read(), "better.pdf")
    expect(said(looker, "cv")).to_have_text("better.pdf is uploaded.")
    expect(looker.tab.locator(".govuk-error-summary")).to_have_count(0)
    assert not looker.tab.title().startswith("Error: ")


def test_the_progress_is_shown_and_named(looker):
    held: list[Route] = []
    looker.tab.route(
        "**/documents/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_()
    )
    choose(looker, "cv", pdf("slow.pdf", "Slow").read(), "slow.pdf")
    bar = looker.tab.get_by_role("progressbar", name="Uploading slow.pdf")
    expect(bar).to_be_visible()
    expect(said(looker, "cv")).to_have_text("Uploading slow.pdf…")
    assert looker.look() == []
    picture(looker, "upload-progress")
    held[0].continue_()
    expect(said(looker, "cv")).to_have_text("slow.pdf is uploaded.")
    expect(bar).to_have_count(0)


def test_a_cut_line_is_said_and_the_file_offered_again(looker):
    cut = {"once": True}

    def line(route: Route) -> None:
        if route.request.method == "POST" and cut.pop("once", False):
            route.abort("connectionreset")
        else:
            route.continue_()

    looker.tab.route("**/documents/", line)
    choose(looker, "cv", pdf("cut.pdf", "Cut").read(), "cut.pdf")
    expect(said(looker, "cv")).to_have_text(
        "cut.pdf was not uploaded. The connection was lost before the whole file was uploaded."
    )
    picture(looker, "upload-cut")
    looker.heard.clear()
    looker.tab.get_by_role("button", name="Upload cut.pdf again").click()
    expect(said(looker, "cv")).to_have_text("cut.pdf is uploaded.")


def test_a_file_too_large_is_not_even_sent(looker):
    sent: list[str] = []
    looker.tab.on("request", lambda request: sent.append(request.method))
    choose(looker, "cv", b"%PDF-1.7" + b"0" * (11 * 1024 * 1024), "big.pdf")
    expect(said(looker, "cv")).to_contain_text("big.pdf is 11.1 MB. The most is 10 MB, so we did not upload it.")
    assert "POST" not in sent


def test_a_session_that_ended_is_said_and_nothing_is_lost(looker):
    looker.context.clear_cookies()
    choose(looker, "cv", pdf("late.pdf", "Late").read(), "late.pdf")
    expect(said(looker, "cv")).to_contain_text("late.pdf was not uploaded.")
    expect(looker.tab.get_by_role("button", name="Upload late.pdf again")).to_be_visible()


def test_whoever_reached_the_control_before_the_script_did_stays_there(looker):
    held: list[Route] = []
    looker.tab.route("**/*.js", lambda script: held.append(script))  # noqa: PLW0108 - playwright wants a function
    looker.tab.goto(looker.tab.url, wait_until="commit")
    looker.tab.locator("#id_cv").focus()
    assert looker.tab.locator(".cii-drop").count() == 0
    for script in held:
        script.continue_()
    expect(looker.tab.locator(".cii-drop #id_cv")).to_be_focused()


def press_for_a_file(looker: Looker) -> FileChooser:
    """Press the space bar on the control, again where a busy chromium dropped it: it does before a page's first picture."""
    looker.tab.bring_to_front()
    looker.tab.evaluate(PAINTED)
    for _ in range(6):
        looker.tab.locator("#id_cv").focus()
        expect(looker.tab.locator(".cii-drop #id_cv")).to_be_focused()
        with suppress(PlaywrightTimeoutError):
            with looker.tab.expect_file_chooser(timeout=5000) as opened:
                looker.tab.keyboard.press("Space")
            return opened.value
    raise AssertionError("The space bar opened no file chooser.")


def test_it_can_be_done_by_keyboard_alone(looker):
    opened = press_for_a_file(looker)
    opened.set_files({"name": "keys.pdf", "mimeType": "", "buffer": pdf("keys.pdf", "Keys").read()})
    expect(said(looker, "cv")).to_have_text("keys.pdf is uploaded.")


def test_the_proposed_secondee_sends_the_cv_and_is_led_on(browser, house):
    looker = Looker(browser, house, "")
    assert looker.open(house.address("candidate_upload", "mail candidate")) == []
    picture(looker, "candidate-upload")
    with looker.tab.expect_navigation():
        choose(looker, "cv", pdf("mine.pdf", "Mine").read(), "mine.pdf")
    expect(looker.tab.locator("main")).to_contain_text(SAID.your_cv_is_here_your)
    expect(looker.tab.locator("main")).to_contain_text("uploaded by you")
    assert looker.look() == []
    picture(looker, "candidate")
    looker.context.close()
