"""Reminders promise: caught up after a day without a clock, only the latest of several, and nothing twice."""

from datetime import timedelta

import pytest
from django.core import mail

from core.letters import reminders
from core.letters.models import Letter
from core.letters.reminders import Reminder, latest, post_due
from tests.letters import sources
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_source(settings, now):
    """Ask only this source; it has a deadline in seven days and a thing begun forty days ago."""
    settings.REMINDER_SOURCES = ["tests.letters.sources.due"]
    sources.closes_at, sources.begun_at = now + timedelta(days=7), now - timedelta(days=40)


def keys():
    return sorted(Letter.objects.values_list("key", flat=True))


def test_what_has_come_due_is_posted_once_however_often_one_asks(now):
    assert (post_due(now), post_due(now), post_due(now + timedelta(hours=1))) == (1, 0, 0)
    assert keys() == ["close:7"]


def test_days_without_a_clock_are_caught_up_with_the_latest_letter_only(now):
    assert (post_due(now - timedelta(days=13)), post_due(now + timedelta(days=6, hours=1))) == (1, 1)
    assert keys() == ["close:1", "close:21"]


def test_a_draft_begun_three_days_before_the_close_is_not_told_of_seven(now):
    sources.begun_at = now + timedelta(days=4)
    assert post_due(now + timedelta(days=4, hours=1)) == 0
    assert post_due(now + timedelta(days=6)) == 1
    assert keys() == ["close:1"]


def test_nothing_is_posted_before_its_time(now):
    assert post_due(now - timedelta(days=30)) == 0


def test_a_reminder_is_due_from_its_instant_on(now):
    reminder = Reminder("testing.hello", "a@example.org", "k", due_at=now, not_before=now)
    assert [reminder.is_due(now - timedelta(microseconds=1)), reminder.is_due(now)] == [False, True]


def test_the_latest_of_several_milestones(now):
    past = [now - timedelta(days=days) for days in (3, 1, 2)]
    assert latest(now, [*past, now + timedelta(days=1)]) == now - timedelta(days=1)
    assert (latest(now, [now]), latest(now, []), latest(now, [now + timedelta(days=1)])) == (now, None, None)


def test_a_source_that_is_missing_fails_loudly_and_does_not_silence_the_others(now, settings):
    settings.REMINDER_SOURCES = ["tests.letters.sources.nowhere", "tests.letters.sources.due"]
    with pytest.raises(ExceptionGroup) as caught:
        post_due(now)
    assert [type(problem) for problem in caught.value.exceptions] == [ImportError]
    assert keys() == ["close:7"]


def test_a_reminder_that_cannot_be_worded_fails_loudly_and_does_not_silence_the_others(now, settings):
    settings.REMINDER_SOURCES = ["tests.letters.sources.one_bad_of_two"]
    with pytest.raises(ExceptionGroup) as caught:
        post_due(now)
    assert [problem.__notes__ for problem in caught.value.exceptions] == [
        [SAID.the_reminder_was.format("testing.missing")]
    ]
    assert keys() == ["good"]


def test_a_sweep_with_nothing_new_takes_one_query_for_each_two_hundred(now, settings, django_assert_num_queries):
    settings.REMINDER_SOURCES = ["tests.letters.sources.many"]
    assert post_due(now) == reminders.CHUNK + 1
    with django_assert_num_queries(2):
        assert post_due(now) == 0


def test_the_command_writes_reminders_and_sends_what_waits(now, queued, capsys, time_machine):
    from django.core.management import call_command

    time_machine.move_to(now, tick=False)
    queued("waiting")
    call_command("send_due")
    assert capsys.readouterr().out == "Reminders written: 1.\nLetters sent: 2. Waiting: 0. Given up: 0.\n"
    assert len(mail.outbox) == 2


def test_the_command_sends_what_waits_even_when_a_source_is_missing(now, queued, capsys, settings, time_machine):
    from django.core.management import call_command

    settings.REMINDER_SOURCES = ["tests.letters.sources.nowhere"]
    time_machine.move_to(now, tick=False)
    queued("waiting")
    with pytest.raises(ExceptionGroup):
        call_command("send_due")
    assert capsys.readouterr().out == "Letters sent: 1. Waiting: 0. Given up: 0.\n"
