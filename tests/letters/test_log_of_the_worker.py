"""The worker's log has the web's format: an error is one line with file and line, and no name, answer or token."""

import json

import pytest

from tests.letters.celery_worker import ask_for, wait_until, worker
from tests.letters.failing_task import fail

pytestmark = [pytest.mark.redis, pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_an_error_of_a_task_leaves_file_and_line_and_nothing_of_a_person(broker, tmp_path):
    def errors():
        (log,) = tmp_path.glob("worker-*.log")
        lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
        return [event for event in map(json.loads, lines) if event["level"] == "error"]

    with worker(tmp_path, "--include=tests.letters.failing_task", "--loglevel=INFO", LOG_FORMAT="json"):
        ask_for("testing.fail")
        wait_until(lambda: errors() != [])
        ask_for("core.letters.tasks.drain")
    (event,) = errors()
    assert f'failing_task.py", line {fail.run.__code__.co_firstlineno + 2}, in fail' in event["exception"]
    assert (event["event"], event["logger"]) == ("task_failed", "django_structlog.celery.receivers")
    assert event["error"] == event["exception"].splitlines()[-1] == "ValueError: (a message of 50 characters)"
    assert event["task_id"]
    (log,) = tmp_path.glob("worker-*.log")
    assert [word for word in ("Sana", "sana", "s3cr3t") if word in log.read_text()] == []
