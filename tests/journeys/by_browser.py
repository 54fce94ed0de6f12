"""A visitor through a real browser, with an ear on its console: an error there fails the journey."""

from __future__ import annotations

import os
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Response, expect
from playwright.sync_api import Page as Tab

from tests.journeys.visitor import Person, Visitor

WIDE, NARROW, SMALL = ({"width": width, "height": height} for width, height in ((1280, 900), (360, 800), (320, 640)))
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (e) =>
    console.error(`policy violated: ${e.violatedDirective} ${e.blockedURI}`))"""


def beginning(words: str) -> re.Pattern[str]:
    """Match what begins so, however the template breaks its lines."""
    return re.compile(r"^\s*" + r"\s+".join(map(re.escape, words.split())))


class BrowserVisitor(Visitor):
    """A context of its own in the one browser: nobody shares a session."""

    device: dict[str, Any] = {"viewport": WIDE}

    def __init__(self, person: Person, browser: Browser, site: str, problems: list[str]) -> None:
        """Open an empty window; what goes wrong in it is added to `problems`."""
        super().__init__(person)
        self.site, self.problems = site, problems
        of = {"locale": "en-GB", "timezone_id": "Europe/London", "base_url": site}
        self.context = browser.new_context(**self.device, **of)
        self.context.set_default_timeout(30_000)
        self.context.add_init_script(TELL_VIOLATIONS)
        self.expects_refusal = False
        self.new_tab()

    def new_tab(self) -> None:
        """Open a tab, as on the first day and after the last one was closed."""
        self.tab: Tab = self.context.new_page()
        self.tab.on("console", self.hear)
        self.tab.on("pageerror", lambda error: self.note(f"script: {error}"))
        self.tab.on("response", self.see)
        self.tab.on("dialog", lambda dialog: dialog.accept())

    def note(self, problem: str) -> None:
        """Remember what went wrong, and where."""
        self.problems.append(f"{self.person.name} at {self.tab.url}: {problem}")

    def hear(self, message: ConsoleMessage) -> None:
        """An error in the console is a problem, unless it only says that a page was refused as expected."""
        is_refusal = "status of 4" in message.text and self.expects_refusal
        if message.type == "error" and not is_refusal:
            self.note(message.text)

    def see(self, response: Response) -> None:
        """A failing server is a problem, and so is any request to another host."""
        if response.status >= 500 or not response.url.startswith((self.site, "data:", "blob:")):
            self.note(f"{response.status} {response.url}")

    @property
    def url(self) -> str:
        """The page's address."""
        return self.tab.url

    @property
    def source(self) -> str:
        """The page as the browser holds it now."""
        return self.tab.content()

    def go(self, address: str) -> None:
        """Open a page."""
        response = self.tab.goto(address)
        assert response is not None
        assert response.status < 400, f"{address}: {response.status} {self.words}"

    def part(self, within: str) -> Tab | Locator:
        """The page, or the section whose heading begins so."""
        return self.tab.get_by_role("region", name=beginning(within)).first if within else self.tab

    def put(self, label: str, value: str | bool | Path, within: str) -> None:
        """Type into, tick, choose from or give a file to one control."""
        part = self.part(within)
        if label.startswith("name="):
            control = part.locator(f"[name='{label[5:]}']:not([type=hidden])").first
        else:
            control = part.get_by_label(re.compile(rf"^\s*{re.escape(label)}\s*[:*]?\s*$")).first
        if isinstance(value, Path):
            control.set_input_files(value)
            expect(self.tab.locator("[data-upload-busy]")).to_have_count(0, timeout=30_000)
        elif isinstance(value, bool):
            control.set_checked(value)
        elif control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(label=value)
        else:
            control.fill(value)
            control.blur()  # a person goes on to the next one

    def pick(self, question: str, answer: str, within: str) -> None:
        """Choose one of a group."""
        group = self.part(within).get_by_role("group", name=beginning(question)).first
        group.get_by_label(beginning(answer)).first.check()

    def press(self, button: str, *, within: str = "", refused: bool = False) -> Visitor:
        """Press a button and wait for the page that comes."""
        self.click(self.part(within).get_by_role("button", name=beginning(button)).first, refused=refused)
        return self

    def follow(self, link: str, *, within: str = "") -> Visitor:
        """Follow a link and wait for the page that comes."""
        found = self.part(within).locator("a[href]:visible").filter(has_text=beginning(link))
        self.click(found.first, refused=False)
        return self

    def click(self, target: Locator, *, refused: bool) -> None:
        """Click, and see what came."""
        self.expects_refusal = refused
        with self.tab.expect_navigation(wait_until="load") as coming:
            target.click()
        response = coming.value
        assert response is None or response.status < 400 or refused, f"{self.url}: {response.status} {self.words}"

    def wait_for(self, words: str) -> Visitor:
        """Wait until a script has put these words on the page."""
        self.tab.get_by_text(words).first.wait_for()
        return self

    def fetch(self, address: str, *, expect: int = 200) -> bytes:
        """Take a file away with the browser's own cookies."""
        response = self.context.request.get(address)
        if response.status == HTTPStatus.ACCEPTED:  # a document that is being made
            response = self.context.request.get(address)
        assert response.status == expect, f"{address}: {response.status}"
        return response.body()

    def shot(self, name: str) -> Visitor:
        """See that nothing sticks out on a small telephone; write pictures into $SHOTS, wide and narrow."""
        self.tab.set_viewport_size(SMALL)
        if (width := self.tab.evaluate("document.documentElement.scrollWidth")) > SMALL["width"]:
            self.note(f"is {width} wide on a telephone of {SMALL['width']} pixels")
        if folder := os.environ.get("SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            for label, size in (("wide", WIDE), ("narrow", NARROW)):
                self.tab.set_viewport_size(size)
                self.tab.screenshot(path=Path(folder) / f"{name}-{label}.png", full_page=True)
        self.tab.set_viewport_size(WIDE)
        return self
