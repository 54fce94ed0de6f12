"""Who may do what with calls, codes, and what calls are made under."""

from typing import Any

from rules.predicates import predicate

from applications.lifecycle import CALL, CallStatus
from applications.models import Call, CallInvitation
from core.accounts.rules import is_assessor, is_committee, is_funder_officer
from core.permissions import in_state, permit


@predicate
def is_public_call(_user: Any, call: Call | None) -> bool:
    return call is not None and call.is_out and call.kind != Call.Kind.BY_INVITATION


@predicate
def is_invited_to(user: Any, call: Call | None) -> bool:
    """Somebody of an organisation that took up a code for this published call, applied, or was admitted late."""
    if call is None or not call.is_out or not user.is_authenticated:
        return False
    own = user.organisation_ids
    return bool(own) and (
        call.invitations.filter(organisation__in=own, withdrawn_at__isnull=True).exists()
        or call.applications.filter(organisation__in=own).exists()
        or call.late_admissions.filter(organisation__in=own, confirmed_at__isnull=False).exists()
    )


@predicate
def is_published_by_invitation(_user: Any, call: Call | None) -> bool:
    return call is not None and call.kind == Call.Kind.BY_INVITATION and call.status == CallStatus.PUBLISHED


@predicate
def is_published(_user: Any, call: Call | None) -> bool:
    return call is not None and call.status == CallStatus.PUBLISHED


@predicate
def is_not_withdrawn(_user: Any, invitation: CallInvitation | None) -> bool:
    return invitation is not None and invitation.withdrawn_at is None


ONLY_OFFICE_CALLS = "Only the grants office works on calls."
works_on_calls = is_funder_officer | is_committee | is_assessor

permit("applications.view_call", is_public_call | works_on_calls | is_invited_to)
permit("applications.view_call_scores", works_on_calls)
permit(
    "applications.declare_interests_call",
    works_on_calls,
    "Only the grants office, assessors and the Grants Committee declare interests here.",
)
permit("applications.view_call_history", is_funder_officer)  # who was invited, and who is let in late
permit("applications.add_call", is_funder_officer, ONLY_OFFICE_CALLS)
permit("applications.change_call", is_funder_officer, ONLY_OFFICE_CALLS)
for step in CALL.steps:
    permit(f"applications.{step}_call", is_funder_officer, ONLY_OFFICE_CALLS, when=in_state(CALL, step))
permit("applications.extend_call", is_funder_officer, ONLY_OFFICE_CALLS)
permit("applications.clarify_call", is_funder_officer, ONLY_OFFICE_CALLS, when=is_published)
permit("applications.deal_out_call", is_funder_officer, "Only the grants office assigns assessors.")
permit("applications.invite_to_call", is_funder_officer, ONLY_OFFICE_CALLS, when=is_published_by_invitation)
permit("applications.release_call", is_funder_officer, ONLY_OFFICE_CALLS)  # what was prepared at shortlisting
permit("applications.view_callinvitation", is_funder_officer)
permit("applications.view_callinvitation_history", is_funder_officer)
permit("applications.withdraw_callinvitation", is_funder_officer, ONLY_OFFICE_CALLS, when=is_not_withdrawn)

# What calls are made under: goals and strands of the programme.
for noun in ("goal", "strand"):
    permit(f"applications.view_{noun}", is_funder_officer)
    permit(f"applications.view_{noun}_history", is_funder_officer)
    permit(f"applications.add_{noun}", is_funder_officer, ONLY_OFFICE_CALLS)
    permit(f"applications.change_{noun}", is_funder_officer, ONLY_OFFICE_CALLS)
for verb in ("view", "add", "change"):
    permit(f"applications.{verb}_outcomereason", is_funder_officer, ONLY_OFFICE_CALLS)
