"""What the letters' tests share: an instant, a person, and a letter's template of their own."""

from copy import deepcopy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from core.accounts.models import User
from core.letters import outbox


@pytest.fixture(autouse=True)
def _own_templates(settings):
    """Let "testing.hello" be found, and let no broker be set unless a test sets one."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = templates
    settings.REDIS_URL = ""


@pytest.fixture
def now():
    """Return the instant at which these tests happen."""
    return datetime(2019, 3, 13, 16, 59, 59, tzinfo=UTC)


@pytest.fixture
def ada(db):
    """Return a person to write to."""
    return User.objects.create_user("ada@example.org", name="Ada")


@pytest.fixture
def hello(now):
    """Return a way to post a letter by its key alone."""
    words = {"name": "Ada", "words": "Your application is in.", "reference": "CII-2019-014"}
    return partial(outbox.post, "testing.hello", to="ada@example.org", at=now, **words)


@pytest.fixture
def queued(settings, hello):
    """Return a way to put a letter into the outbox that no process sends by itself."""

    def post(key: str, **fields):
        settings.REDIS_URL = "redis://127.0.0.1:1/0"
        try:
            return hello(key=key, **fields)
        finally:
            settings.REDIS_URL = ""

    return post
