"""Who may do what with expressions of interest and with the counts of equality monitoring."""

from typing import Any

from rules.predicates import predicate

from applications.lifecycle import EXPRESSION, ExpressionStatus
from applications.models import Call, ExpressionOfInterest
from core.accounts.rules import is_committee, is_funder_officer, is_learning_partner, is_member
from core.permissions import in_state, permit


@predicate
def waits_for_an_answer(_user: Any, expression: ExpressionOfInterest | None) -> bool:
    return expression is not None and expression.status == ExpressionStatus.RECEIVED


@predicate
def is_invited(_user: Any, expression: ExpressionOfInterest | None) -> bool:
    return expression is not None and expression.status == ExpressionStatus.INVITED


@predicate
def studies_its_programme(user: Any, call: Call | None) -> bool:
    """Works for the learning partner of the call's programme; without a call, of any."""
    if not is_learning_partner(user, call) or user.works_for_id is None:
        return False
    return call is None or call.programme.learning_partner_id == user.works_for_id


NOT_YOUR_ORGANISATION = "You do not belong to this organisation. Ask its lead to invite you."
ONLY_OFFICE_ANSWERS = "Only the grants office answers an expression of interest."
ONLY_OFFICE_EQUALITY = "Only the grants office changes the equality questions."

permit("applications.view_expressionofinterest", is_member | is_funder_officer)
permit("applications.view_expressionofinterest_history", is_funder_officer)
permit("applications.add_expressionofinterest", is_member, NOT_YOUR_ORGANISATION)  # asked about the organisation
permit("applications.change_expressionofinterest", is_member, NOT_YOUR_ORGANISATION, when=waits_for_an_answer)
permit(
    "applications.withdraw_expressionofinterest",
    is_member,
    NOT_YOUR_ORGANISATION,
    when=in_state(EXPRESSION, "withdraw"),
)
permit("applications.start_expressionofinterest", is_member, NOT_YOUR_ORGANISATION, when=is_invited)
permit("applications.note_expressionofinterest", is_funder_officer, "Only the grants office notes conversations.")
for step in ("invite", "propose_other_work", "put_off"):
    permit(
        f"applications.{step}_expressionofinterest",
        is_funder_officer,
        ONLY_OFFICE_ANSWERS,
        when=in_state(EXPRESSION, step),
    )
# Counts of five or more, and nothing from which a smaller one follows.
permit("applications.view_equality_call", is_funder_officer | is_committee | studies_its_programme)
permit("applications.view_equalityquestion", is_funder_officer)
for verb in ("add", "change", "delete"):
    permit(f"applications.{verb}_equalityquestion", is_funder_officer, ONLY_OFFICE_EQUALITY)
