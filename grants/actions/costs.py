"""What an award costs, from the call's figures and the application's salary; refusals become sentences."""

from datetime import date
from decimal import Decimal

from applications import budget
from applications.models import Application, Call
from core.lifecycle import Refused

STAFF_LINES = frozenset({"salary", "enhancement", "on_costs"})


def award_cost(application: Application, *, days_per_week: Decimal, months: int) -> budget.Budget:
    """The award for the application's proposed secondee on these terms. Raises Refused with the way out."""
    if application.current_salary is None:
        raise Refused(f"{application} gives no current salary, so no award can be worked out.")
    terms = budget.Terms(application.current_salary, days_per_week, months)
    try:
        return budget.award(application.call.rates, terms, with_enhancement=application.wants_enhancement)
    except budget.TermsError as problem:
        raise Refused(problem.sentence, problem.field) from None


def extension_cost(  # the same engine as for the award, with the terms of the grant
    call: Call, *, current_salary: Decimal, wants_enhancement: bool, days_per_week: Decimal, from_on: date, to_on: date
) -> tuple[budget.Line, ...]:
    """The lines of an extension: people only, since backfill is recruited and the fee paid once. Raises Refused."""
    terms = budget.Terms(current_salary, days_per_week, budget.months_between(from_on, to_on))
    try:
        cost = budget.award(call.rates, terms, with_enhancement=wants_enhancement)
    except budget.TermsError as problem:
        raise Refused(problem.sentence) from None
    return tuple(line for line in cost.lines if line.kind in STAFF_LINES)
