"""What tests of accounts share: an instant, letters sent at once, limits counted from nothing."""

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def now():
    """An instant."""
    return NOW


@pytest.fixture
def letters(django_capture_on_commit_callbacks):
    """Return a context in which what is posted is sent, and which holds the messages sent in it."""

    @contextmanager
    def sent():
        before = len(mail.outbox)
        messages = []
        with django_capture_on_commit_callbacks(execute=True):
            yield messages
        messages += mail.outbox[before:]

    return sent


@pytest.fixture
def fresh_limits(db):
    """Forget earlier guesses."""
    cache.clear()


@pytest.fixture
def time_machine_at():
    """Return a clock that stands at an instant until it is shifted."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
