"""A period is one object: its arithmetic and its words cannot disagree, and the pages take their words from it."""

from datetime import UTC, datetime

import pytest

from core.retention.periods import Period


def on(year, month, day, hour=0):
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("period", "words", "before"),
    [
        (Period(months=12, after="the decision"), "12 months after the decision", on(2018, 3, 31, 10)),
        (Period(days=90, after="the deadline"), "90 days after the deadline", on(2018, 12, 31, 11)),
        (Period(years=6, after="it"), "six years after it", on(2013, 3, 31, 10)),
        (Period(months=1, after="it"), "one month after it", on(2019, 2, 28, 11)),
        (
            Period(years=1, months=1, days=1, after="it"),
            "one year and one month and one day after it",
            on(2018, 2, 27, 11),
        ),
    ],
)
def test_a_period_counts_back_by_the_calendar_at_the_same_time_in_london_and_says_so(period, words, before):
    assert str(period) == words
    assert period.before(on(2019, 3, 31, 10)) == before  # 11am in London, on the day the clocks went forward
