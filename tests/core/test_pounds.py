"""Pounds and pence: rounding, reading and writing."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money.amounts import MOST_PENCE, format_pounds, from_pence, parse_pounds, round_pounds, to_pence
from tests.sentences import SAID

ANY_PENCE = st.integers(-MOST_PENCE, MOST_PENCE)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (Decimal("0.005"), "0.01"),
        (Decimal("0.004999"), "0.00"),
        (Decimal("2.675"), "2.68"),
        (Decimal("2.665"), "2.67"),
        (Decimal("-0.005"), "-0.01"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (32000, "32000.00"),
    ],
)
def test_half_a_penny_goes_up(amount: Decimal | Fraction | int, rounded: str) -> None:
    assert str(round_pounds(amount)) == rounded


@given(ANY_PENCE)
def test_pence_come_back_the_same(pence: int) -> None:
    assert to_pence(from_pence(pence)) == pence


@given(ANY_PENCE)
def test_what_is_written_can_be_read_again(pence: int) -> None:
    assert parse_pounds(format_pounds(from_pence(pence))) == from_pence(pence)
    assert parse_pounds(format_pounds(from_pence(pence), whole=True)) == from_pence(pence)


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (Decimal("1.005"), SAID.has_a_fraction_of_a.format("1.005")),
        (1.5, SAID.money_is_a_decimal_of.format("float")),
        (True, SAID.money_is_a_decimal_of.format("bool")),
        (Decimal("NaN"), SAID.is_not_an_amount_of.format("NaN")),
        (Decimal("Infinity"), SAID.is_not_an_amount_of.format("Infinity")),
        (Decimal(10**17), SAID.is_more_than_can_be.format("100000000000000000")),
    ],
)
def test_what_cannot_be_stored_to_the_penny_is_refused(amount: Decimal, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        to_pence(amount)


@pytest.mark.parametrize(
    ("amount", "pennies", "whole"),
    [
        ("29700.60", "£29,700.60", "£29,700.60"),
        ("32000", "£32,000.00", "£32,000"),
        ("0", "£0.00", "£0"),
        ("0.10", "£0.10", "£0.10"),
        ("-1234.5", "-£1,234.50", "-£1,234.50"),
    ],
)
def test_pounds_are_written_with_commas(amount: str, pennies: str, whole: str) -> None:
    assert format_pounds(Decimal(amount)) == pennies
    assert format_pounds(Decimal(amount), whole=True) == whole


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("£32,000", "32000.00"),
        ("32,000.50", "32000.50"),
        ("32000", "32000.00"),
        ("  £ 32\u00a0000 ", "32000.00"),
        ("32000.5", "32000.50"),
        ("1,234,567.89", "1234567.89"),
        ("0", "0.00"),
        ("-5", "-5.00"),
        ("32k", "32000.00"),
        ("£32.5K", "32500.00"),
        ("£32,000 pa", "32000.00"),
        ("32,000 p.a.", "32000.00"),
        ("32000 per annum", "32000.00"),
        ("£32,000 a year", "32000.00"),
        ("£32,000/year", "32000.00"),
        ("GBP 32,000", "32000.00"),
        ("32,000 pounds", "32000.00"),
    ],
)
def test_pounds_are_read_as_people_type_them(typed: str, amount: str) -> None:
    assert str(parse_pounds(typed)) == amount


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "thirty thousand",
        "32m",
        "32kk",
        "32,000k",
        "32,000 a month",
        "a year",
        "32,00",
        "3,2000",
        "32.000,50",
        "1.005",
        "1e5",
        "NaN",
        "£",
        "$5",
        "--5",
        "٣٢",
    ],
)
def test_what_is_not_plainly_an_amount_is_not_guessed(typed: str) -> None:
    with pytest.raises(ValueError, match=f"^“{re.escape(typed)}” is not an amount in pounds.$"):
        parse_pounds(typed)


def test_more_than_can_be_stored_is_not_read() -> None:
    with pytest.raises(ValueError, match=SAID.is_more_than_can_be_stored):
        parse_pounds("9" * 40)


def test_sums_can_stand_on_it_without_django() -> None:
    program = (
        "import sys, core.money.amounts; print([name for name in sys.modules if name.partition('.')[0] == 'django'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
