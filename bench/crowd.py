"""Applicants at the deadline: each uploads a CV, has it confirmed, checks, submits, and reads the receipt."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "a-line-that-no-paper-holds"
OK, ONWARD, SERVER_ERROR = 200, 302, 500
PIECE = 65_536  # bytes sent at a time
TRIES = 3  # a person whose line broke tries again


@dataclass
class Paper:
    """A CV of so many bytes: a page, and a picture that differs from person to person."""

    number: int
    megabytes: int
    picture: bytes

    def pieces(self) -> Iterator[bytes]:
        """The file: a small PDF around a stream of noise, with a table of where its parts are."""
        own = f"% CV of applicant {self.number}\n".encode()
        parts = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        ]
        head, places = b"%PDF-1.4\n" + own, []
        for number, part in enumerate(parts, 1):
            places.append(len(head))
            head += b"%d 0 obj\n%s\nendobj\n" % (number, part)
        places.append(len(head))
        length = self.megabytes * 1024 * 1024
        head += b"4 0 obj\n<< /Length %d >>\nstream\n" % length
        yield head
        yield from (self.picture[start : start + PIECE] for start in range(0, length, PIECE))
        tail = b"\nendstream\nendobj\n"
        table = len(head) + length + len(tail)
        rows = b"".join(b"%010d 00000 n \n" % place for place in places)
        tail += b"xref\n0 5\n0000000000 65535 f \n" + rows
        yield tail + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table

    def size_and_digest(self) -> tuple[int, str]:
        """How long it is, and its SHA-256."""
        size, digest = 0, sha256()
        for piece in self.pieces():
            size += len(piece)
            digest.update(piece)
        return size, digest.hexdigest()


def noise(megabytes: int) -> bytes:
    return os.urandom(megabytes * 1024 * 1024)


@dataclass
class Answer:
    """What came back."""

    status: int
    onward: str
    page: str
    took: float  # milliseconds from before the connection to the last byte

    def hidden(self) -> dict[str, str]:
        found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', self.page)
        return {name: unescape(value) for name, value in found}


@dataclass
class Browser:
    """Somebody's cookies, and how long each of their requests took."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    took: dict[str, list[float]] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    broken: int = 0

    def ask(
        self,
        step: str,
        address: str,
        body: Callable[[], Iterator[bytes]] | None = None,
        *,
        kind: str = FORM,
        length: int = 0,
    ) -> Answer:
        """Make one request over a connection of its own; try again when the line breaks, as people do."""
        for turn in range(TRIES):
            try:
                answer = self.once(address, body, kind, length)
            except (OSError, HTTPException):
                self.broken += 1
                if turn == TRIES - 1:
                    raise
                time.sleep(1)
                continue
            self.took.setdefault(step, []).append(answer.took)
            self.statuses.append(answer.status)
            return answer
        raise AssertionError

    def once(self, address: str, body: Callable[[], Iterator[bytes]] | None, kind: str, length: int) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers |= {"Content-Type": kind, "Content-Length": str(length)}
        begun = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request("POST" if body else "GET", address, body() if body else None, headers)
            response = connection.getresponse()
            page = response.read().decode("utf-8", "replace")
            took = (time.perf_counter() - begun) * 1000
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location", ""), page, took)

    def get(self, step: str, address: str) -> Answer:
        return self.ask(step, address)

    def post(self, step: str, address: str, typed: dict[str, str]) -> Answer:
        body = urlencode(typed).encode()
        return self.ask(step, address, lambda: iter([body]), length=len(body))


@dataclass
class Applicant:
    """One organisation's lead with a complete draft, and the proposed secondee with their link."""

    number: int
    draft: str
    email: str
    password: str
    token: str
    lead: Browser
    secondee: Browser
    paper: Paper
    signs_in: bool
    clicks: int
    reference: str = ""
    told_late: bool = False
    problem: str = ""

    def apply(self) -> None:
        try:
            self.reference = self.walk()
        except (OSError, HTTPException, LookupError, ValueError) as problem:
            self.problem = f"applicant {self.number}: {problem}"

    def walk(self) -> str:
        """Sign in where that is still to do, upload, have it confirmed, check, submit; return the reference."""
        if self.signs_in:
            self.sign_in()
        address = f"/applications/{self.draft}/"
        page = self.lead.get("documents page", f"{address}documents/")
        self.upload(f"{address}documents/", page.hidden()["csrfmiddlewaretoken"])
        page = self.secondee.get("secondee's page", f"/candidate/{self.token}/")
        confirmed = self.secondee.post(
            "confirmation", f"/candidate/{self.token}/", page.hidden() | {"answer": "confirm"}
        )
        want(confirmed, ONWARD, "confirmation")
        page = self.lead.get("check page", f"{address}check/")
        if "Submit the application" not in page.page:
            raise ValueError("the check page has no button")
        typed = {"csrfmiddlewaretoken": page.hidden()["csrfmiddlewaretoken"], "declaration": "on"}
        onward = self.submit(f"{address}submit/", typed)
        receipt = want(self.lead.get("receipt", onward), OK, "receipt")
        return re.findall(r"<strong>(\w+-\d{4}-\d+)</strong>", receipt.page)[0]

    def sign_in(self) -> None:
        self.lead.cookies.clear()
        page = self.lead.get("sign-in page", "/accounts/login/")
        typed = page.hidden() | {"login": self.email, "password": self.password}
        want(self.lead.post("sign-in", "/accounts/login/", typed), ONWARD, "sign-in")

    def upload(self, address: str, token: str) -> None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="cv"; filename="cv.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        tail = f"\r\n--{BOUNDARY}--\r\n".encode()

        def body() -> Iterator[bytes]:
            yield head
            yield from self.paper.pieces()
            yield tail

        length = len(head) + sum(map(len, self.paper.pieces())) + len(tail)
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        want(self.lead.ask("upload", address, body, kind=kind, length=length), ONWARD, "upload")

    def submit(self, address: str, typed: dict[str, str]) -> str:
        """Press the button, some of us twice at once; return where the receipt is: one place for all."""
        with ThreadPoolExecutor(self.clicks) as fingers:
            pressed = [fingers.submit(self.lead.post, "submit", address, typed) for _ in range(self.clicks)]
            answers = [want(one.result(), ONWARD, "submit") for one in pressed]
        places = {answer.onward for answer in answers}
        if len(places) > 1:
            raise ValueError(f"two receipts: {places}")
        return places.pop()


def want(answer: Answer, status: int, step: str) -> Answer:
    """Return the answer, or say what the page said instead."""
    if answer.status == status:
        return answer
    said = re.findall(r'class="govuk-error-(?:summary__list|message)".*?</(?:ul|p)>', answer.page, re.DOTALL)
    words = " ".join(re.sub(r"<[^>]+>", " ", said[0].partition(">")[2]).split()) if said else ""
    raise ValueError(f"{step} answered {answer.status} {words}".strip())
