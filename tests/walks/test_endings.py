"""Random walks over all events of all nouns keep the law of endings (tests/walks/law.py)."""

from __future__ import annotations

import os
from datetime import datetime

import pytest
from django.db import transaction

from applications.models import Application, AssessmentVisit
from tests.walks import law, world

SOAK = 500
WALKS = int(os.environ.get("WALKS", "50"))  # `make soak` takes 500
EACH = max(1, WALKS // len(world.BEGINNINGS))
TAKEN: set[str] = set()  # the steps that some walk has taken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _letters_wait(settings):
    """Let no letter go before a step sends it, as with a broker."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def walked(seed: int, begin: datetime) -> tuple[list[str], list[str]]:
    """The trace of a walk and the breaches after it; the database is as it was before."""
    with transaction.atomic():
        after = world.walk(seed, begin)
        found = list(law.breaches(after.now, after.moved))
        transaction.set_rollback(True)
    return after.trace, found


@pytest.mark.parametrize("beginning", world.BEGINNINGS, ids=lambda beginning: beginning.__name__)
def test_after_every_walk_nothing_is_left_over_and_everybody_is_told(beginning):
    begin = beginning()
    for seed in range(EACH):
        trace, found = walked(seed, begin)
        TAKEN.update(line.split(" at ")[0] for line in trace)
        assert not found, "\n".join([f"{beginning.__name__}, seed {seed}:", *found, "after", *trace])


@pytest.mark.skipif(WALKS < SOAK, reason="make soak: so many walks take every step")
def test_the_walks_have_taken_every_step():
    assert {function.__name__ for _, function in world.STEPS} - TAKEN == set()


def test_the_law_sees_a_visit_and_an_applicant_that_were_forgotten():
    now = world.closed_call()
    assert list(law.breaches(now)) == []
    application = Application.objects.get(visits__status="proposed")
    Application.objects.filter(pk=application.pk).update(status="unsuccessful", released_at=now)
    found = "\n".join(law.breaches(now))
    assert f"{AssessmentVisit.objects.get()} is in the future" in found
    assert f"was last told “shortlisted” about {application}" in found
