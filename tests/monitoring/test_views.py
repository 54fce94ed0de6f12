"""/statusz and /metrics answer whoever has the token; /healthz and /readyz answer everybody."""

import time
from datetime import UTC, datetime

import pytest

from core.monitoring import incidents
from core.monitoring.models import ClockTick, Incident
from tests.client import Client

pytestmark = pytest.mark.django_db

NOW = datetime(2019, 3, 13, 17, tzinfo=UTC)
TOKEN = "a long random text"


@pytest.fixture(autouse=True)
def _a_service_with_a_clock(settings, time_machine, monkeypatch):
    time_machine.move_to(NOW, tick=False)
    # Looking after a request would close the connection that holds the transaction of the test.
    monkeypatch.setitem(incidents._looked_at, "clock", time.monotonic())
    settings.STATUS_TOKEN, settings.CLOCK, settings.TICK_EVERY = TOKEN, "cron", 300
    settings.REDIS_URL = settings.CLAMD_URL = ""


def ask(address, authorization=f"Bearer {TOKEN}"):
    return Client(headers={"authorization": authorization}).get(address)


@pytest.mark.parametrize("address", ["/statusz", "/metrics"])
@pytest.mark.parametrize("authorization", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN])
def test_without_the_token_there_is_no_such_page(address, authorization, settings):
    assert ask(address, authorization).status_code == 404
    settings.STATUS_TOKEN = ""
    assert ask(address).status_code == 404
    assert ask(address, "Bearer ").status_code == 404


def test_the_state_of_every_part_is_told():
    ClockTick.record(ClockTick.Name.TICK, NOW)
    answer = ask("/statusz")
    found = answer.json()
    assert (answer.status_code, found["status"]) == (200, "running")
    assert sorted(found["parts"]) == ["broker", "clock", "disk", "emails", "files", "retention", "scanner", "storage"]
    assert found["parts"]["clock"]["last_tick"] == "2019-03-13T17:00:00Z"
    assert (found["parts"]["emails"]["waiting"], found["parts"]["files"]["unscanned"]) == (0, 0)
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_what_stands_still_is_503_and_an_incident():
    answer = ask("/statusz")
    assert (answer.status_code, answer.json()["parts"]["clock"]["is_running"]) == (503, False)
    assert list(Incident.objects.values_list("part", flat=True)) == ["clock"]


def test_figures_are_told_as_prometheus_reads_them():
    ClockTick.record(ClockTick.Name.TICK, NOW)
    answer = ask("/metrics")
    lines = answer.text.splitlines()
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert {'cii_part_running{part="clock"} 1', "cii_emails_waiting 0", "cii_emails_given_up 0"} <= set(lines)
    assert f"cii_clock_last_tick_timestamp_seconds {int(NOW.timestamp())}" in lines
    assert not [line for line in lines if not line.startswith("#") and len(line.split()) != 2]


def test_healthz_answers_to_any_host():
    assert Client(headers={"host": "10.0.0.7"}).get("/healthz").json() == {"status": "alive"}
