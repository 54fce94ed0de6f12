"""Counting by the calendar in months."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.months import add_months

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
MONTHS = st.integers(-600, 600)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2019, 3, 13), 1, date(2019, 4, 13)),
        (date(2019, 1, 31), 1, date(2019, 2, 28)),
        (date(2020, 1, 31), 1, date(2020, 2, 29)),
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2019, 11, 30), 3, date(2020, 2, 29)),
        (date(2019, 12, 1), 1, date(2020, 1, 1)),
        (date(2019, 1, 15), -1, date(2018, 12, 15)),
        (date(2019, 3, 31), -1, date(2019, 2, 28)),
        (date(2019, 3, 13), 0, date(2019, 3, 13)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then


@given(DAYS, MONTHS)
def test_more_months_are_always_later(day: date, months: int) -> None:
    assert add_months(day, months) < add_months(day, months + 1)


@given(DAYS, MONTHS)
def test_days_that_every_month_has_come_back(day: date, months: int) -> None:
    day = day.replace(day=min(day.day, 28))
    assert add_months(add_months(day, months), -months) == day
