"""What an award costs, from the call's figures and the application's salary; refusals become sentences."""

from datetime import date
from decimal import Decimal

from applications import budget
from applications.models import Application, Call
from core.lifecycle import Refused

STAFF_LINES = frozenset({"salary", "enhancement", "on_costs"})


def rates_of(call: Call) -> budget.Rates:
    """The call's figures: they belong to the call and are never constants."""
    return budget.Rates(
        band_minimum=call.band_minimum,
        band_maximum=call.band_maximum,
        backfill=call.backfill,
        management_fee=call.management_fee,
        on_costs_percent=call.on_costs_percent,
        least_days=call.least_days,
    )


def award_cost(application: Application, *, days_per_week: Decimal, months: int) -> budget.Budget:
    """The award for the application's proposed secondee on these terms. Raises Refused with the way out."""
    if application.current_salary is None:
        raise Refused(f"{application} gives no current salary, so no award can be worked out.")
    terms = budget.Terms(application.current_salary, days_per_week, months)
    try:
        return budget.award(rates_of(application.call), terms, with_enhancement=application.wants_enhancement)
    except ValueError as problem:
        raise Refused(str(problem), _field_of(str(problem))) from None


def extension_cost(  # the same engine as for the award, with the terms of the grant
    call: Call, *, current_salary: Decimal, wants_enhancement: bool, days_per_week: Decimal, from_on: date, to_on: date
) -> tuple[budget.Line, ...]:
    """The lines of an extension: people only, since backfill is recruited and the fee paid once. Raises Refused."""
    terms = budget.Terms(current_salary, days_per_week, budget.months_between(from_on, to_on))
    try:
        cost = budget.award(rates_of(call), terms, with_enhancement=wants_enhancement)
    except ValueError as problem:
        raise Refused(str(problem)) from None
    return tuple(line for line in cost.lines if line.kind in STAFF_LINES)


def _field_of(sentence: str) -> str | None:
    return "days_per_week" if sentence.startswith("Days a week") else "months" if "months" in sentence else None
