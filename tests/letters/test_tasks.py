"""The worker's tasks promise: everything that waits goes, batch by batch, but no run lasts for ever."""

import pytest

from core.letters import tasks
from core.letters.models import Letter, Status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _standing_still(settings, time_machine, now):
    """Stop the clock, and ask one source that has something due."""
    settings.REMINDER_SOURCES = ["tests.letters.sources.one_good"]
    time_machine.move_to(now, tick=False)


def test_a_drain_sends_batch_after_batch(queued):
    for number in range(101):
        queued(str(number))
    assert (tasks.drain(), tasks.drain()) == (101, 0)


def test_a_run_that_has_lasted_long_enough_leaves_the_rest_to_the_next_tick(queued, monkeypatch):
    monkeypatch.setattr(tasks, "LONGEST_RUN", -1.0)
    for number in range(101):
        queued(str(number))
    assert (tasks.drain(), tasks.drain()) == (100, 1)


def test_reminding_posts_and_sends(queued, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    queued("waiting")
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert (tasks.remind(), tasks.remind()) == (2, 0)


def test_letters_go_even_when_a_source_of_reminders_is_missing(queued, settings):
    settings.REMINDER_SOURCES = ["tests.letters.sources.nowhere"]
    queued("waiting")
    with pytest.raises(ExceptionGroup):
        tasks.remind()
    assert Letter.objects.get().status == Status.SENT
