"""Every page as the person it is for: accessible, of one heading, labelled, narrow enough, light, and quiet."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import brotli
import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.staticfiles import finders
from django.urls import get_resolver

from tests.face.looking import Looker
from tests.face.visits import ENTRANCE, NO_PAGE, visits

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db]
OURS = {
    "accounts",
    "letters",
    "audit",
    "documents",
    "governance",
    "rights",
    "saved_lists",
    "applications",
    "grants",
    "secondments",
    "learning",
}
KINDS = ("changelist", "add", "change", "history", "delete")
# What nobody of the demonstration can do now, so that there is no page to see.
WRITTEN_BY_ACTIONS = {
    "audit.entry", "letters.letter", "applications.application", "applications.assessment", "applications.assessmentvisit", "applications.visitslot", "grants.grant",
    "grants.instalment", "grants.evaluationreport", "secondments.placement", "applications.expressionofinterest", "applications.callinvitation",
    "applications.lateadmission", "documents.generateddocument", "letters.letterwording", "saved_lists.savedlist",
    "applications.casemessage", "applications.casenote", "grants.ledgerline", "grants.bankaccount", "grants.paymentrun",
    "grants.repayment", "secondments.amendment",
}  # fmt: skip
NOBODY = {(label, "add") for label in WRITTEN_BY_ACTIONS} | {
    ("applications.casemessage", "history"),  # the message and its answer are the history
    ("applications.casenote", "history"),  # earlier words stand below the note
    ("applications.casenote", "step edit"),  # the minutes in which its author edits it are over
    ("applications.application", "step review"),  # no measure is due for its review
    ("applications.call", "step decide"),  # every closed call has applications that wait
    ("audit.entry", "history"),  # a line of the trail is history itself
    ("grants.grant", "step give-time"),  # no offer of another post waits for an answer
    ("grants.grant", "step lapse"),
    ("grants.bankaccount", "step check"),  # every account has been called back about
    ("grants.paymentrun", "change"),  # no run was made: what is approved is paid by itself
    ("grants.paymentrun", "history"),
    ("grants.paymentrun", "step pay"),
    ("grants.repayment", "step reverse"),  # no money has come back
    ("secondments.amendment", "step record"),  # the organisation has not answered
    ("secondments.amendment", "step confirm"),
    ("secondments.amendment", "step turn_down"),
    ("grants.contribution", "step take-in"),  # the demonstration has taken every earlier grant in
    ("grants.decision", "step confirm-allocation"),  # every award is paid as the rule proposes
    ("grants.ledgerline", "history"),  # a line of the ledger is history itself
    ("grants.grant", "step close"),  # every grant that runs has payments and reports to come
}


def models() -> list[str]:
    """The models of ours in the admin."""
    return [
        model._meta.label_lower
        for model in apps.get_models()
        if admin.site.is_registered(model) and model._meta.app_label in OURS
    ]


def of_the_admin() -> list[tuple[str, str]]:
    """Every page of every model, and every step that asks something first: (model, kind)."""
    pages = [(label, kind) for label in models() for kind in KINDS]
    for model, desk in admin.site._registry.items():
        pages += [
            (model._meta.label_lower, f"step {name}")
            for name, button in getattr(desk, "steps", {}).items()
            if button.has_page
        ]
    return pages


@pytest.fixture(scope="session")
def lookers(browser, house):
    """Everybody's window, opened when first wanted."""
    windows: dict[str, Looker] = {}

    def window(key: str) -> Looker:
        if key not in windows:
            windows[key] = Looker(browser, house, key)
        return windows[key]

    window.windows = windows
    yield window
    for one in windows.values():
        one.context.close()


@pytest.fixture(scope="session")
def titles() -> dict[tuple[str, str], str]:
    """Who found which title at which address."""
    return {}


# Two ways to the same page.
ALIKE = ({"/organisation/", "/organisation/new/"}, {"/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/"})


def name_twice(titles: dict[tuple[str, str], str], looker: Looker) -> list[str]:
    """Say when another address has the same title, but for a title that says "Error:"."""
    address = urlsplit(looker.tab.url).path
    first = titles.setdefault((looker.key, looker.tab.title()), address)
    return [] if first == address or {first, address} in ALIKE else [f"the title of {first} too: {looker.tab.title()}"]


def walk(resolver, namespace=""):
    """The name of every address."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from walk(pattern, pattern.namespace or namespace)
        elif pattern.name:
            yield f"{namespace}:{pattern.name}" if namespace else pattern.name


def test_every_address_that_shows_a_page_is_visited():
    of_models = {
        f"admin:{label.replace('.', '_')}_{kind}" for label in models() for kind in (*KINDS, "step", "export")
    } - {"admin:audit_entry_step"}
    visited = {visit.name for visit in visits() if not visit.name.startswith("(")}
    assert set(walk(get_resolver("cii.urls"))) == visited | ENTRANCE | NO_PAGE | of_models


@pytest.mark.parametrize(
    "visit", visits(), ids=lambda visit: "-".join(part for part in visit if part).replace("/", ".")
)
def test_a_page(visit, house, lookers, titles):
    looker = lookers(visit.key)
    problems = looker.open(house.address(visit.name, visit.thing), status=visit.status)
    if not problems and visit.first.startswith("send "):
        problems = looker.send_wrong(visit.first.removeprefix("send "))
    elif visit.status == 200:
        problems += name_twice(titles, looker)
    assert "\n".join(problems + looker.look()) == ""


@pytest.mark.parametrize(("label", "kind"), of_the_admin(), ids=lambda part: part.replace(" ", "-"))
def test_a_page_of_the_admin(label, kind, house, lookers, titles):
    found = house.at_desk(label, kind)
    if found is None:
        assert kind == "delete" or (label, kind) in NOBODY  # nothing of the demonstration may be deleted
        return
    key, address = found
    looker = lookers(key)
    problems = looker.open(address)
    assert "\n".join(problems + name_twice(titles, looker) + looker.look()) == ""


def compressed(address: str) -> int:
    """The bytes of a built file as a service sends it."""
    path = finders.find(address.partition("/static/")[2].partition("?")[0])
    assert path, address
    with open(path, "rb") as file:  # noqa: PTH123
        return len(brotli.compress(file.read()))


def test_what_public_and_signed_in_pages_load_is_light(lookers):
    files = {
        address
        for looker in lookers.windows.values()
        for address, kind in looker.fetched.items()
        if kind in {"stylesheet", "script"} and "admin" not in address
    }
    sizes = {address.partition("/static/")[2]: compressed(address) for address in files}
    assert (sum(sizes.values()) < 75_000, len(sizes) > 2) == (True, True), sizes


@pytest.mark.parametrize("address", ["/calls/", "/grants/", "/"])
def test_a_first_visit_takes_six_requests_and_sixty_kilobytes(address, browser, house):
    looker = Looker(browser, house, "")
    assert looker.open(address) == []
    looker.tab.wait_for_load_state("networkidle")
    page = len(brotli.compress(looker.tab.content().encode()))
    sizes = {one: compressed(one) for one in looker.fetched if "/static/" in one}
    looker.context.close()
    assert (len(looker.fetched) <= 6, page <= 8_000, page + sum(sizes.values()) <= 60_000) == (True, True, True), (
        page,
        sizes,
    )
