"""The page that says what waits for whom."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from core.work_queue import WorkItem
from grants.models import Funder
from tests.accounts.factories import OrganisationFactory, UserFactory, programme
from tests.applications.factories import WRITING, published_call
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def items(user, now):
    """Offer four pieces of work, one of them late, and one that has waited."""
    yield WorkItem("Offer to accept", "/grants/", due_on=date(2019, 3, 14))
    yield WorkItem("A thing without a day", "/help/")
    yield WorkItem("Sign-off to give", "/help/", since=date(2019, 3, 13))
    yield WorkItem("Report to write", "/privacy/", due_on=date(2019, 3, 12))


@time_machine.travel("2019-03-13T12:00:00Z", tick=False)
def test_what_waits_is_shown_soonest_first_and_what_is_late_says_so(client, settings):
    settings.WORK_SOURCES = [f"{__name__}.items"]
    client.force_login(UserFactory(), backend="core.accounts.sign_in.SignIn")
    page = " ".join(client.get(reverse("home")).content.decode().split())
    sentences = ["Report to write", "Sign-off to give", "Offer to accept", "A thing without a day"]
    assert sorted(sentences, key=page.index) == sentences
    assert SAID.it_was_due_on.format("Tuesday 12 March 2019") in page
    assert "By Thursday 14 March 2019" in page
    assert page.count("Overdue") == 1


def test_nothing_waiting_says_so_and_where_to_go(client):
    client.force_login(UserFactory(), backend="core.accounts.sign_in.SignIn")
    page = client.get(reverse("home")).content.decode()
    assert (SAID.you_have_no_tasks_today in page, 'href="/calls/"' in page) == (True, True)


def test_the_front_page_names_funder_and_host_from_the_programme(client):
    found = programme()
    page = client.get("/").content.decode()
    assert (str(found.host) in page, str(found.funder) in page) == (True, True)


def test_the_front_page_names_every_programme_and_leads_to_its_calls(client):
    ours, arts = (
        programme(),
        programme(
            slug="arts",
            name="Arts in Office",
            reference_prefix="ART",
            funder=OrganisationFactory(name="Arts Fund"),
            host=OrganisationFactory(name="Arts Council"),
        ),
    )
    call = published_call()
    with time_machine.travel(WRITING, tick=False):
        page = client.get("/").text
    first, second = (page.index(f'id="{row.slug}"') for row in (ours, arts))
    assert first < page.index(call.title) < second
    assert SAID.no_call_is_open_today in page[second:]
    assert 'href="/programmes/arts/"' in page
    assert SAID.funds_the_secondments.format(arts.funder) in page
    assert f"body: {ours.host}" not in page


def test_the_front_page_names_every_funder(client):
    found = programme()
    for name in ("Aster Trust", "Beech Foundation"):
        Funder.objects.create(programme=found, organisation=OrganisationFactory(name=name))
    page = " ".join(client.get("/").text.split())
    assert f"{SAID.the_funders_are} {found.funder}, Aster Trust, Beech Foundation." in page.replace(" ,", ",")


def test_alive_and_able_to_serve(client):
    assert (client.get("/healthz").json(), client.get("/readyz").json()) == ({"status": "alive"}, {"status": "ready"})
