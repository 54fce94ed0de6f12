"""What a secondment costs: one sum for the applicant's live sheet, the decision, the agreement and a variation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.money.amounts import format_pounds, round_pounds
from core.months import add_months

FULL_WEEK = 5  # days
FULL_YEAR = 12  # months
LEAST_HOURS_A_DAY = 4  # of a contract, for each day with the host
ALWAYS_SHOWN = frozenset({"salary", "enhancement"})  # the others are left out of a budget where nothing is paid
# Outside these, people have often typed a month's salary, or one already shared out by days.
LEAST_USUAL_SALARY, MOST_USUAL_SALARY = Decimal(10_000), Decimal(200_000)


class TermsError(ValueError):
    """Figures from which no grant can be worked out, in a sentence that names the way out.

    `field` is the wrong field of `Terms` (current_salary, days_per_week or months); None when it is one of the call's.
    """

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


@dataclass(frozen=True, slots=True)
class Rates:
    """A call's figures in Decimal pounds, the band's for a year (2019: 39,501 and 43,602; 1,000; 5,000)."""

    band_minimum: Decimal
    band_maximum: Decimal
    backfill: Decimal
    management_fee: Decimal
    on_costs_percent: Decimal = Decimal(0)
    least_days: Decimal = Decimal(3)
    cover: str = "backfill"  # what the programme calls it


@dataclass(frozen=True, slots=True)
class Terms:
    """One secondment: the current full-time salary in pounds a year, days a week (halves allowed), and months."""

    current_salary: Decimal
    days_per_week: Decimal | int
    months: int | Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a budget: its kind, its name to people, pounds to the penny, and how it was worked out, in words."""

    kind: str
    label: str
    amount: Decimal
    workings: str


@dataclass(frozen=True, slots=True)
class Budget:
    """What a grant is made of. Amounts are rounded line by line, and the total is the sum of what is shown."""

    salary: Decimal
    enhancement: Decimal
    on_costs: Decimal
    backfill: Decimal
    management_fee: Decimal
    is_above_band: bool
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))


def months_between(start: date, end: date) -> Fraction:
    """Months from the start to the end, both days included: whole months, then days of the last month's length.

    A month runs from the start's day to the day before it in the next; the days left over are counted against the
    length of the month that they begin. TermsError for an end before the start.
    """
    if end < start:
        raise TermsError(f"The end, {end:%d/%m/%Y}, is before the start, {start:%d/%m/%Y}. Choose a later end.")
    after = end + timedelta(days=1)
    whole = (after.year - start.year) * FULL_YEAR + after.month - start.month
    if add_months(start, whole) > after:
        whole -= 1
    begun = add_months(start, whole)
    return whole + Fraction((after - begun).days, (add_months(start, whole + 1) - begun).days)


def check_salary(salary: Decimal) -> None:
    """Raise TermsError unless this is an exact full-time salary for a year, in pounds."""
    given: Any = salary
    if isinstance(given, float):
        raise TermsError("The current salary must be exact: give a Decimal, not a float.", "current_salary")
    if _exact(salary, "The current salary", "current_salary") <= 0:
        raise TermsError(
            "The current salary must be more than £0. Give the full-time salary for a year.", "current_salary"
        )


def check_days(days_per_week: Decimal | int, least_days: Decimal) -> None:
    """Raise TermsError unless the days a week are whole or half days, from the call's least to a full week."""
    days = _exact(days_per_week, "The number of days a week", "days_per_week")
    if not Fraction(least_days) <= days <= FULL_WEEK:
        least = _number(Fraction(least_days))
        raise TermsError(
            f"Days a week must be from {least} to {FULL_WEEK}, not {_number(days)}. Choose a number in that range.",
            "days_per_week",
        )
    if (days * 2).denominator != 1:
        raise TermsError(
            f"Days a week are whole or half days, not {_number(days)}. Choose the nearest half day.", "days_per_week"
        )


def check_months(months: int | Fraction, longest: int | None = None) -> None:
    """Raise TermsError unless the length is more than nothing and, where a longest is given, within it."""
    number = _exact(months, "The number of months", "months")
    if longest is not None and not 1 <= number <= longest:
        raise TermsError(f"The length must be from 1 to {longest} months.", "months")
    if number <= 0:
        raise TermsError("The number of months must be more than 0. Choose an end after the start.", "months")


def check_hours(present_hours: Decimal, days_per_week: Decimal) -> None:
    """Raise TermsError when the hours of the contract are too few for the days with the host."""
    if present_hours < days_per_week * LEAST_HOURS_A_DAY:
        hours, days = _number(Fraction(present_hours)), _number(Fraction(days_per_week))
        raise TermsError(
            f"{hours} hours a week are too few for {days} days a week with the host: a day takes at least "
            f"{LEAST_HOURS_A_DAY}. Check the hours and the days.",
            "present_hours",
        )


def doubt_about_salary(salary: Decimal) -> str:
    """What an unusual salary for a full-time year looks like, in a sentence; empty for a usual one."""
    if LEAST_USUAL_SALARY <= salary <= MOST_USUAL_SALARY:
        return ""
    is_low = salary < LEAST_USUAL_SALARY
    mistake = "a salary for a month, or shared out by days" if is_low else "a salary with a figure too many"
    return f"{_pounds(salary)} looks like {mistake}."


def award(rates: Rates, terms: Terms, *, with_enhancement: bool = True) -> Budget:
    """The grant for these terms at these rates, as the February 2019 call has it.

    The salary (and what lifts it to the band's minimum, unless that is declined) is shared out by days and months, and
    on-costs are reckoned on the two before rounding; backfill and management fee are paid in full. A salary above the
    band is paid as it is, and flagged. Raises TermsError for figures from which nothing can be worked out.
    """
    _check_rates(rates)
    salary, days, months = _check_terms(rates, terms)
    share = days / FULL_WEEK * months / FULL_YEAR
    lift = max(Fraction(0), Fraction(rates.band_minimum) - salary) if with_enhancement else Fraction(0)
    percent = Fraction(rates.on_costs_percent)
    shared = f"× {_number(days)}/{FULL_WEEK} of a week × {_number(months)}/{FULL_YEAR} of a year"
    current, minimum = (_pounds(amount) for amount in (terms.current_salary, rates.band_minimum))
    on_top = f"{_number(percent)}% of {'salary and enhancement' if lift else 'salary'}"
    if not with_enhancement:
        why = "Not asked for"
    elif lift:
        why = f"({minimum} − {current}) {shared}"
    else:
        why = f"None: the salary is not below {minimum}, where the pay band begins"
    lines = (
        Line("salary", "Salary", round_pounds(salary * share), f"{current} {shared}"),
        Line("enhancement", "Salary enhancement", round_pounds(lift * share), why),
        Line("on_costs", "Employer's on-costs", round_pounds((salary + lift) * share * percent / 100), on_top),
        Line("backfill", f"Towards {rates.cover}", round_pounds(rates.backfill), "In full, for recruiting cover"),
        Line("management_fee", "Management fee", round_pounds(rates.management_fee), "In full"),
    )
    return Budget(
        **{line.kind: line.amount for line in lines},
        is_above_band=salary > Fraction(rates.band_maximum),
        lines=tuple(line for line in lines if line.kind in ALWAYS_SHOWN or line.amount),
    )


def _check_rates(rates: Rates) -> None:
    amounts = {
        "The pay band's minimum": rates.band_minimum,
        "The pay band's maximum": rates.band_maximum,
        "The amount for cover": rates.backfill,
        "The management fee": rates.management_fee,
        "The percentage for on-costs": rates.on_costs_percent,
    }
    for name, amount in amounts.items():
        if _exact(amount, name) < 0:
            raise TermsError(f"{name} cannot be below nothing. Put 0 or more in the call's figures.")
    if rates.band_maximum < rates.band_minimum:
        raise TermsError("The pay band ends below where it begins. Put its maximum at or above its minimum.")
    if not 0 < _exact(rates.least_days, "The fewest days a week") <= FULL_WEEK:
        raise TermsError(f"The fewest days a week must be above 0 and at most {FULL_WEEK}. Change the call's figures.")


def _check_terms(rates: Rates, terms: Terms) -> tuple[Fraction, Fraction, Fraction]:
    check_salary(terms.current_salary)
    check_days(terms.days_per_week, rates.least_days)
    check_months(terms.months)
    return Fraction(terms.current_salary), Fraction(terms.days_per_week), Fraction(terms.months)


def _exact(amount: Decimal | Fraction | int, name: str, field: str | None = None) -> Fraction:
    try:
        return Fraction(amount)
    except (ValueError, OverflowError, TypeError):
        raise TermsError(f"{name} is not a number. Give it in figures.", field) from None


def _pounds(amount: Decimal) -> str:
    return format_pounds(amount, whole=True)


def _number(amount: Fraction) -> str:
    if amount.denominator == 1:
        return str(amount.numerator)
    whole, rest = divmod(amount, 1)
    decimal = Decimal(amount.numerator) / Decimal(amount.denominator)
    if Fraction(decimal) == amount:
        return f"{decimal.normalize():f}"
    return f"({whole} + {rest})" if whole else f"({rest})"
