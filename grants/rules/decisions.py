"""Who may do what with the decisions of the Grants Committee."""

from django.contrib.auth.models import AnonymousUser
from rules.predicates import predicate

from applications.models import Application
from applications.rules.applications import is_clear_committee, is_office
from applications.rules.cases import cases_to_assess, is_open_to
from core.accounts.models import User
from core.accounts.rules import is_committee, is_member_of
from core.permissions import in_state, permit
from grants.lifecycle import DECISION, DecisionStatus
from grants.models import Decision

Person = User | AnonymousUser


@predicate
def is_impartial(person: Person, thing: Application | Decision | None) -> bool:
    """Neither belongs to the applying organisation nor has declared a conflict of interest with the application."""
    if thing is None:
        return True
    application = thing.application if isinstance(thing, Decision) else thing
    return not is_member_of(person, application) and bool(is_open_to(person, application))


@predicate
def is_on_the_committee(person: Person, decision: Decision | None) -> bool:
    """A committee member who has declared that they have no conflict; without a decision at hand, any member."""
    if decision is None:
        return bool(is_committee(person))
    application = decision.application
    return bool(is_committee(person, decision) and is_clear_committee(person, application))


@predicate
def is_clear_of_decision(person: Person, decision: Decision | None) -> bool:
    """An officer or director without a conflict of interest; without a decision at hand, any."""
    if decision is None:
        return bool(is_office(person))
    return bool(is_office(person, decision) and is_open_to(person, decision.application))


@predicate
def is_released_to(person: Person, decision: Decision | None) -> bool:
    """A member of the organisation, once the decision is released."""
    return (
        decision is not None
        and decision.status == DecisionStatus.RELEASED
        and is_member_of(person, decision.application)
    )


@predicate
def own_scores_are_due(person: Person, decision: Decision | None) -> bool:
    """Was asked to assess the application and has not finished, before the outcome is released."""
    if decision is None or decision.status == DecisionStatus.RELEASED or not isinstance(person, User):
        return False
    return decision.application_id in cases_to_assess(person)


@predicate
def did_not_record(person: Person, decision: Decision | None) -> bool:
    return decision is None or decision.recorded_by_id != person.pk


decides = is_office & is_impartial
ONLY_IMPARTIAL = (
    "Only a grants officer or the director can do this, and only without a conflict of interest: "
    "you may not belong to the organisation, have declared a conflict with its application or have scores to finish."
)
ONLY_ANOTHER = (
    "Another grants officer or the director must confirm a decision: someone who did not record it, "
    "has no conflict of interest, and has no scores of the application to finish."
)

reads_decisions = is_clear_of_decision & ~own_scores_are_due
decides_on = decides & ~own_scores_are_due
permit("grants.view_decision", reads_decisions | (is_on_the_committee & ~own_scores_are_due) | is_released_to)
permit("grants.view_decision_history", reads_decisions)
permit("grants.add_decision", decides, ONLY_IMPARTIAL, new_use="assessing")
permit(
    "grants.confirm_decision",
    decides_on & did_not_record,
    ONLY_ANOTHER,
    when=in_state(DECISION, "confirm"),
    asks_again=True,
    new_use="assessing",
)
permit("grants.drop_decision", decides_on, ONLY_IMPARTIAL, when=in_state(DECISION, "drop"))
permit(
    "grants.release_decision",
    decides_on,
    ONLY_IMPARTIAL,
    when=in_state(DECISION, "release"),
    asks_again=True,
    new_use="assessing",
)
