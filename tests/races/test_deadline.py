"""The deadline is one instant, judged when the request arrives; twenty clicks through the pages make one application."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection

from applications.lifecycle import Status
from applications.models import Application
from core.letters.models import Letter
from tests.applications.factories import CLOSES, SUBMITTING, fresh, lead, ready_application
from tests.client import Client
from tests.sentences import SAID

INSTANT = timedelta(microseconds=1)
DECLARED = {"declaration": "on"}
DEADLINE = SAID.the_deadline_was_so.format("5pm on Wednesday 13 March 2019", "UK time")


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def clock():
    with time_machine.travel(SUBMITTING, tick=False) as found:
        yield found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arrives_at", "status", "answer"), [(CLOSES - INSTANT, Status.SUBMITTED, 302), (CLOSES, Status.DRAFT, 409)]
)
def test_an_instant_before_the_deadline_is_in_and_at_it_is_out(clock, arrives_at, status, answer):
    application = ready_application()
    clock.move_to(arrives_at)
    client = signed_in(lead(application.organisation))
    response = client.post(f"/applications/{application.draft_reference}/submit/", DECLARED)
    application = fresh(application)
    assert (response.status_code, application.status) == (answer, status)
    assert application.submitted_at == (arrives_at if status == Status.SUBMITTED else None)
    if answer == 409:
        assert DEADLINE in response.content.decode()


@pytest.mark.django_db
def test_what_arrives_in_time_is_in_however_slow_the_work(clock):
    application = ready_application()
    clock.move_to(CLOSES - INSTANT)
    client = signed_in(lead(application.organisation))

    def slow(execute, *query):
        clock.move_to(CLOSES + timedelta(minutes=5))
        return execute(*query)

    with connection.execute_wrapper(slow):
        response = client.post(f"/applications/{application.draft_reference}/submit/", DECLARED)
    assert (response.status_code, fresh(application).submitted_at) == (302, CLOSES - INSTANT)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_twenty_clicks_through_the_pages_make_one_application_and_twenty_equal_receipts(clock):
    assert connection.vendor == "postgresql", "give PostgreSQL as DATABASE_URL"
    application = ready_application()
    by = lead(application.organisation)
    clients, together = [signed_in(by) for _ in range(20)], Barrier(20)

    def click(client):
        together.wait()
        try:
            sent = client.post(f"/applications/{application.draft_reference}/submit/", DECLARED)
            page = client.get(sent.headers["Location"])
            receipt = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
            return sent.status_code, sent.headers["Location"], page.status_code, receipt
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(click, clients))
    assert len(answers) == 1
    assert next(iter(answers))[:3] == (302, "/applications/CII-2019-001/receipt/", 200)
    assert [row.status for row in Application.objects.all()] == [Status.SUBMITTED]
    assert Letter.objects.filter(template="applications.received").count() == 1
