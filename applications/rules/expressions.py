"""Who may do what with expressions of interest and with the counts of equality monitoring."""

from typing import Any

import rules

from applications.lifecycle import EXPRESSION, ExpressionStatus
from applications.models import Call, ExpressionOfInterest
from applications.rules.steps import may
from core.accounts.rules import is_committee, is_funder_officer, is_learning_partner, is_member


@rules.predicate
def waits_for_an_answer(user: Any, expression: ExpressionOfInterest | None) -> bool:
    """Nobody has answered it yet."""
    return expression is not None and expression.status == ExpressionStatus.RECEIVED


@rules.predicate
def is_invited(user: Any, expression: ExpressionOfInterest | None) -> bool:
    """Answered with an invitation to apply."""
    return expression is not None and expression.status == ExpressionStatus.INVITED


@rules.predicate
def studies_its_programme(user: Any, call: Call | None) -> bool:
    """Works for the learning partner of the call's programme; without a call, of any."""
    if not is_learning_partner(user) or user.works_for_id is None:
        return False
    return call is None or call.programme.learning_partner_id == user.works_for_id


rules.add_perm("applications.view_expressionofinterest", is_member | is_funder_officer)
rules.add_perm("applications.change_expressionofinterest", is_member & waits_for_an_answer)
rules.add_perm("applications.withdraw_expressionofinterest", is_member & may(EXPRESSION, "withdraw"))
rules.add_perm("applications.start_expressionofinterest", is_member & is_invited)
rules.add_perm("applications.note_expressionofinterest", is_funder_officer)
for step in ("invite", "propose_other_work", "put_off"):
    rules.add_perm(f"applications.{step}_expressionofinterest", is_funder_officer & may(EXPRESSION, step))
# Counts of five or more, and nothing from which a smaller one follows.
rules.add_perm("applications.view_equality_call", is_funder_officer | is_committee | studies_its_programme)
for verb in ("view", "add", "change", "delete"):
    rules.add_perm(f"applications.{verb}_equalityquestion", is_funder_officer)
