"""Somebody at the service: opens pages, fills in by label, presses buttons; with a browser or with Django's client."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lxml import html

from tests.journeys.authenticator import code_for


@dataclass
class Person:
    """Who it is: the address and password they sign in with; the secret once they have set up an authenticator."""

    name: str
    email: str
    password: str = "lantern orchard teaspoon"
    roles: tuple[str, ...] = ()
    works_for: str = ""
    secret: str = field(default="", repr=False)


def plain(text: str) -> str:
    """Return the text on one line, without the colons and asterisks that the admin puts behind labels."""
    return " ".join(text.split()).rstrip(":*").strip()


def words_of(element: html.HtmlElement) -> str:
    """Return the element's words as they are read, in one line."""
    return re.sub(r" ([.,;:)?!])", r"\1", " ".join(" ".join(element.itertext()).split()))


class Visitor(ABC):
    """One person with one browser of their own."""

    def __init__(self, person: Person) -> None:
        """Begin signed out."""
        self.person = person

    # --- what a person does ---

    def open(self, address: str) -> Visitor:
        """Go to an address or the address of a link; sign in when the page asks for it, as a person would."""
        self.go(re.sub(r"^https?://[^/]+", "", address))
        if self.path == "/accounts/login/":
            self.sign_in()
        return self

    def at_desk(self, list_name: str) -> Visitor:
        """Open one of the admin's lists from its front page."""
        lists = self.open("/admin/").page.xpath("//tr/th[@scope='row']/a[@href]")
        return self.open(next(str(one.get("href")) for one in lists if words_of(one) == list_name))

    def sign_in(self) -> None:
        """Fill in the sign-in page, and the code when there is a second factor."""
        self.fill({"Email address": self.person.email, "Password": self.person.password}).press("Sign in")
        if self.path == "/accounts/2fa/authenticate/":
            self.fill({"Code": code_for(self.person.secret)}).press("Sign in")
        assert not self.path.startswith("/accounts/"), self.words

    def fill(self, typed: dict[str, str | bool | Path], *, within: str = "") -> Visitor:
        """Type into, tick or choose from the controls with these labels; `name=…` finds one by its name."""
        for label, value in typed.items():
            self.put(label, value, within)
        return self

    def choose(self, question: str, answer: str, *, within: str = "") -> Visitor:
        """Choose the radio button or tick the box whose label begins so, in the group with this legend."""
        self.pick(question, answer, within)
        return self

    @abstractmethod
    def go(self, address: str) -> None:
        """Fetch a page of the service."""

    @abstractmethod
    def put(self, label: str, value: str | bool | Path, within: str) -> None:
        """Put a value into one control."""

    @abstractmethod
    def pick(self, question: str, answer: str, within: str) -> None:
        """Choose one of a group."""

    @abstractmethod
    def press(self, button: str, *, within: str = "", refused: bool = False) -> Visitor:
        """Press the button that begins so; `refused` when the answer is expected to be a refusal."""

    @abstractmethod
    def follow(self, link: str, *, within: str = "") -> Visitor:
        """Follow the link whose words begin so."""

    @abstractmethod
    def fetch(self, address: str, *, expect: int = 200) -> bytes:
        """Take a file away, or see with which status it is refused."""

    def shot(self, name: str) -> Visitor:
        """Look at the page, wide and narrow, where there is something to look at it with."""
        return self

    def wait_for(self, words: str) -> Visitor:
        """Wait until a script has put these words on the page."""
        return self.sees(words)

    # --- what a person sees ---

    @property
    @abstractmethod
    def url(self) -> str:
        """The page's whole address."""

    @property
    @abstractmethod
    def source(self) -> str:
        """The page as it stands."""

    @property
    def path(self) -> str:
        """The page's address without the host."""
        return urlsplit(self.url).path

    @property
    def page(self) -> html.HtmlElement:
        """The page, parsed."""
        return html.fromstring(self.source)

    @property
    def words(self) -> str:
        """What the page's main part says, in one line."""
        page = self.page
        main = page.xpath("//main") or page.xpath("//body")
        return words_of(main[0])

    def sees(self, *sentences: str) -> Visitor:
        """Fail unless the page says each of these."""
        for sentence in sentences:
            assert sentence in self.words, f"{self.path} does not say {sentence!r}:\n{self.words}"
        return self

    def misses(self, *sentences: str) -> Visitor:
        """Fail if the page, anywhere in its source, holds any of these."""
        for sentence in sentences:
            assert sentence not in self.source, f"{self.path} holds {sentence!r}"
        return self

    def rows(self, caption: str = "") -> list[list[str]]:
        """The rows of the table with this caption (or of the only one), cell by cell."""
        tables = [one for one in self.page.xpath("//table") if not caption or caption in words_of(one)]
        return [[words_of(cell) for cell in row.xpath("./th|./td")] for row in tables[0].xpath("./tbody/tr")]

    def links(self, words: str) -> list[str]:
        """The addresses of the links that begin so."""
        return [str(one.get("href")) for one in self.page.xpath("//a[@href]") if words_of(one).startswith(words)]
