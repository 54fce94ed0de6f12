"""Counts of the work queue: several figures in one query."""

from datetime import UTC, datetime, timedelta

import pytest

from core.accounts.models import User
from core.work_queue import figures, least_of, number_of
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2019, 7, 1, 12, tzinfo=UTC)


def test_counts_and_least_values_come_in_one_query(django_assert_num_queries):
    person = UserFactory(date_joined=NOON)
    UserFactory(date_joined=NOON + timedelta(days=2))
    UserFactory(date_joined=NOON + timedelta(days=1))
    others, nobody = User.objects.exclude(pk=person.pk), User.objects.filter(name="nobody")
    with django_assert_num_queries(1):
        found = figures(
            person,
            others=number_of(others),
            first=least_of(others, "date_joined"),
            none=number_of(nobody),
            nothing=least_of(nobody, "date_joined"),
        )
    assert found == {"others": 2, "first": NOON + timedelta(days=1), "none": 0, "nothing": None}
