"""Figures are written once and asked anew for each person, moment and day."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import User
from core.tallies import NOW, PERSON, TODAY, Tally, first, number
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
MIDNIGHT = datetime(2019, 6, 30, 23, tzinfo=UTC)  # of 1 July, in London
SECOND = timedelta(seconds=1)


def figures() -> Tally:
    return Tally(
        others=number(User.objects.exclude(pk=PERSON)),
        later_others=number(User.objects.exclude(pk=PERSON).filter(date_joined__gt=NOW)),
        next=first(User.objects.filter(date_joined__gt=NOW), "date_joined"),
        by_today=number(User.objects.filter(date_joined__date__lte=TODAY)),
    )


def test_one_writing_answers_each_person_at_each_moment_of_londons_day():
    early, late = UserFactory(date_joined=MIDNIGHT - SECOND), UserFactory(date_joined=MIDNIGHT)
    tally = figures()
    asked = [
        tally.ask(tally.figures, by=person, at=at)
        for person, at in ((early, MIDNIGHT - SECOND), (late, MIDNIGHT - SECOND), (late, MIDNIGHT))
    ]
    assert asked == [
        {"others": 1, "later_others": 1, "next": MIDNIGHT, "by_today": 1},
        {"others": 1, "later_others": 0, "next": MIDNIGHT, "by_today": 1},
        {"others": 1, "later_others": 0, "next": None, "by_today": 2},
    ]


def test_only_the_figures_asked_for_are_asked_in_one_query():
    person = UserFactory()
    with CaptureQueriesContext(connection) as queries:
        found = figures().ask(["others"], by=person, at=MIDNIGHT)
    assert (found, len(queries), "date_joined" in queries[0]["sql"]) == ({"others": 0}, 1, False)
