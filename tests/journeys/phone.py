"""A visitor with a telephone in their hand: small, touched, with scripts or without."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, Locator

from tests.journeys.by_browser import BrowserVisitor
from tests.journeys.visitor import Person, Visitor

SCREEN = {"width": 360, "height": 740}
AGENT = (
    "Mozilla/5.0 (Linux; Android 14; Small Phone) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Mobile Safari/537.36"
)
STICKS_OUT = """() => {
    const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > 361);
    return document.documentElement.scrollWidth <= 360 ? "" :
        `${document.documentElement.scrollWidth} pixels wide: ${wide.slice(-2).map(e => e.outerHTML.slice(0, 120)).join(" | ")}`;
}"""


class PhoneVisitor(BrowserVisitor):
    """Every page this visitor comes to must fit the screen."""

    device = {"viewport": SCREEN, "has_touch": True, "is_mobile": True, "device_scale_factor": 2, "user_agent": AGENT}

    def go(self, address: str) -> None:
        """Open a page, and see that it fits."""
        super().go(address)
        self.fits()

    def click(self, target: Locator, *, refused: bool) -> None:
        """Touch instead of click, and see that what comes fits."""
        self.expects_refusal = refused
        with self.tab.expect_navigation(wait_until="load") as coming:
            target.tap()
        response = coming.value
        assert response is None or response.status < 400 or refused, f"{self.url}: {response.status} {self.words}"
        self.fits()

    def fits(self) -> None:
        """Note a page that scrolls sideways."""
        if out := self.tab.evaluate(STICKS_OUT):
            self.note(out)

    def shot(self, name: str) -> Visitor:
        """Write a picture of the page into $SHOTS."""
        self.fits()
        if folder := os.environ.get("SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.tab.screenshot(path=Path(folder) / f"phone-{name}.png", full_page=True)
        return self

    def type(self, label: str, words: str) -> None:
        """Type at the end of what is in a box, key by key, as the scripts of a page hear it."""
        box = self.tab.get_by_label(label).first
        box.focus()
        box.press("Control+End")
        box.press_sequentially(words)

    def box(self, label: str) -> str:
        """What stands in a box now."""
        return (
            self.tab.get_by_label(label).and_(self.tab.locator("input:not([type=radio]), textarea")).first.input_value()
        )

    def is_signed_out_by_time(self) -> None:
        """Let the session end, as it does after twelve hours."""
        self.context.clear_cookies(name="sessionid")

    def loses_every_cookie(self) -> None:
        """Let the telephone forget everything, as some do by themselves."""
        self.context.clear_cookies()

    def closes_the_page(self) -> None:
        """Close the tab and open another."""
        self.tab.close()
        self.new_tab()


class PlainPhoneVisitor(PhoneVisitor):
    """The same with scripts switched off."""

    def __init__(self, person: Person, browser: Browser, site: str, problems: list[str]) -> None:
        """Open an empty window that runs no script."""
        self.device = {**PhoneVisitor.device, "java_script_enabled": False}
        super().__init__(person, browser, site, problems)
