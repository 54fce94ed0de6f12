"""What is asked of every page, in the browser: one heading, labels, captions, targets, no sideways scroll, axe silent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page

from tests.face.house import House
from tests.journeys.by_browser import TELL_VIOLATIONS, WIDE

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN_AXE = """tags => axe.run(document, {
    runOnly: tags, rules: {"target-size": {enabled: true}}, resultTypes: ["violations"], preload: false,
}).then(found => found.violations.map(one => `axe ${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 200)}`
    + ` (${one.nodes[0].any.concat(one.nodes[0].all, one.nodes[0].none).map(why => why.message).join("; ").slice(0, 250)})`))"""
MOST_BYTES = 100_000
# Setting up a programme or a call is one form of a hundred boxes: 14 kB as a service sends it.
LONG_FORMS, MOST_OF_THOSE = re.compile(r"/admin/(accounts/programme|applications/call)/\d+/change/"), 140_000

# Each line of what this returns is something wrong with the page.
INSPECT = """() => {
    const found = [];
    const all = (what, within) => [...(within || document).querySelectorAll(what)];
    const shown = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length > 0;
    const brief = e => e.outerHTML.slice(0, 160).replace(/\\s+/g, " ");
    const words = e => (e.textContent || "").trim() || all("img[alt]", e).map(one => one.alt).join(" ");
    if (all("h1").length !== 1) found.push(`${all("h1").length} h1: ${all("h1").map(words).join(" | ")}`);
    const wrong = all(".govuk-error-summary, .errornote, ul.errorlist, .govuk-error-message").length > 0;
    if (wrong !== document.title.startsWith("Error:")) found.push(`title of a page with${wrong ? "" : "out"} errors: ${document.title}`);
    for (const link of all(".govuk-error-summary a")) {
        const target = document.getElementById((link.getAttribute("href") || "").slice(1));
        if (!target || !target.matches("input:not([type=hidden]), select, textarea, button")) found.push(`dead link in the summary: ${brief(link)}`);
    }
    for (const table of all("table")) {
        if (!table.caption || !words(table.caption)) found.push(`table without a caption: ${brief(table)}`);
        for (const head of all("th", table)) if (!head.scope) found.push(`th without scope: ${brief(head)}`);
        if (!all("th", table).length) found.push(`table without th: ${brief(table)}`);
    }
    for (const control of all("input:not([type=hidden], [type=submit], [type=button]), select, textarea")) {
        if (!shown(control) && !control.matches(".govuk-radios__input, .govuk-checkboxes__input")) continue;
        const by = [...(control.labels || [])].map(words).join("") || control.getAttribute("aria-label")
            || (control.getAttribute("aria-labelledby") || "").split(" ").map(id => words(document.getElementById(id) || document.createElement("i"))).join("");
        if (!by) found.push(`control without a label: ${brief(control)}`);
    }
    for (const target of all("button, summary, select, input:not([type=hidden]), a.govuk-button, a.button, .govuk-service-navigation__link, .object-tools a")) {
        if (!shown(target)) continue;
        const sizes = [target, ...(target.labels || [])].map(e => e.getBoundingClientRect());
        if (sizes.some(box => box.width <= 1 && box.height <= 1)) continue;  // there for readers by ear
        if (!sizes.some(box => box.width >= 23.5 && box.height >= 23.5)) found.push(`a target below 24 pixels: ${sizes[0].width} × ${sizes[0].height} ${brief(target)}`);
    }
    for (const e of all("[style]")) found.push(`inline style: ${brief(e)}`);
    for (const e of all("style")) found.push(`style element: ${brief(e)}`);
    for (const e of all("script:not([src])")) if (!/json/.test(e.type)) found.push(`inline script: ${brief(e)}`);
    for (const e of all("*")) for (const name of e.getAttributeNames()) if (/^on/.test(name)) found.push(`inline handler: ${brief(e)}`);
    const ids = all("[id]").map(e => e.id);
    for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`id twice: ${id}`);
    for (const e of all("main a, #content a")) if (shown(e) && !words(e) && !e.getAttribute("aria-label") && !e.title) found.push(`link without words: ${brief(e)}`);
    const shownWords = (document.querySelector("main, #content") || document.body).innerText;
    const raw = shownWords.match(/(^|: |\\t)(None|True|False)$|(?<![:\\w])\\d{4}-\\d{2}-\\d{2}(T\\S+)?\\b|<\\w+( \\w+)* (object|at 0x\\w+)/m);
    if (raw) found.push(`raw value: ${raw[0]} in "${shownWords.slice(Math.max(0, raw.index - 60), raw.index + 60).replace(/\\s+/g, " ")}"`);
    return found;
}"""
SIDEWAYS = """() => {
    const root = document.documentElement;
    const cut = [...document.querySelectorAll(".cii-scroll")].filter(e =>
        e.scrollWidth > e.clientWidth + 1 && e.querySelector("table:not(.cii-week, .cii-preview)"));
    if (cut.length) return [`a list is cut at 320 pixels: ${cut[0].getAttribute("aria-label")}`];
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
    return [`scrolls sideways at 320 pixels (${root.scrollWidth}): ` + wide.slice(-3).map(e => e.outerHTML.slice(0, 120).replace(/\\s+/g, " ")).join(" | ")];
}"""


class Looker:
    """One person's window, with an ear on its console and an eye on what it fetches."""

    def __init__(self, browser: Browser, house: House, key: str) -> None:
        """Sign in as this person of the demonstration; an empty key is the public."""
        self.house, self.key = house, key
        self.context: BrowserContext = browser.new_context(
            viewport=WIDE, locale="en-GB", timezone_id="Europe/London", base_url=house.site
        )
        self.context.add_init_script(TELL_VIOLATIONS)
        self.heard: list[str] = []
        self.fetched: dict[str, str] = {}
        self.tab: Page = self.context.new_page()
        self.tab.on(
            "console", lambda said: self.heard.append(f"console: {said.text}") if said.type == "error" else None
        )
        self.tab.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        self.tab.on("response", self.see)
        self.tab.on("dialog", lambda dialog: dialog.accept())
        if key:
            self.context.add_cookies([{"name": "sessionid", "value": house.sessions[key], "url": house.site}])

    def see(self, response: Any) -> None:
        """Note what was fetched, and what came from elsewhere."""
        self.fetched[response.url] = response.request.resource_type
        if not response.url.startswith((self.house.site, "data:")):
            self.heard.append(f"another host: {response.url}")

    def open(self, address: str, *, status: int = 200) -> list[str]:
        """Load a page and say what is wrong with its answer."""
        self.heard.clear()
        answer = self.tab.goto(address)
        assert answer is not None
        if answer.status != status:
            return [f"{address} answers {answer.status}: {self.tab.title()}"]
        size = len(answer.body())
        most = MOST_OF_THOSE if LONG_FORMS.search(address) else MOST_BYTES
        return [f"{size} bytes of HTML"] if size > most else []

    def send_wrong(self, form: str) -> list[str]:
        """Empty every control of the form that is sent, and send it."""
        with self.tab.expect_navigation(wait_until="load"):
            self.tab.evaluate(
                """what => { const form = document.querySelector(what); form.noValidate = true;
                for (const e of form.elements) { if (e.type === "hidden" || e.type === "submit") continue;
                    if (e.type === "checkbox" || e.type === "radio") e.checked = false; else if (e.tagName === "SELECT") e.selectedIndex = -1; else e.value = ""; }
                dispatchEvent(new Event("cii-leaving"));
                const send = form.querySelector("[type=submit]"); send ? send.click() : form.submit(); }""",
                form,
            )
        return [] if self.tab.title().startswith("Error:") else [f"no error said: {self.tab.title()} at {self.tab.url}"]

    def look(self) -> list[str]:
        """Say everything that is wrong with the page as it is shown now."""
        found = [said for said in self.heard if "the server responded with a status of" not in said]
        found += self.tab.evaluate(INSPECT)
        self.tab.evaluate(AXE.read_text())
        found += self.tab.evaluate(RUN_AXE, TAGS)
        self.tab.set_viewport_size({"width": 320, "height": 800})
        found += self.tab.evaluate(SIDEWAYS)
        self.tab.set_viewport_size(WIDE)
        return found
