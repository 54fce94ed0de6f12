"""Manchester and Leeds run programmes beside London's demonstration, and no page or paper of one says another's words."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pypdfium2
import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from lxml import html

from core.dates import LONDON
from tests.journeys.by_client import ClientVisitor
from tests.journeys.cities import STEPS, City, Walk
from tests.journeys.visitor import Person, words_of

START = datetime(2027, 1, 11, 10, tzinfo=LONDON)
BOSS = Person("Bo First", "bo@example.org")
ABEL = Person("Abel Minster", "abel@example.org")
ADMINISTRATORS = (BOSS, ABEL)
LONDONS = ("London", "Trust for London", "backfill", "Grade 7", "CII")
SHARED = ("/", "/calls/", "/grants/", "/privacy/", "/interest/new/")  # they name every programme, or offer each
MOST_PAGES = 60

MANCHESTER = City(
    name="Greater Manchester Skills Exchange",
    slug="gmse",
    prefix="GMSE",
    funder="Mersey Foundation",
    others=("Irwell Trust",),
    host="Greater Manchester Combined Authority",
    charity="Salford Skills",
    charity_number="1234567",
    figures={
        "Pay band from (£ a year)": "31,000",
        "Pay band to (£ a year)": "36,000",
        "Towards cover (£)": "0",
        "Management fee (£)": "3,000",
        "Employer's on-costs (%)": "12.5",
        "Least days a week": "2",
        "Term (months)": "6",
        "Longest extension (months)": "3",
    },
    criteria=3,
    salary="32,500",
    days="2.5",
    months="6",
    total="£12,140.63",
    has_own_form=True,
)
LEEDS = City(
    name="Leeds Welcome",
    slug="leeds",
    prefix="LW",
    funder="Aire Fund",
    others=(),
    host="Leeds City Council",
    charity="Kirkstall Welcome",
    charity_number="765432",
    figures={
        "Pay band from (£ a year)": "30,000",
        "Pay band to (£ a year)": "34,000",
        "Towards cover (£)": "0",
        "Management fee (£)": "0",
    },
    criteria=4,
    salary="30,000",
    days="3",
    months="12",
    total="£18,000.00",
)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=True) as traveller:
        yield traveller


@pytest.fixture
def first_hour(transactional_db, settings, clock) -> None:
    """An empty database in which a superuser was made on the machine."""
    settings.SECOND_FACTOR = "offered"
    cache.clear()
    command = {"email": BOSS.email, "name": BOSS.name, "interactive": False}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_SUPERUSER_PASSWORD", BOSS.password)
        call_command("createsuperuser", **command, stdout=StringIO())


@pytest.fixture
def visit(first_hour, live_server, settings, browser):
    """A browser and the address of the service; its windows are closed before the service."""
    settings.SITE_URL = live_server.url
    yield browser, live_server.url
    for window in browser.contexts:
        window.close()


def two_administrators(enter) -> None:
    """The superuser names the first administrator and the second; then comes London's demonstration."""
    from tests.journeys import post
    from tests.sentences import SAID

    boss = enter(BOSS)
    boss.open("/admin/").sees("Set up the service: 0 of 3 done")
    boss.open("/admin/accounts/user/").follow(BOSS.name).follow("Give roles")
    boss.fill({"Administrator": True}).press("Give roles")
    boss.open("/admin/accounts/user/add/")
    boss.fill({"Full name": ABEL.name, "Email address": ABEL.email, "Administrator": True}).press("Save")
    own = enter(ABEL)
    own.open(post.link(ABEL.email, SAID.choose_a_password_for_your, "/accounts/welcome/"))
    own.fill({"Full name": ABEL.name, "Choose a password": ABEL.password}).press("Open my account")
    boss.open("/admin/").sees("Set up the service: 1 of 3 done")
    call_command("demo", stdout=StringIO())


def walk_both(enter, clock, folder) -> None:
    visitors: dict[str, Any] = {}

    def entered(person):
        if person.email not in visitors:
            visitors[person.email] = enter(person)
        return visitors[person.email]

    two_administrators(entered)
    walks = [Walk(city, entered, clock, folder, START, ADMINISTRATORS, visitors) for city in (MANCHESTER, LEEDS)]
    for step in STEPS:
        for walk in walks:
            step(walk)
    for walk, other in zip(walks, reversed(walks), strict=True):
        words = (*LONDONS, other.city.name, other.city.funder, other.city.host, other.city.charity, other.city.prefix)
        found = {place: [word for word in words if word in text] for place, text in everything(walk)}
        assert len(found) > 50
        assert {place: said for place, said in found.items() if said} == {}


def everything(walk: Walk):
    """Every page that the city's people come to, and its papers, emails, calendars and exports, in words."""
    city = walk.city
    for letter in mail.outbox:
        if letter.to[0].endswith(f"@{city.slug}.example.org"):
            yield f"email {letter.subject}", f"{letter.from_email} {letter.subject} {letter.body}"
            for part in letter.message().walk():
                if part.get_content_type() in {"text/calendar", "text/html", "application/pdf"}:
                    name = f"{part.get_content_type()} of {letter.subject}"
                    yield name, plain(part.get_payload(decode=True))
    lead, officer = walk.by("lead"), walk.by("officer")
    papers = {
        lead: [f"{city.application}application.pdf", f"{city.grant}agreement.pdf"],
        walk.by("secondee"): [f"{city.placement}workplan.pdf"],
        officer: [f"{city.call}blank.pdf", f"{city.call}deadline.ics"],
    }
    for visitor, addresses in papers.items():
        visitor.open("/home/")  # signs in again: a session lasts twelve hours
        for address in addresses:
            yield address, plain(visitor.fetch(address))
    for address in ("", "openness/", "360giving.json", "360giving.csv"):
        yield address or "front page", plain(lead.fetch(f"/programmes/{city.slug}/{address}"))
    for key in city.people:
        yield from pages(walk, key)


def pages(walk: Walk, key: str):
    """What one person comes to by following links from their home page, each address once."""
    visitor, seen, waiting = (
        walk.by(key).open("/home/"),
        set(),
        ["/home/", "/admin/" if key != "lead" else walk.city.grant],
    )
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0).partition("#")[0]
        if address in seen or not address.startswith("/") or address in SHARED or "logout" in address:
            continue
        seen.add(address)
        content = fetched(visitor, address)
        if content is None:
            continue
        yield f"{address} for {key}", plain(content)
        if content.lstrip()[:1] == b"<":
            waiting += [str(one) for one in html.fromstring(content).xpath("//a/@href")]


def fetched(visitor, address: str) -> bytes | None:
    """The page, unless it is not for this person."""
    try:
        return visitor.fetch(address)
    except AssertionError:
        return None


def plain(content: bytes) -> str:
    """The words of a page, paper or file: what is read or read aloud."""
    if content.startswith(b"%PDF"):
        return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(BytesIO(content)))
    if content.startswith(b"PK"):
        sheets = openpyxl.load_workbook(BytesIO(content)).worksheets
        return " ".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)
    if content.lstrip()[:1] != b"<":
        return content.decode("utf-8-sig")
    page = html.fromstring(content)
    for part in page.xpath("//script | //style"):
        part.drop_tree()
    read_aloud = page.xpath("//@aria-label | //@alt | //@title | //@placeholder | //meta/@content")
    return " ".join([words_of(page), *map(str, read_aloud)])


@pytest.mark.usefixtures("first_hour")
def test_two_cities_beside_london(clock, tmp_path):
    walk_both(ClientVisitor, clock, tmp_path)


@pytest.mark.browser
@pytest.mark.soak
def test_two_cities_beside_london_in_a_browser(clock, tmp_path, visit):
    from tests.journeys.by_browser import BrowserVisitor  # `make test` installs no Playwright

    problems: list[str] = []
    walk_both(lambda person: BrowserVisitor(person, *visit, problems), clock, tmp_path)
    assert not problems, "\n".join(problems)
