"""Where a journey begins: the migrated database, the programme, and one administrator who has to invite the others."""

from collections.abc import Iterator

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.cache import cache

from applications.models import Goal, Strand
from core.accounts.models import Organisation, Programme, User
from core.accounts.roles import Role
from tests.accounts.factories import hold
from tests.journeys.journey import london
from tests.journeys.people import ADMINISTRATOR, FUNDER, HOST, PARTNER


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands at the morning of 28 January 2019 and goes on from there."""
    with time_machine.travel(london(2019, 1, 28), tick=True) as traveller:
        yield traveller


@pytest.fixture
def start(transactional_db, settings, clock) -> None:
    """What a service has on its first day, and nothing else; letters go out as soon as they are written."""
    settings.SECOND_FACTOR = "offered"
    cache.clear()  # how often somebody tried is counted there, and its table outlives a test
    funder, host, partner = (Organisation.objects.create(name=name) for name in (FUNDER, HOST, PARTNER))
    programme = Programme.objects.create(
        name="Citizenship and Integration Initiative",
        slug="cii",
        reference_prefix="CII",
        funder=funder,
        host=host,
        learning_partner=partner,
        fewest_placements=2,
        most_placements=5,
        cover_name="backfill",
    )
    Goal.objects.create(programme=programme, title="Supporting Londoners to be active citizens", from_year=2019)
    for title in ("Active citizenship", "Social contact"):
        Strand.objects.create(programme=programme, title=title, from_year=2018)
    of = {"name": ADMINISTRATOR.name, "is_staff": True}
    first = User.objects.create_user(ADMINISTRATOR.email, ADMINISTRATOR.password, **of)
    hold(first, Role.ADMINISTRATOR)
    EmailAddress.objects.create(user=first, email=first.email, verified=True, primary=True)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's chromium, kept quiet."""
    quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    return {"executable_path": "/usr/bin/chromium", "args": ["--no-sandbox", "--disable-sync", *quiet]}


@pytest.fixture
def visit(start, live_server, settings, browser):
    """A browser and the address of the service it is to visit; afterwards its windows are closed before the service."""
    settings.SITE_URL = live_server.url
    yield browser, live_server.url
    for window in browser.contexts:
        window.close()
