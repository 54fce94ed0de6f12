"""The worker promises: killed half way it loses nothing, and no request ever waits for its broker."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone

from core.letters import delivery
from core.letters.models import Letter, Status
from grants.actions import decisions
from tests.applications.factories import officer
from tests.grants.factories import RELEASING, confirmed
from tests.letters.celery_worker import ask_for, environment, wait_until, worker
from tests.letters.post_office import post_office

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def counted():
    """Count the letters by where they stand."""
    return {status: Letter.objects.filter(status=status).count() for status in Status.values}


def test_a_worker_killed_in_the_middle_of_a_batch_loses_no_letter(queued, broker, tmp_path, settings):
    at = timezone.now()
    everything = {queued(f"kill:{number}", to=f"{number}@example.org", at=at).message_id for number in range(30)}
    with post_office(delay=0.1) as office:
        with worker(tmp_path, EMAIL_URL=office.url) as first:
            ask_for("core.letters.tasks.drain")
            wait_until(lambda: len(office.received) >= 5)
            os.killpg(first.pid, signal.SIGKILL)
        half = counted()
        assert (half["sent"] >= 4, half["queued"] > 0, half["sent"] + half["queued"] + half["sending"]) == (
            True,
            True,
            30,
        )

        with worker(tmp_path, EMAIL_URL=office.url):
            ask_for("core.letters.tasks.drain")
            wait_until(lambda: counted()["queued"] == 0 and counted()["sent"] >= 30 - half["sending"])

        # The letter in flight is claimed again once its claim has run out.
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        assert delivery.drain(timezone.now() + timedelta(minutes=11)) == half["sending"]
        doubled = len(office.received) - len(everything)
        assert (set(office.received), counted()["sent"], doubled <= 1) == (everything, 30, True)


def test_a_worker_killed_while_a_committees_outcomes_go_out_loses_none_of_their_emails(broker, tmp_path, settings):
    outcomes = ("award", "decline", "decline", "reserve", "award", "decline", "reserve", "defer")
    chosen = [confirmed(outcome=outcome) for outcome in outcomes]
    Letter.objects.all().delete()  # those of the applications
    settings.REDIS_URL = "redis://127.0.0.1:1/0"  # no process sends by itself
    decisions.release_all(chosen, by=officer(), at=RELEASING)
    everything = set(Letter.objects.values_list("message_id", flat=True))
    assert len(everything) == 2 * len(outcomes)
    with post_office(delay=0.1) as office:
        with worker(tmp_path, EMAIL_URL=office.url) as first:
            ask_for("core.letters.tasks.drain")
            wait_until(lambda: len(office.received) >= len(everything) // 2)
            os.killpg(first.pid, signal.SIGKILL)
        in_flight = counted()["sending"]
        with worker(tmp_path, EMAIL_URL=office.url):
            ask_for("core.letters.tasks.drain")
            wait_until(lambda: counted()["queued"] == 0)
            wait_until(lambda: counted()["sending"] <= in_flight)
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        delivery.drain(timezone.now() + timedelta(minutes=11))
        doubled = len(office.received) - len(everything)
        assert (set(office.received), doubled <= 1) == (everything, True)


def test_the_clock_sends_what_waits_by_itself(queued, broker, tmp_path):
    letter = queued("tick", at=timezone.now())
    with post_office() as office, worker(tmp_path, "--beat", f"--schedule={tmp_path / 'beat'}", EMAIL_URL=office.url):
        wait_until(lambda: counted()["sent"] == 1)
        assert office.received == [letter.message_id]


@contextmanager
def black_hole():
    """Accept connections and never answer."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


IN_A_PROCESS = """
    import time
    import django
    django.setup()
    from tests.client import Client
    from core.accounts.models import User
    from core.letters.models import Letter
    from core.letters.tasks import drain

    def timed(work):
        began = time.monotonic()
        try:
            work()
        except Exception as problem:
            print("met", type(problem).__name__)
        return time.monotonic() - began

    def ask():
        answer = Client().post("/accounts/password/reset/", {"email": "ada@example.org"})
        assert answer.status_code == 302, answer.status_code

    User.objects.create_user("ada@example.org", name="Ada")
    Client().get("/accounts/login/")
    print("letters", timed(ask) < LIMIT, Letter.objects.count(), set(Letter.objects.values_list("status", flat=True)))
    print("control", timed(drain.delay) > LIMIT)
"""


def test_a_request_never_waits_for_a_broker_that_accepts_and_never_answers(db):
    script = textwrap.dedent(IN_A_PROCESS).replace("LIMIT", "0.5")
    with black_hole() as address:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", script],
            env=environment(REDIS_URL=address, DJANGO_DEBUG=""),
            cwd=project.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    said = done.stdout.splitlines()
    assert said[0] == "letters True 1 {'queued'}", done.stdout + done.stderr
    assert said[-1] == "control True", done.stdout + done.stderr
