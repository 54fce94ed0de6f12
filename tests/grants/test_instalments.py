"""How a grant is paid out."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.instalments import Instalment, hold_back, schedule
from tests.sentences import SAID

TOTALS = st.decimals(0, 1_000_000, places=2)
MONTHS = st.integers(1, 36) | st.fractions(Fraction(1, 31), 36, max_denominator=31)
STARTS = st.dates(date(2016, 12, 1), date(2030, 12, 31))
APART = st.integers(1, 12)


def test_a_year_is_paid_by_the_quarter_in_advance() -> None:
    assert schedule(Decimal("29700.60"), 12, date(2019, 5, 1)) == [
        Instalment(1, date(2019, 5, 1), Decimal("7425.15")),
        Instalment(2, date(2019, 8, 1), Decimal("7425.15")),
        Instalment(3, date(2019, 11, 1), Decimal("7425.15")),
        Instalment(4, date(2020, 2, 1), Decimal("7425.15")),
    ]


def test_odd_pennies_go_with_the_earliest() -> None:
    assert [str(each.amount) for each in schedule(Decimal("100.02"), 8, date(2019, 5, 1))] == ["33.34"] * 3
    assert [str(each.amount) for each in schedule(Decimal("100.01"), 8, date(2019, 5, 1))] == [
        "33.34",
        "33.34",
        "33.33",
    ]
    assert [str(each.amount) for each in schedule(Decimal("0.01"), 4, date(2019, 5, 1))] == ["0.01", "0.00"]


def test_a_day_that_a_month_does_not_have_becomes_its_last() -> None:
    due = [each.due_on for each in schedule(Decimal(4), 12, date(2019, 8, 31))]
    assert due == [date(2019, 8, 31), date(2019, 11, 30), date(2020, 2, 29), date(2020, 5, 31)]


@given(TOTALS, MONTHS, STARTS, APART)
def test_instalments_add_up_exactly_and_differ_by_a_penny_at_most(
    total: Decimal, months: int | Fraction, starts_on: date, every_months: int
) -> None:
    instalments = schedule(total, months, starts_on, every_months)
    amounts = [each.amount for each in instalments]
    assert sum(amounts) == total
    assert max(amounts) - min(amounts) <= Decimal("0.01")
    assert amounts == sorted(amounts, reverse=True)


@given(TOTALS, MONTHS, STARTS, APART)
def test_there_is_one_for_each_time_that_begins_and_each_is_due_later(
    total: Decimal, months: int | Fraction, starts_on: date, every_months: int
) -> None:
    instalments = schedule(total, months, starts_on, every_months)
    due = [each.due_on for each in instalments]
    assert [each.number for each in instalments] == list(range(1, ceil(Fraction(months) / every_months) + 1))
    assert due[0] == starts_on
    assert due == sorted(set(due))


@pytest.mark.parametrize(
    ("total", "months", "every_months", "sentence"),
    [
        ("-1", 12, 3, SAID.the_grant_cannot_be_below),
        ("1.005", 12, 3, SAID.has_a_fraction_of_a.format("1.005")),
        ("1", 0, 3, SAID.the_number_of_months_must),
        ("1", 12, 0, SAID.instalments_must_be_at_least),
    ],
)
def test_what_cannot_be_paid_out_is_refused(total: str, months: int, every_months: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        schedule(Decimal(total), months, date(2019, 5, 1), every_months)


def test_the_fees_share_of_the_last_instalment_is_paid_when_the_final_report_is_due() -> None:
    year = schedule(Decimal("29700.60"), 12, date(2019, 5, 1))
    assert hold_back(year, Decimal(5000), date(2020, 5, 31)) == [
        *year[:3],
        Instalment(4, date(2020, 2, 1), Decimal("6175.15")),
        Instalment(5, date(2020, 5, 31), Decimal("1250.00"), held_back_on=date(2020, 2, 1)),
    ]


def test_half_a_penny_is_held_back_whole() -> None:
    parts = schedule(Decimal("1.00"), 6, date(2019, 5, 1))
    assert [str(part.amount) for part in hold_back(parts, Decimal("0.01"), date(2019, 12, 1))] == [
        "0.50",
        "0.49",
        "0.01",
    ]


@given(TOTALS, MONTHS, STARTS, APART, st.data())
def test_what_is_held_back_comes_out_of_the_last_instalment_to_the_penny(
    total: Decimal, months: int | Fraction, starts_on: date, every_months: int, data: st.DataObject
) -> None:
    parts = schedule(total, months, starts_on, every_months)
    fee = data.draw(st.decimals(0, total, places=2))
    due_on = data.draw(st.dates(starts_on, date(2070, 1, 1)))
    after = hold_back(parts, fee, due_on)
    assert sum(part.amount for part in after) == total
    assert after[: len(parts) - 1] == parts[:-1]
    held = [part for part in after if part.held_back_on]
    share = Fraction(parts[-1].amount) * Fraction(fee) / Fraction(total) if total else Fraction(0)
    is_some = share >= Fraction(1, 200) and due_on >= parts[-1].due_on
    assert [(part.number, part.due_on, part.held_back_on) for part in held] == [
        (len(parts) + 1, due_on, parts[-1].due_on)
    ] * is_some
    assert all(abs(Fraction(part.amount) - share) <= Fraction(1, 200) for part in held)
    assert min(part.amount for part in after) >= 0
