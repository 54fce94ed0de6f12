"""What a secondment costs: the call's own examples, and laws on made-up figures."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.budget import (
    Budget,
    Rates,
    Terms,
    TermsError,
    award,
    check_days,
    check_hours,
    check_months,
    check_salary,
    doubt_about_salary,
    months_between,
)
from core.months import add_months
from tests.sentences import SAID

CALL_OF_2019 = Rates(Decimal(39501), Decimal(43602), backfill=Decimal(1000), management_fee=Decimal(5000))
BELOW, ABOVE = Decimal(32000), Decimal(45000)

SALARIES = st.decimals(Decimal("0.01"), Decimal(300_000), places=2)
DAYS = st.sampled_from([Decimal(days) / 2 for days in range(6, 11)])
MONTHS = st.integers(1, 24) | st.fractions(Fraction(1, 31), 24, max_denominator=31)
MONEY = st.decimals(0, 100_000, places=2)
RATES = st.builds(
    lambda minimum, width, backfill, fee, percent: Rates(minimum, minimum + width, backfill, fee, percent),
    MONEY,
    MONEY,
    MONEY,
    MONEY,
    st.decimals(0, 60, places=1),
)
TERMS = st.builds(Terms, SALARIES, DAYS, MONTHS)
STARTS = st.dates(date(2016, 12, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("terms", "salary", "enhancement", "total", "is_above_band"),
    [
        (Terms(Decimal(32000), Decimal(3), 12), "19200.00", "4500.60", "29700.60", False),
        (Terms(Decimal(28750), 4, 8), "15333.33", "5733.87", "27067.20", False),
        (Terms(Decimal(45000), 3, 12), "27000.00", "0.00", "33000.00", True),
        (Terms(Decimal(43602), 5, 12), "43602.00", "0.00", "49602.00", False),
        (Terms(Decimal(39501), 5, 12), "39501.00", "0.00", "45501.00", False),
        (Terms(Decimal(39500), Decimal("3.5"), 12), "27650.00", "0.70", "33650.70", False),
        (Terms(Decimal(32000), 3.5, 12), "22400.00", "5250.70", "33650.70", False),
    ],
)
def test_an_award_by_the_february_2019_call(
    terms: Terms, salary: str, enhancement: str, total: str, is_above_band: bool
) -> None:
    budget = award(CALL_OF_2019, terms)
    assert (str(budget.salary), str(budget.enhancement), str(budget.total)) == (salary, enhancement, total)
    assert budget.is_above_band is is_above_band


def test_every_line_says_how_it_was_worked_out() -> None:
    budget = award(CALL_OF_2019, Terms(BELOW, Decimal("3.5"), months_between(date(2019, 1, 20), date(2019, 9, 10))))
    assert [(line.kind, line.label, line.workings) for line in budget.lines] == [
        ("salary", "Salary", "£32,000 × 3.5/5 of a week × (7 + 22/31)/12 of a year"),
        (
            "enhancement",
            "Salary enhancement",
            "(£39,501 − £32,000) × 3.5/5 of a week × (7 + 22/31)/12 of a year",
        ),
        ("backfill", "Towards backfill", SAID.in_full_for_recruiting_cover),
        ("management_fee", "Management fee", "In full"),
    ]


def _workings(budget: Budget, kind: str) -> list[str]:
    return [line.workings for line in budget.lines if line.kind == kind]


def test_a_salary_in_the_band_says_why_there_is_no_enhancement() -> None:
    assert _workings(award(CALL_OF_2019, Terms(ABOVE, 3, 12)), "enhancement") == [
        SAID.none_the_salary_is_not.format("£39,501"),
    ]


def test_an_enhancement_can_be_declined() -> None:
    budget = award(CALL_OF_2019, Terms(BELOW, 3, 12), with_enhancement=False)
    assert (budget.enhancement, budget.total) == (Decimal("0.00"), Decimal("25200.00"))
    assert _workings(budget, "enhancement") == ["Not asked for"]


def test_on_costs_are_reckoned_on_salary_and_enhancement_before_rounding() -> None:
    rates = Rates(Decimal(39501), Decimal(43602), Decimal(1000), Decimal(5000), on_costs_percent=Decimal("12.5"))
    budget = award(rates, Terms(Decimal("28750.01"), 4, 8))
    assert budget.on_costs == Decimal("2633.40")
    assert budget.total == budget.salary + budget.enhancement + Decimal("8633.40")
    assert _workings(budget, "on_costs") == [SAID.percent_of.format("12.5", "salary and enhancement")]


def test_without_on_costs_there_is_no_such_line() -> None:
    budget = award(CALL_OF_2019, Terms(BELOW, 3, 12))
    assert budget.on_costs == 0
    assert [line.kind for line in budget.lines] == ["salary", "enhancement", "backfill", "management_fee"]


def test_a_city_without_cover_and_fee_has_no_such_lines() -> None:
    manchester = Rates(Decimal(31000), Decimal(36000), Decimal(0), Decimal(3000), Decimal("12.5"), Decimal(2))
    budget = award(manchester, Terms(Decimal(32500), Decimal("2.5"), 6))
    assert [(line.kind, str(line.amount)) for line in budget.lines] == [
        ("salary", "8125.00"),
        ("enhancement", "0.00"),
        ("on_costs", "1015.63"),
        ("management_fee", "3000.00"),
    ]
    assert str(budget.total) == "12140.63"
    assert _workings(budget, "on_costs") == [SAID.percent_of.format("12.5", "salary")]


def test_cover_has_the_programmes_word() -> None:
    rates = Rates(Decimal(31000), Decimal(36000), Decimal(500), Decimal(0), cover="locum pay")
    assert [line.label for line in award(rates, Terms(BELOW, 3, 12)).lines if line.kind == "backfill"] == [
        "Towards locum pay"
    ]


def test_a_month_less_than_whole_is_said_as_a_part() -> None:
    budget = award(CALL_OF_2019, Terms(BELOW, 3, Fraction(10, 31)))
    assert _workings(budget, "salary") == ["£32,000 × 3/5 of a week × (10/31)/12 of a year"]


@given(RATES, TERMS)
def test_the_total_is_the_sum_of_the_lines_and_each_is_whole_pence(rates: Rates, terms: Terms) -> None:
    budget = award(rates, terms)
    assert budget.total == sum(line.amount for line in budget.lines)
    parts = (budget.salary, budget.enhancement, budget.on_costs, budget.backfill, budget.management_fee)
    assert budget.total == sum(parts)
    assert [amount for amount in parts if amount < 0 or amount != amount.quantize(Decimal("0.01"))] == []


@given(RATES, TERMS)
def test_each_line_is_within_half_a_penny_of_the_exact_sum(rates: Rates, terms: Terms) -> None:
    share = Fraction(terms.days_per_week) / 5 * Fraction(terms.months) / 12
    salary = Fraction(terms.current_salary) * share
    lift = max(Fraction(0), Fraction(rates.band_minimum - terms.current_salary)) * share
    costs = (salary + lift) * Fraction(rates.on_costs_percent) / 100
    budget = award(rates, terms)
    for exact, rounded in ((salary, budget.salary), (lift, budget.enhancement), (costs, budget.on_costs)):
        assert -Fraction(1, 200) < Fraction(rounded) - exact <= Fraction(1, 200)
    assert (budget.backfill, budget.management_fee) == (rates.backfill, rates.management_fee)


@given(RATES, SALARIES, st.lists(DAYS, min_size=2, max_size=2), st.lists(MONTHS, min_size=2, max_size=2))
def test_more_days_or_months_never_cost_less(
    rates: Rates, salary: Decimal, days: list[Decimal], months: list[int | Fraction]
) -> None:
    fewer, more = sorted(days)
    shorter, longer = sorted(months)
    least = award(rates, Terms(salary, fewer, shorter)).total
    assert least <= award(rates, Terms(salary, more, shorter)).total
    assert least <= award(rates, Terms(salary, fewer, longer)).total


@given(RATES, SALARIES)
def test_a_full_year_lifts_the_salary_exactly_to_the_band(rates: Rates, salary: Decimal) -> None:
    budget = award(rates, Terms(salary, 5, 12))
    assert budget.salary + budget.enhancement == max(salary, rates.band_minimum)
    assert budget.is_above_band is (salary > rates.band_maximum)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (Terms(Decimal(0), 3, 12), SAID.the_current_salary_must_be),
        (Terms(Decimal(-1), 3, 12), SAID.the_current_salary_must_be),
        (Terms(Decimal("NaN"), 3, 12), SAID.is_not_a_number_give.format("The current salary")),
        (Terms(Decimal("Infinity"), 3, 12), SAID.is_not_a_number_give.format("The current salary")),
        (Terms(32000.0, 3, 12), SAID.the_current_salary_must_be_exact),
        (Terms(BELOW, Decimal("2.5"), 12), SAID.days_a_week_must_be.format("3", "5", "2.5")),
        (Terms(BELOW, Decimal("5.5"), 12), SAID.days_a_week_must_be.format("3", "5", "5.5")),
        (
            Terms(BELOW, Decimal("3.25"), 12),
            SAID.days_a_week_are_whole_or.format("3.25"),
        ),
        (Terms(BELOW, None, 12), SAID.is_not_a_number_give.format(SAID.the_number_of_days_a)),
        (Terms(BELOW, 3, 0), SAID.the_number_of_months_must),
        (Terms(BELOW, 3, Fraction(-1, 2)), SAID.the_number_of_months_must),
    ],
)
def test_terms_that_cannot_be_are_refused_with_the_way_out(terms: Terms, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        award(CALL_OF_2019, terms)


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        ((-1, 1, 0, 0), SAID.cannot_be_below_nothing_put.format(SAID.the_pay_band_s_minimum)),
        ((2, 1, 0, 0), SAID.the_pay_band_ends_below_where),
        ((1, 2, -1, 0), SAID.cannot_be_below_nothing_put.format("The amount for cover")),
        ((1, 2, 0, -1), SAID.cannot_be_below_nothing_put.format("The management fee")),
        ((1, 2, 0, 0, -1), SAID.cannot_be_below_nothing_put.format(SAID.the_percentage_for_on_costs)),
        ((1, 2, 0, 0, 0, 0), SAID.the_fewest_days_a_week.format("5")),
        ((1, 2, 0, 0, 0, 6), SAID.the_fewest_days_a_week.format("5")),
    ],
)
def test_figures_that_cannot_be_are_refused_with_the_way_out(figures: tuple[int, ...], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        award(Rates(*map(Decimal, figures)), Terms(BELOW, 3, 12))


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (Terms(Decimal(0), 3, 12), "current_salary"),
        (Terms(Decimal("NaN"), 3, 12), "current_salary"),
        (Terms(BELOW, Decimal("2.5"), 12), "days_per_week"),
        (Terms(BELOW, Decimal("3.25"), 12), "days_per_week"),
        (Terms(BELOW, None, 12), "days_per_week"),
        (Terms(BELOW, 3, 0), "months"),
        (Terms(BELOW, 3, None), "months"),
    ],
)
def test_a_refusal_names_the_field_that_is_wrong(terms: Terms, field: str) -> None:
    with pytest.raises(TermsError) as refusal:
        award(CALL_OF_2019, terms)
    assert refusal.value.field == field


def test_a_refusal_of_the_calls_own_figures_names_no_field() -> None:
    with pytest.raises(TermsError) as refusal:
        award(Rates(*map(Decimal, (2, 1, 0, 0))), Terms(BELOW, 3, 12))
    assert refusal.value.field is None


@given(DAYS)
def test_whole_and_half_days_within_the_week_pass(days: Decimal) -> None:
    check_days(days, Decimal(3))
    check_salary(BELOW)


@pytest.mark.parametrize(("months", "passes"), [(0, False), (1, True), (12, True), (13, False)])
def test_the_length_is_at_most_the_calls_term(months: int, passes: bool) -> None:
    if passes:
        check_months(months, 12)
        return
    with pytest.raises(TermsError, match="must be from 1 to 12 months"):
        check_months(months, 12)


@pytest.mark.parametrize(
    ("salary", "doubt"),
    [
        ("9999.99", "£9,999.99 looks like a salary for a month, or shared out by days."),
        ("10000", ""),
        ("200000", ""),
        ("200000.01", "£200,000.01 looks like a salary with a figure too many."),
    ],
)
def test_an_unusual_salary_is_doubted(salary: str, doubt: str) -> None:
    assert doubt_about_salary(Decimal(salary)) == doubt


def test_a_call_may_ask_for_fewer_days() -> None:
    rates = Rates(Decimal(0), Decimal(0), Decimal(0), Decimal(0), least_days=Decimal("0.5"))
    assert award(rates, Terms(Decimal(12000), Decimal("0.5"), 1)).total == Decimal("100.00")


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2017, 4, 1), date(2018, 3, 31), 12),
        (date(2019, 1, 1), date(2019, 12, 31), 12),
        (date(2019, 1, 15), date(2019, 2, 14), 1),
        (date(2019, 2, 1), date(2019, 2, 28), 1),
        (date(2020, 2, 1), date(2020, 2, 28), Fraction(28, 29)),
        (date(2019, 4, 1), date(2019, 4, 15), Fraction(1, 2)),
        (date(2019, 1, 20), date(2019, 3, 10), 1 + Fraction(19, 28)),
        (date(2019, 1, 31), date(2019, 2, 27), 1),
        (date(2019, 1, 31), date(2019, 1, 31), Fraction(1, 28)),
        (date(2020, 2, 29), date(2021, 2, 27), 12),
    ],
)
def test_months_are_counted_with_both_days_included(start: date, end: date, months: int | Fraction) -> None:
    assert months_between(start, end) == months


@given(STARTS, st.integers(1, 48))
def test_whole_months_are_whole(start: date, months: int) -> None:
    assert months_between(start, add_months(start, months) - timedelta(days=1)) == months


@given(STARTS, st.integers(0, 1500))
def test_a_longer_secondment_never_has_fewer_months(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    assert 0 < months_between(start, end) < months_between(start, end + timedelta(days=1))


@given(STARTS, st.integers(1, 24), st.integers(0, 800))
def test_an_extension_after_whole_months_adds_up(start: date, months: int, days: int) -> None:
    start = start.replace(day=min(start.day, 28))
    extension = add_months(start, months)
    end = extension + timedelta(days=days)
    assert months_between(start, end) == months + months_between(extension, end)


def test_an_end_before_the_start_is_refused() -> None:
    sentence = SAID.the_end_is_before_the.format("31/03/2019", "01/04/2019")
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        months_between(date(2019, 4, 1), date(2019, 3, 31))


def test_the_sums_are_free_of_django() -> None:
    program = (
        "import sys, applications.budget, grants.instalments; "
        "print([name for name in sys.modules if name.partition('.')[0] == 'django'])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


@pytest.mark.parametrize(("hours", "days"), [("35", "5"), ("20", "5"), ("12", "3"), ("14", "3.5"), ("37.5", "4")])
def test_contracted_hours_are_enough_for_the_days(hours, days):
    check_hours(Decimal(hours), Decimal(days))


@pytest.mark.parametrize(("hours", "days"), [("7", "5"), ("19.75", "5"), ("11.5", "3")])
def test_too_few_contracted_hours_for_the_days_are_refused(hours, days):
    with pytest.raises(TermsError) as refusal:
        check_hours(Decimal(hours), Decimal(days))
    assert refusal.value.field == "present_hours"
    assert refusal.value.sentence.startswith(f"{hours} hours a week are too few for {days} days a week with the host")
