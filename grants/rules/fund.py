"""Who may do what with the pooled fund: finance and the office record it, another confirms what pays for an award.

A contributor reads their own organisation's contributions and changes nothing.
"""

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.accounts.rules import has_role
from core.permissions import permit
from grants.models import Contribution, Decision, LedgerLine
from grants.rules.decisions import ONLY_IMPARTIAL, decides
from grants.rules.grants import is_clear_of_grant

Person = User | AnonymousUser

KEEPS_FUND = frozenset({*FUNDER_OFFICERS, Role.FINANCE})


@predicate
def is_clear_of_line(person: Person, line: LedgerLine | None) -> bool:
    return line is None or line.grant is None or bool(is_clear_of_grant(person, line.grant))


@predicate
def is_contributor(person: Person, contribution: Contribution | None) -> bool:
    """A member of the organisation that gave it: holding the fund or being one of its funders is not enough."""
    if contribution is None or not isinstance(person, User) or not person.is_active:
        return False
    return contribution.funder_id in person.standings


@predicate
def did_not_choose(person: Person, decision: Decision | None) -> bool:
    return decision is None or not decision.allocations.filter(chosen_by=person.pk).exists()


@predicate
def is_pending_award(_person: Person, decision: Decision | None) -> bool:
    return decision is not None and decision.is_award and decision.is_pending


keeps_fund = has_role(*KEEPS_FUND)
ONLY_FUND = "Only a finance officer, a grants officer or the director can do this."
ONLY_ANOTHER_CONFIRMS = (
    "Another grants officer or the director must confirm what pays for an award: someone who did not choose it and has "
    "no conflict of interest."
)

permit("grants.view_contribution", keeps_fund)
permit("grants.view_own_contribution", is_contributor)
permit("grants.view_contribution_history", keeps_fund)
permit("grants.view_ledgerline", keeps_fund & is_clear_of_line)
permit("grants.view_fund", keeps_fund)
permit("grants.add_contribution", keeps_fund, ONLY_FUND)
permit("grants.receive_contribution", keeps_fund, ONLY_FUND)
permit("grants.reverse_ledgerline", keeps_fund, ONLY_FUND)
permit("grants.take_in_grants", keeps_fund, ONLY_FUND)
permit("grants.choose_allocation", decides, ONLY_IMPARTIAL, when=is_pending_award)
permit("grants.confirm_allocation", decides & did_not_choose, ONLY_ANOTHER_CONFIRMS, when=is_pending_award)
