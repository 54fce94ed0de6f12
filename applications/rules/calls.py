"""Who may do what with calls, codes, and what calls are made under."""

from typing import Any

import rules

from applications.lifecycle import CALL, CallStatus
from applications.models import Call, CallInvitation
from applications.models.call import CALL_PUBLIC, CALL_READERS
from applications.rules.steps import may
from core.accounts.rules import is_funder_officer


@rules.predicate
def is_public_call(user: Any, call: Call | None) -> bool:
    """A published call that is open to all."""
    return call is not None and call.status in CALL_PUBLIC and call.kind != Call.Kind.BY_INVITATION


@rules.predicate
def works_on_calls(user: Any, call: Call | None = None) -> bool:
    """Somebody who reads calls before they are out."""
    return bool(user.is_authenticated and user.roles & CALL_READERS)


@rules.predicate
def is_invited_to(user: Any, call: Call | None) -> bool:
    """Somebody of an organisation that took up a code for this published call, applied, or was admitted late."""
    if call is None or call.status not in CALL_PUBLIC or not user.is_authenticated:
        return False
    own = user.organisation_ids
    return bool(own) and (
        call.invitations.filter(organisation__in=own, withdrawn_at__isnull=True).exists()
        or call.applications.filter(organisation__in=own).exists()
        or call.late_admissions.filter(organisation__in=own, confirmed_at__isnull=False).exists()
    )


@rules.predicate
def is_published_by_invitation(user: Any, call: Call | None) -> bool:
    """A published call by invitation: codes are sent for it."""
    return call is not None and call.kind == Call.Kind.BY_INVITATION and call.status == CallStatus.PUBLISHED


@rules.predicate
def is_published(user: Any, call: Call | None) -> bool:
    """A call that is out and not decided."""
    return call is not None and call.status == CallStatus.PUBLISHED


@rules.predicate
def is_not_withdrawn(user: Any, invitation: CallInvitation | None) -> bool:
    """A code that has not been withdrawn."""
    return invitation is not None and invitation.withdrawn_at is None


rules.add_perm("applications.view_call", is_public_call | works_on_calls | is_invited_to)
rules.add_perm("applications.add_call", is_funder_officer)
rules.add_perm("applications.change_call", is_funder_officer)
for step in CALL.steps:
    rules.add_perm(f"applications.{step}_call", is_funder_officer & may(CALL, step))
rules.add_perm("applications.extend_call", is_funder_officer)
rules.add_perm("applications.clarify_call", is_funder_officer & is_published)
rules.add_perm("applications.invite_to_call", is_funder_officer & is_published_by_invitation)
rules.add_perm("applications.view_callinvitation", is_funder_officer)
rules.add_perm("applications.withdraw_callinvitation", is_funder_officer & is_not_withdrawn)

# What calls are made under: the programme, its goals and strands.
for noun in ("programme", "goal", "strand"):
    rules.add_perm(f"applications.view_{noun}", is_funder_officer)
    rules.add_perm(f"applications.add_{noun}", is_funder_officer)
    rules.add_perm(f"applications.change_{noun}", is_funder_officer)
