"""What stands still is noticed, and the office is written to once at its beginning and once at its end."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from core.accounts.roles import Role
from core.letters.models import Letter, Status
from core.monitoring import incidents, parts
from core.monitoring.models import ClockTick, Incident
from core.monitoring.parts import Part
from core.work_queue import for_person
from tests.accounts.factories import person_with
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2019, 3, 13, 17, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _a_service_with_a_worker(settings, monkeypatch, tmp_path):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CLOCK, settings.TICK_EVERY = "worker", 30
    settings.HELP_EMAIL = "office@example.org"
    monkeypatch.setattr(incidents, "_looked_at", {})


def subjects():
    return [(message.to, message.subject) for message in mail.outbox]


def stands_still():
    return Part("storage", is_running=False, sentence="It does not answer.", patience=MINUTE)


def runs():
    return Part("storage", is_running=True, sentence="It answers.")


STOPPED = (["office@example.org"], "Part of Secondment Fund stands still")
RUNS = (["office@example.org"], "Secondment Fund runs again")


@pytest.mark.parametrize(("seconds", "is_running"), [(0, True), (90, True), (91, False)])
def test_the_clock_is_late_after_three_of_its_intervals(seconds, is_running):
    ClockTick.record(ClockTick.Name.TICK, NOW)
    assert parts.clock(NOW + timedelta(seconds=seconds)).is_running is is_running


def test_an_interval_that_cron_keeps_counts_as_well(settings):
    settings.TICK_EVERY = 600
    ClockTick.record(ClockTick.Name.TICK, NOW)
    late = [parts.clock(NOW + timedelta(minutes=minutes)).is_running for minutes in (30, 31)]
    assert late == [True, False]


def test_a_stopped_clock_is_reported_once_by_the_requests_that_follow_and_leaves_by_itself(monkeypatch):
    ClockTick.record(ClockTick.Name.TICK, NOW)
    with time_machine.travel(NOW + 2 * MINUTE, tick=False):
        for _ in range(3):
            monkeypatch.setattr(incidents, "_looked_at", {})  # as another process does
            Client().get("/help/")
    assert subjects() == [STOPPED]
    assert "5pm" in mail.outbox[0].body
    assert Letter.objects.get().status == Status.SENT


def test_a_process_looks_once_in_an_interval(django_assert_num_queries):
    ClockTick.record(ClockTick.Name.TICK, NOW)
    with time_machine.travel(NOW, tick=False):
        with django_assert_num_queries(1):
            incidents.look_at_clock()
        with django_assert_num_queries(0):
            incidents.look_at_clock()


def test_the_control_a_clock_that_runs_is_not_reported():
    ClockTick.record(ClockTick.Name.TICK, NOW)
    with time_machine.travel(NOW + MINUTE, tick=False):
        Client().get("/help/")
    assert (subjects(), Incident.objects.count()) == ([], 0)


def test_nothing_is_reported_where_no_clock_is_set_up(settings):
    settings.CLOCK = ""
    ClockTick.record(ClockTick.Name.TICK, NOW)
    with time_machine.travel(NOW + 60 * MINUTE, tick=False):
        Client().get("/help/")
    assert subjects() == []


def test_the_next_tick_writes_that_the_clock_runs_again_once(settings):
    settings.REDIS_URL = ""
    ClockTick.record(ClockTick.Name.TICK, NOW)
    incidents.watch([parts.clock(NOW + 2 * MINUTE)], NOW + 2 * MINUTE)
    incidents.tick(NOW + 10 * MINUTE)
    incidents.tick(NOW + 10 * MINUTE)
    assert subjects() == [STOPPED, RUNS]


def test_another_machine_may_be_away_for_a_minute_without_an_email():
    incidents.watch([stands_still()], NOW)
    incidents.watch([stands_still()], NOW + timedelta(seconds=59))
    incidents.watch([runs()], NOW + MINUTE)
    assert subjects() == []
    incidents.watch([stands_still()], NOW + 5 * MINUTE)
    incidents.watch([stands_still()], NOW + 6 * MINUTE)
    incidents.watch([stands_still()], NOW + 7 * MINUTE)
    assert subjects() == [STOPPED]
    incidents.watch([runs()], NOW + 8 * MINUTE)
    assert subjects() == [STOPPED, RUNS]
    assert Incident.objects.filter(ended_at=None).count() == 0


def test_two_processes_that_see_it_at_once_begin_one_incident():
    assert incidents.begin(stands_still(), NOW) is not None
    assert incidents.begin(stands_still(), NOW) is None
    assert Incident.objects.count() == 1


def letter(posted_at, **fields):
    values = {"key": str(posted_at), "template": "x.y", "to_email": "a@example.org", "subject": "s", "body": "b"}
    moments = {"posted_at": posted_at, "next_try_at": posted_at}
    return Letter.objects.create(**{**values, **moments, "message_id": f"<{posted_at}>", **fields})


def test_an_email_that_nothing_tries_is_noticed_and_one_that_waits_for_its_next_try_is_not():
    letter(NOW - 60 * MINUTE, attempts=2, next_try_at=NOW + MINUTE)
    letter(NOW - 50 * MINUTE, status=Status.DEAD)
    letter(NOW - 5 * MINUTE)
    assert parts.emails(NOW).is_running
    part = parts.emails(NOW + timedelta(seconds=1))
    assert part.sentence == SAID.cannot_be_sent_the_oldest_since.format("2 emails", "Wednesday 13 March 2019 at 4:55pm")
    assert part.figures == {"waiting": 2, "oldest": NOW - 5 * MINUTE, "given_up": 1}


def test_deletion_that_has_not_run_for_three_days_is_noticed():
    assert parts.retention(NOW).is_running
    call_command("retain", "--at", "2019-03-13", stdout=StringIO())
    last = ClockTick.last(ClockTick.Name.RETENTION)
    seen = [parts.retention(last + timedelta(days=3, seconds=seconds)).is_running for seconds in (0, 1)]
    assert seen == [True, False]


def test_what_does_not_answer_and_a_full_disk_are_noticed(settings, monkeypatch):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    monkeypatch.setattr(parts, "LEAST_FREE", 10**18)
    assert [part.is_running for part in (parts.broker(NOW), parts.scanner(NOW), parts.disk(NOW))] == [False] * 3
    assert parts.broker(NOW).sentence.endswith("does not answer (ConnectionError).")
    settings.REDIS_URL = settings.CLAMD_URL = ""
    monkeypatch.setattr(parts, "LEAST_FREE", 1)
    assert [part.is_running for part in (parts.broker(NOW), parts.scanner(NOW), parts.disk(NOW))] == [True] * 3


def test_send_due_counts_as_a_tick(settings):
    settings.REDIS_URL, settings.CLOCK = "", "cron"
    with time_machine.travel(NOW, tick=False):
        call_command("send_due", stdout=StringIO())
    assert ClockTick.last(ClockTick.Name.TICK) == NOW


@pytest.mark.parametrize(
    ("role", "is_shown"),
    [(Role.OFFICER, True), (Role.DIRECTOR, True), (Role.ADMINISTRATOR, True), (Role.COMMITTEE, False)],
)
def test_who_runs_the_office_sees_what_stands_still(role, is_shown, client):
    incidents.watch([stands_still()], NOW)
    person = person_with(role)
    client.force_login(person, backend="core.accounts.sign_in.SignIn")
    admin = client.get(reverse("admin:index")).text
    assert [text in admin for text in ("How the service fares", "Storage stands still.")] == [is_shown] * 2
    assert [item.sentence for item in for_person(person, NOW)] == ["It does not answer"] * is_shown
