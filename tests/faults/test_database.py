"""A database that is refused or silent costs seconds and a page that says so; /healthz needs none (F5)."""

from __future__ import annotations

import time
from contextlib import contextmanager

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection, connections

from core.database import SPARE
from tests.accounts.factories import UserFactory
from tests.client import Client
from tests.faults.silence import line
from tests.sentences import SAID

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@contextmanager
def reached_through(host, port, settings):
    """Let this thread's connection go to another address for a while."""
    settings.DATABASE_ANSWERS_WITHIN = 2
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(HOST=host, PORT=str(port))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def database():
    return connection.settings_dict["HOST"] or "127.0.0.1", int(connection.settings_dict["PORT"] or 5432)


def asked(path, cookies=None):
    """The answer's status and text, and how long it took."""
    client = Client(raise_request_exception=False)
    if cookies:
        client.cookies.load(cookies)
    began = time.monotonic()
    response = client.get(path)
    return response.status_code, response.content.decode(), time.monotonic() - began


@pytest.fixture
def signed_in():
    client = Client()
    client.force_login(UserFactory())
    return {name: morsel.value for name, morsel in client.cookies.items()}


def test_f5_a_database_that_falls_silent_costs_seconds_and_an_honest_page(settings, signed_in):
    with line(database()) as silent, reached_through("127.0.0.1", silent.port, settings):
        assert asked("/home/", signed_in)[0] == 200  # the control: the same line, while it carries
        assert connection.connection is not None
        silent.silence()
        status, page, took = asked("/home/", signed_in)
        assert (status, SAID.the_database_is_away in page) == (503, True)
        assert took < 12
        status, page, took = asked("/home/", signed_in)  # now over a new connection, which is not answered either
        assert (status, SAID.the_database_is_away in page) == (503, True)
        assert took < 12
    assert asked("/home/", signed_in)[0] == 200


@pytest.mark.parametrize("path", ["/healthz", "/healthz/"])
def test_f5_alive_is_answered_without_a_database_with_a_session_cookie_to_any_host(settings, signed_in, path):
    with line() as silent, reached_through("127.0.0.1", silent.port, settings):
        assert asked(path, signed_in)[:2] == (200, '{"status": "alive"}')
        client = Client(headers={"host": "10.0.0.7:8000"})
        assert client.get(path).status_code == 200
        assert connection.connection is None


def test_f5_not_ready_without_a_database(settings):
    with line() as silent:
        port = silent.port
    with reached_through("127.0.0.1", port, settings):  # refused
        assert asked("/readyz")[:2] == (503, '{"status": "the database does not answer"}')
    assert asked("/readyz")[:2] == (200, '{"status": "ready"}')


def test_a_statement_that_takes_too_long_is_ended_by_the_server_and_the_connection_lives_on(settings):
    settings.DATABASE_ANSWERS_WITHIN = 15
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '200ms'")
        with pytest.raises(OperationalError, match="statement timeout"):
            cursor.execute("SELECT pg_sleep(5)")
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
        cursor.execute("RESET statement_timeout")


def test_every_connection_has_its_limits():
    connections.close_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout'), current_setting('lock_timeout')")
        assert cursor.fetchone() == ("7s", "5s")
    assert configured.DATABASE_ANSWERS_WITHIN + SPARE <= 10  # a server that accepts and never answers
    options = configured.DATABASES["default"]["OPTIONS"]
    assert (options["connect_timeout"], options["tcp_user_timeout"], options["keepalives_idle"]) == (3, 10_000, 10)
