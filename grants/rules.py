"""Who may do what with decisions, grants, agreements, payments and reports: the policy, readable as it is."""

from typing import Any

import rules

from applications.rules.applications import is_clear_committee
from core.accounts.rules import (
    is_committee,
    is_director,
    is_finance,
    is_funder_officer,
    is_lead,
    is_member,
    is_officer,
    is_signatory,
)
from core.permissions import in_state as may
from grants.lifecycle import DECISION, GRANT, INSTALMENT, REPORT, DecisionStatus, GrantStatus
from grants.models import Agreement, Decision, EvaluationReport, Grant, Instalment

# --- Decisions -------------------------------------------------------------------------------


@rules.predicate
def sees_its_application(user: Any, decision: Decision | None) -> bool:
    """A committee member without a conflict of interest."""
    return decision is not None and bool(is_clear_committee(user, decision.application))


@rules.predicate
def is_released_to(user: Any, decision: Decision | None) -> bool:
    """The organisation's own, once released."""
    return bool(
        decision is not None
        and decision.status == DecisionStatus.RELEASED
        and user.is_authenticated
        and decision.application.organisation_id in user.organisation_ids
    )


@rules.predicate
def is_somebody_else(user: Any, decision: Decision | None) -> bool:
    """Not the person who recorded it."""
    return decision is not None and decision.recorded_by_id != user.pk


rules.add_perm("grants.view_decision", is_funder_officer | sees_its_application | is_released_to)
rules.add_perm("grants.add_decision", is_funder_officer)
rules.add_perm("grants.confirm_decision", is_funder_officer & is_somebody_else & may(DECISION, "confirm"))
rules.add_perm("grants.drop_decision", is_funder_officer & may(DECISION, "drop"))
rules.add_perm("grants.release_decision", is_funder_officer & may(DECISION, "release"))
# Without a decision at hand: who opens the list, of which they see what `visible_to` gives.
rules.add_perm("grants.list_decisions", is_funder_officer | is_committee)
rules.add_perm("grants.view_committeemeeting", is_funder_officer | is_committee)
rules.add_perm("grants.add_committeemeeting", is_funder_officer)
rules.add_perm("grants.change_committeemeeting", is_funder_officer)

rules.add_perm("grants.view_funder", is_funder_officer | is_finance | is_committee)
rules.add_perm("grants.add_funder", is_funder_officer)
rules.add_perm("grants.change_funder", is_funder_officer)

# --- Grants ----------------------------------------------------------------------------------


@rules.predicate
def is_accepted(user: Any, grant: Grant | None) -> bool:
    """Accepted and not yet agreed: the time to sign."""
    return grant is not None and grant.status == GrantStatus.ACCEPTED


rules.add_perm("grants.view_grant", is_member | is_funder_officer | is_finance | is_committee)
rules.add_perm("grants.accept_grant", is_lead & may(GRANT, "accept"))
rules.add_perm("grants.decline_grant", is_lead & may(GRANT, "decline"))
rules.add_perm("grants.prepare_agreement", is_funder_officer & is_accepted)
rules.add_perm("grants.sign_grant", (is_signatory | is_director) & is_accepted)
rules.add_perm("grants.close_grant", is_funder_officer & may(GRANT, "close"))
rules.add_perm("grants.end_early_grant", is_funder_officer & may(GRANT, "end_early"))
rules.add_perm("grants.extend_grant", is_officer & may(GRANT, "close"))
# The salary and the line it follows from: the own organisation, officers, director, finance.
rules.add_perm("grants.view_salary", is_member | is_funder_officer | is_finance)


@rules.predicate
def sees_its_grant(user: Any, agreement: Agreement | None) -> bool:
    """Whoever sees the grant sees its agreement."""
    return agreement is not None and bool(user.has_perm("grants.view_grant", agreement.grant))


rules.add_perm("grants.view_agreement", sees_its_grant)

# --- Instalments: officer prepares, director approves, finance pays --------------------------


@rules.predicate
def took_no_part(user: Any, instalment: Instalment | None) -> bool:
    """Neither prepared nor approved this instalment."""
    return instalment is not None and user.pk not in {instalment.prepared_by_id, instalment.approved_by_id}


@rules.predicate
def is_paid_to(user: Any, instalment: Instalment | None) -> bool:
    """Somebody of the funded organisation."""
    return instalment is not None and bool(is_member(user, instalment.grant))


rules.add_perm("grants.view_instalment", is_paid_to | is_funder_officer | is_finance | is_committee)
rules.add_perm("grants.prepare_instalment", is_officer & may(INSTALMENT, "prepare"))
rules.add_perm("grants.approve_instalment", is_director & took_no_part & may(INSTALMENT, "approve"))
rules.add_perm("grants.pay_instalment", is_finance & took_no_part & may(INSTALMENT, "pay"))
rules.add_perm("grants.withhold_instalment", is_funder_officer & may(INSTALMENT, "withhold"))
rules.add_perm("grants.reinstate_instalment", is_funder_officer & may(INSTALMENT, "reinstate"))

# --- Evaluation reports ----------------------------------------------------------------------


@rules.predicate
def reports_for(user: Any, report: EvaluationReport | None) -> bool:
    """Somebody of the funded organisation."""
    return report is not None and bool(is_member(user, report.grant))


rules.add_perm("grants.view_evaluationreport", reports_for | is_funder_officer | is_committee)
rules.add_perm("grants.change_evaluationreport", reports_for & may(REPORT, "submit"))
rules.add_perm("grants.submit_evaluationreport", reports_for & may(REPORT, "submit"))
rules.add_perm("grants.give_back_evaluationreport", is_funder_officer & may(REPORT, "give_back"))
rules.add_perm("grants.accept_evaluationreport", is_funder_officer & may(REPORT, "accept"))
