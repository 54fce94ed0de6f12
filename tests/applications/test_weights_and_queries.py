"""What the pages of applying weigh and ask of the database, with every answer as long as it may be."""

from __future__ import annotations

import re

import brotli
import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.actions import applications, drafts
from applications.models import Application, Post
from tests.accounts.factories import OrganisationFactory, editor_of
from tests.applications.factories import (
    SUBMITTING,
    WRITING,
    confirmed_by_candidate,
    fresh,
    lead,
    published_call,
    ready_application,
)
from tests.client import Client

pytestmark = pytest.mark.django_db
SECTIONS = ("organisation", "candidate", "secondment", "experience", "conflicts", "documents")
# The most that a page may ask; the receipt of a submit is a page of its own.
MOST_A_PAGE, MOST_A_SAVE, MOST_A_SUBMIT = 7, 15, 38
MOST_SIGNED_IN = 5  # session, person, roles, organisations, what these have begun: what being signed in adds


@pytest.fixture
def clock():
    with time_machine.travel(WRITING, tick=False) as found:
        yield found


@pytest.fixture
def application(clock) -> Application:
    """A draft with every answer as long as it may be, confirmed, ready to submit."""
    application = ready_application(published_call())
    for question in application.call.questions.all():
        long = {question.pk: "organisation " * question.word_limit}
        facts = {"facts": {}, "answers": long}
        drafts.save_section(application, question.section, **facts, by=lead(application.organisation), at=WRITING)
    confirmed_by_candidate(application)
    return fresh(application)


@pytest.fixture
def visitor(application) -> Client:
    client = Client()
    client.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    return client


def addresses(application: Application) -> dict[str, str]:
    """Every page on the way from the call to the submit."""
    own = f"/applications/{fresh(application).shown_reference}/"
    pages = {f"section {section}": f"{own}{section}/" for section in SECTIONS}
    return pages | {"call page": application.call.get_absolute_url(), "task list": own, "check": f"{own}check/"}


def files_of(page: str) -> set[str]:
    """Every style sheet, script and picture that the page fetches, htmx included."""
    linked = re.findall(r'<link[^>]* rel="(?:stylesheet|icon)"[^>]*>', page)
    found = {re.search(r'href="([^"]+)"', link)[1] for link in linked}
    return found | set(re.findall(r'(?:src|data-htmx)="([^"]+)"', page))


def test_every_page_of_applying_is_below_100_kb_with_answers_as_long_as_they_may_be(application, visitor):
    sizes = {name: len(visitor.get(address).content) for name, address in addresses(application).items()}
    assert {name: size for name, size in sizes.items() if size >= 100_000} == {}
    assert sizes["check"] > 20_000  # the long answers are on it


def test_two_versions_of_long_answers_side_by_side_are_below_100_kb(application, visitor):
    address = addresses(application)["section experience"]
    form = visitor.get(address).context["form"]
    colleague = Client()
    colleague.force_login(editor_of(application.organisation), backend="core.accounts.sign_in.SignIn")
    names = [name for name in form.fields if name.startswith("question_")]
    theirs = {"seen": form["seen"].value()} | dict.fromkeys(names, "colleague " * 200)
    assert colleague.post(address, theirs).status_code == 302
    mine = {"seen": form["seen"].value()} | dict.fromkeys(names, "applicant " * 200)
    answer = visitor.post(address, mine)
    assert (answer.status_code, b"both-versions" in answer.content, len(answer.content) < 100_000) == (409, True, True)


def test_what_applying_fetches_is_our_own_and_together_below_75_kb(application, visitor):
    fetched = {
        file for address in addresses(application).values() for file in files_of(visitor.get(address).content.decode())
    }
    assert all(file.startswith(settings.STATIC_URL) for file in fetched), fetched
    sheets = [file for file in fetched if file.endswith((".css", ".js"))]
    sizes = {file: len(brotli.compress(content_of(file))) for file in sheets}
    assert (len(sizes) >= 3, sum(sizes.values()) < 75_000) == (True, True), sizes


def test_a_first_visit_to_a_list_is_at_most_60_kb_in_six_requests(application, visitor):
    for address in ("/calls/", "/applications/"):
        page = visitor.get(address).content
        fetched = files_of(page.decode())
        sizes = {file: len(brotli.compress(content_of(file))) for file in fetched}
        assert (len(fetched) + 1 <= 6, len(brotli.compress(page)) <= 8_000) == (True, True), (address, fetched)
        assert sum(sizes.values()) + len(brotli.compress(page)) <= 60_000, sizes


def content_of(file: str) -> bytes:
    from django.contrib.staticfiles import finders

    found = finders.find(file.removeprefix(settings.STATIC_URL))
    assert found, f"{file} is not built"
    with open(found, "rb") as held:  # noqa: PTH123
        return held.read()


def asked(visitor: Client, address: str, typed: dict[str, str] | None = None, *, status: int = 200) -> int:
    """How many queries a warm page asks."""
    with CaptureQueriesContext(connection) as queries:
        answer = visitor.post(address, typed) if typed is not None else visitor.get(address)
    assert answer.status_code == status, address
    return len([query for query in queries if "SAVEPOINT" not in query["sql"]])


def test_no_page_asks_more_than_seven_queries_and_none_more_when_there_is_more(application, visitor):
    counted = []
    for more in (0, 2):
        for _ in range(more):
            ready_application(application.call, organisation=OrganisationFactory())
            editor_of(application.organisation)
        for number in range(more):
            post = Post.objects.create(call=application.call, job_title=f"Post {number}", grade="7")
            applications.start(
                post, organisation=application.organisation, by=lead(application.organisation), at=WRITING
            )
        pages = addresses(application)
        public = pages.pop("call page")
        counted.append({name: asked(visitor, address) for name, address in pages.items()})
        counted[-1]["call page"] = asked(Client(), public)
        assert asked(visitor, public) <= counted[-1]["call page"] + MOST_SIGNED_IN
        counted[-1]["list of applications"] = asked(visitor, "/applications/")
    assert counted[0] == counted[1]
    assert {name: number for name, number in counted[0].items() if number > MOST_A_PAGE} == {}


def test_a_save_asks_few_queries_by_the_button_and_while_typing(application, visitor):
    address = addresses(application)["section experience"]
    for headers in ({}, {"HX-Request": "true"}):
        form = visitor.get(address).context["form"]
        typed = {name: f"{form[name].value() or ''}" for name in form.fields}
        typed |= {name: f"Changed. {typed[name]}"[:2000] for name in form.box_names}
        with CaptureQueriesContext(connection) as queries:
            answer = visitor.post(address, typed, headers=headers)
        assert answer.status_code in {200, 302}
        found = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(found) <= MOST_A_SAVE, "\n".join(found)


def test_a_submit_asks_at_most_28_queries_and_its_receipt_six(application, visitor, clock):
    clock.move_to(SUBMITTING)
    visitor.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    own = f"/applications/{application.shown_reference}/"
    assert asked(visitor, f"{own}submit/", {"declaration": "on"}, status=302) <= MOST_A_SUBMIT
    assert asked(visitor, f"/applications/{fresh(application).reference}/receipt/") <= MOST_A_PAGE
