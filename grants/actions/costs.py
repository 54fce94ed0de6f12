"""What an award or an extension costs, by the call's figures; what cannot be worked out is refused."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from applications.budget import FULL_WEEK, FULL_YEAR, Budget, Line, Terms, TermsError, award, months_between
from applications.models import Application
from core.lifecycle import Refused
from grants.models import BudgetLine, Grant

Kind = BudgetLine.Kind
EXTENDED_LINES = frozenset({Kind.SALARY, Kind.ENHANCEMENT, Kind.ON_COSTS})


def award_cost(application: Application, *, days_per_week: Decimal, months: int) -> Budget:
    """Work out the award for the application's proposed secondee. Raises Refused, naming the wrong field."""
    if application.current_salary is None:
        raise Refused(f"{application} has no current salary, so we cannot work out an award.", code="no_salary")
    terms = Terms(application.current_salary, days_per_week, months)
    try:
        return award(application.call.rates, terms, with_enhancement=application.wants_enhancement)
    except TermsError as problem:
        raise Refused(problem.sentence, problem.field) from None


def extension_cost(grant: Grant, *, from_on: date, to_on: date) -> tuple[Line, ...]:
    """Work out the lines of an extension on the grant's terms: backfill and fee are not paid again.

    Raises Refused for a grant without a post or a salary on record (the history).
    """
    return tuple(line for line in _cost(grant, from_on, to_on).lines if line.kind in EXTENDED_LINES)


def cost_until(grant: Grant, last_on: date) -> Budget:
    """Work out what a grant costs from its first day until this one; what is paid once is whole. Refused as above."""
    return _cost(grant, grant.starts_on, last_on)


def full_time_year(grant: Grant) -> Budget:
    """Work out salary and enhancement of a whole year at full time on the grant's terms. Refused as above."""
    return _budget(grant, Decimal(FULL_WEEK), FULL_YEAR)


def _cost(grant: Grant, from_on: date, to_on: date) -> Budget:
    return _budget(grant, grant.days_per_week, months_between(from_on, to_on))


def _budget(grant: Grant, days_per_week: Decimal, months: int | Fraction) -> Budget:
    if grant.post is None:
        raise Refused("This grant has no post, so we cannot work out what it costs.", code="no_post")
    if grant.current_salary is None:
        raise Refused("This grant has no salary, so we cannot work out what it costs.", code="no_salary")
    try:
        terms = Terms(grant.current_salary, days_per_week, months)
        return award(grant.post.call.rates, terms, with_enhancement=grant.wants_enhancement)
    except TermsError as problem:
        raise Refused(problem.sentence) from None
