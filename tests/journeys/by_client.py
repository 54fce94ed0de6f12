"""A visitor through Django's test client: reads each page's forms as they were sent, and sends them back filled in."""

from __future__ import annotations

import re
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html

from tests.client import Client
from tests.journeys.visitor import Person, Visitor, plain, words_of

TYPES = {".pdf": "application/pdf"}


class ClientVisitor(Visitor):
    """Only what the page offers can be filled in or pressed; hidden fields go back as they came."""

    def __init__(self, person: Person) -> None:
        """Begin signed out, with the check against forgery on."""
        super().__init__(person)
        self.client = Client(enforce_csrf_checks=True)
        self.tree: Any = None
        self.at = "/"
        self.chosen: dict[str, Path] = {}

    @property
    def url(self) -> str:
        """The page's address."""
        return self.at

    @property
    def source(self) -> str:
        """The page as it was sent."""
        return self.content

    @property
    def page(self) -> html.HtmlElement:
        """The page as it was sent."""
        return html.fromstring(self.content)

    def go(self, address: str) -> None:
        """Fetch a page, following redirects."""
        self.take(self.client.get(address, follow=True), address, refused=False)

    def take(self, response: Any, address: str, *, refused: bool) -> None:
        """Keep the page that came; anything but a page to read fails unless a refusal was expected."""
        if response.redirect_chain:
            address = urljoin(address, response.redirect_chain[-1][0])
        self.at, self.content, self.chosen = address, response.content.decode(), {}
        assert response.status_code < 400 or refused, f"{address}: {response.status_code} {self.words}"
        assert response.status_code < 500, f"{address}: {response.status_code}"
        self.tree = html.fromstring(self.content)

    def part(self, within: str) -> Any:
        """The page, or the section whose heading begins so."""
        if not within:
            return self.tree
        for section in self.tree.xpath("//section[@aria-labelledby]"):
            heading = section.xpath("//*[@id=$id]", id=section.get("aria-labelledby"))
            if heading and words_of(heading[0]).startswith(within):
                return section
        raise AssertionError(f"{self.at} has no section {within!r}")

    def control(self, label: str, within: str) -> Any:
        """The control that a label belongs to."""
        part = self.part(within)
        if label.startswith("name="):
            return part.xpath(".//*[@name=$name and not(@type='hidden')]", name=label[5:])[0]
        for found in part.xpath(".//label"):
            if plain(words_of(found)) == label:
                own = found.xpath("//*[@id=$id]", id=found.get("for")) if found.get("for") else found.xpath(".//input")
                assert own, f"{self.at}: the label {label!r} belongs to nothing"
                return own[0]
        asked = [plain(words_of(one)) for one in part.xpath(".//label")]
        raise AssertionError(f"{self.at} asks for no {label!r} but for {asked}")

    def put(self, label: str, value: str | bool | Path, within: str) -> None:
        """Put a value into one control of the form."""
        control = self.control(label, within)
        assert not control.xpath("self::*[@disabled or @readonly]"), f"{label!r} cannot be filled in"
        if isinstance(value, Path):
            assert control.get("type") == "file"
            self.chosen[control.get("name")] = value
        elif control.tag == "select":
            control.value = next(one.get("value") for one in control.iter("option") if plain(words_of(one)) == value)
        elif control.tag == "textarea":
            control.value = value
        elif isinstance(value, bool):
            control.checked = value
        else:
            control.set("value", value)

    def pick(self, question: str, answer: str, within: str) -> None:
        """Choose one of a group."""
        for group in self.part(within).xpath(".//fieldset[legend]"):
            if words_of(group.find("legend")).startswith(question):
                for label in group.xpath(".//label"):
                    if words_of(label).startswith(answer):
                        box = label.xpath(".//input") or group.xpath(".//*[@id=$id]", id=label.get("for"))
                        self.unpick(group, box[0])
                        box[0].set("checked", "checked")
                        return
        raise AssertionError(f"{self.at} does not offer {answer!r} for {question!r}")

    def unpick(self, group: Any, box: Any) -> None:
        """Of radio buttons only one is chosen."""
        if box.get("type") == "radio":
            for other in group.xpath(".//input[@type='radio']"):
                other.attrib.pop("checked", None)

    def press(self, button: str, *, within: str = "", refused: bool = False) -> Visitor:
        """Send the form of the button that begins so."""
        for found in self.part(within).xpath(".//button[not(@type='button')] | .//input[@type='submit']"):
            words = found.get("value", "") if found.tag == "input" else words_of(found)
            if words.startswith(button) and found.get("disabled") is None:
                self.send(found, refused=refused)
                return self
        raise AssertionError(f"{self.at} has no button {button!r}:\n{self.words}")

    def send(self, button: Any, *, refused: bool) -> None:
        """Send what the form holds, as a browser would."""
        form = button.xpath("//form[@id=$id] | ancestor::form", id=button.get("form", ""))[0]
        for box in form.xpath(".//input[not(@value)][not(@type='checkbox' or @type='radio')]"):
            box.set("value", "")  # an empty box is sent too
        own = [(button.get("name"), button.get("value", ""))] if button.get("name") else []
        data: dict[str, list[Any]] = {}
        for name, value in [*form.form_values(), *own]:
            data.setdefault(name, []).append(value)
        for name, path in self.chosen.items():
            data[name] = [SimpleUploadedFile(path.name, path.read_bytes(), TYPES.get(path.suffix, ""))]
        address = urljoin(self.at, form.get("action") or "")
        if (form.get("method") or "get").lower() == "get":
            self.take(self.client.get(address, data, follow=True), address, refused=refused)
        else:
            self.take(self.client.post(address, data, follow=True), address, refused=refused)

    def follow(self, link: str, *, within: str = "") -> Visitor:
        """Follow the link whose words begin so."""
        for found in self.part(within).xpath(".//a[@href]"):
            if words_of(found).startswith(link):
                self.go(re.sub(r"#.*", "", urljoin(self.at, found.get("href"))))
                return self
        raise AssertionError(f"{self.at} has no link {link!r}:\n{self.words}")

    def fetch(self, address: str, *, expect: int = 200) -> bytes:
        """Take a file away."""
        response = self.client.get(address)
        if response.status_code == HTTPStatus.ACCEPTED:  # a document that is being made
            response = self.client.get(address)
        assert response.status_code == expect, f"{address}: {response.status_code}"
        return b"".join(response.streaming_content) if response.streaming else response.content
