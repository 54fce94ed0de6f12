"""What the tests of applications share: somebody at a browser while a call is open, and the clock of the office."""

from __future__ import annotations

import pytest
import time_machine as machine

from tests.applications.factories import ASSESSING, WRITING
from tests.client import Client


@pytest.fixture
def visitor():
    """Somebody at a browser on a day on which people write; its clock moves the time."""
    client = Client()
    with machine.travel(WRITING, tick=False) as clock:
        client.clock = clock
        yield client


@pytest.fixture
def at(time_machine):
    """Return a way to set the clock."""
    return lambda moment: time_machine.move_to(moment, tick=False)


@pytest.fixture
def after_the_close(at):
    at(ASSESSING)
