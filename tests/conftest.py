"""What every test uses: a database, fast passwords, a folder for files, mail kept in memory."""

from collections.abc import Callable
from importlib.util import find_spec
from zlib import crc32

import pytest
from django.conf import settings
from django.core.management.commands import flush
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import override_settings
from pytest_django.live_server_helper import LiveServer
from whitenoise.middleware import WhiteNoiseMiddleware

from core import naming, pdf
from tests import database_template, pdf_cache
from tests.accounts.factories import OrganisationFactory, UserFactory
from tests.client import Client
from tests.one_at_a_time import middleware

pytest.register_assert_rewrite("tests.journeys")  # its steps are no test modules, and say too what differs

# `make test` installs no browser; see requirements-browser.txt.
FOR_THE_BROWSER = ["face/*", "journeys/*phone*", "journeys/*browser*"]
collect_ignore_glob = [] if find_spec("playwright") else FOR_THE_BROWSER

# `make test` leaves these to .ci/run: each takes many seconds, and smaller tests look at the same things in part.
# The walks over every address, as every part of the cast, are made once, on PostgreSQL.
SLOW = (
    "tests/journeys/test_cities.py",
    "tests/journeys/test_whole_journey_by_client.py",
    "tests/learning/test_exports.py::test_memory_is_the_same_for_three_times_the_rows",
    "tests/promises/test_access_walk.py::test_no_list_answers_differently_by_what_it_does_not_show",
    "tests/promises/test_addresses.py",
    "tests/promises/test_addresses_of_the_admin.py",
    "tests/promises/test_deploy.py",
    "tests/promises/test_exports_stream.py",
    "tests/promises/test_links.py",
    "tests/promises/test_retention_pages.py",
    "tests/promises/test_two_programmes.py",
    "tests/retention/",
    "tests/walks/",
)
# Of the tests that use a database, `make test` runs one in three on SQLite, by its name, so the same in every run, and
# .ci/run the others on PostgreSQL; these run on both: what triggers, sorting, searching and migrations do.
SHARE = 3
ON_BOTH = (
    "tests/applications/test_admin_search.py",
    "tests/audit/",
    "tests/core/",
    "tests/faults/",
    "tests/migrations/",
    "tests/promises/test_frozen.py",
    "tests/promises/test_impossible_rows.py",
    "tests/scale/",
)
# What these ask is what a file, a page's looks or a PDF is: no database changes the answer, so `make test` is enough.
ONCE = (
    "tests/applications/test_documents.py",
    "tests/applications/test_hostile_files.py",
    "tests/cii/test_face.py",
)
# Long walks: of what these are tried with `.ci/run` takes one in three, by its name, so the same in every run, and
# `make soak` all.
LONG_WALKS = (
    "tests/face/test_every_page.py::test_a_page",
    "tests/face/test_ways_in.py",
    "tests/promises/test_addresses.py",
    "tests/promises/test_addresses_of_the_admin.py",
    "tests/promises/test_links.py",
    "tests/promises/test_two_programmes.py",
)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}

FIRST_MADE_UP = 1000  # what a fixture of the whole session made has lower numbers


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--smoke",
        action="store_true",
        help="one in three of the tests that use a database, and what databases do differently",
    )
    parser.addoption(
        "--after-make-test",
        action="store_true",
        help="leave out what `make test` ran, but for what databases do differently",
    )
    parser.addoption("--part-of-walks", action="store_true", help="one in three of what the long walks are tried with")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the slow tests before -m chooses; leave out those that run on the other database, where that is asked for."""
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")
    if config.getoption("--smoke"):
        _leave_out(config, items, lambda item: not _is_smoke(item))
    if config.getoption("--after-make-test"):
        _leave_out(config, items, lambda item: _is_smoke(item) and not _differs(item))
    if config.getoption("--part-of-walks"):
        _leave_out(config, items, lambda item: _is_step_of_walk(item) and not _is_chosen(item))


def _leave_out(config: pytest.Config, items: list[pytest.Item], is_left_out: Callable[[pytest.Item], bool]) -> None:
    left_out = {item for item in items if is_left_out(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _is_smoke(item: pytest.Item) -> bool:
    """Whether `make test` runs it, unless a mark keeps it for another step."""
    if item.get_closest_marker("slow") or item.get_closest_marker("postgres"):
        return False
    return not _uses_database(item) or _differs(item) or _is_chosen(item)


def _is_chosen(item: pytest.Item) -> bool:
    return crc32(item.nodeid.encode()) % SHARE == 0


def _is_step_of_walk(item: pytest.Item) -> bool:
    return item.nodeid.startswith(LONG_WALKS) and hasattr(item, "callspec")


def _differs(item: pytest.Item) -> bool:
    return _uses_database(item) and item.nodeid.startswith(ON_BOTH)


def _uses_database(item: pytest.Item) -> bool:
    is_marked = item.get_closest_marker("django_db") is not None
    return not item.nodeid.startswith(ONCE) and bool(is_marked or DATABASE_FIXTURES & set(item.fixturenames))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say of a test that wants PostgreSQL that it does, where there is SQLite."""
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        pytest.skip("wants PostgreSQL: set DATABASE_URL")


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_fast():
    """Empty the tables after a test that commits, past the triggers; what `migrate` made stays, so it is not remade."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", database_template.empty)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_, **__: None)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """Take the place of pytest-django's own fixture: each process copies one migrated database."""
    with django_db_blocker.unblock(), database_template.test_database():
        yield


@pytest.fixture(scope="session", autouse=True)
def _pdfs_are_written_once():
    """Keep each PDF by its content, for all tests and test workers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "write", pdf_cache.cached(pdf.write))
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_found_once():
    """Keep what WhiteNoise finds: it looks through every folder whenever a client begins."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(self: WhiteNoiseMiddleware) -> None:
        place = (settings.STATIC_URL, str(settings.STATICFILES_DIRS))
        if place not in found:
            look(self)
            found[place] = dict(self.files)
        self.files.update(found[place])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def _names_of_programmes_do_not_age():
    """Keep what a process knows of them: read again once a minute, they would be one query more wherever it fell."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(naming, "LASTS", 10**9)
        yield


@pytest.fixture(autouse=True)
def _same_names_in_each_test():
    """Number made-up people and organisations afresh in each test, so that the documents of many are the same."""
    for each in (UserFactory, OrganisationFactory):
        each.reset_sequence(FIRST_MADE_UP)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """Keep each test's uploaded files apart, its password hashing quick, and its programmes' names its own."""
    naming.forget()
    settings.MEDIA_ROOT = str(tmp_path / "media")
    erasures = {"BACKEND": "core.files.folder.Folder", "OPTIONS": {"location": str(tmp_path / "erasures")}}
    settings.STORAGES = {**settings.STORAGES, "erasures": erasures}
    settings.DOCUMENT_MAKER = "here"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def live_server():
    """Serve on this machine, as pytest-django does; on SQLite, where all share a connection, one request at a time."""
    with override_settings(MIDDLEWARE=middleware()):
        server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def broker():
    """Give an empty Redis to be the broker of this process, and leave it empty."""
    import redis

    from tests.letters.celery_worker import BROKER

    with redis.Redis.from_url(BROKER) as client:
        client.flushdb()
        yield client
        client.flushdb()


@pytest.fixture
def client() -> Client:
    return Client()
