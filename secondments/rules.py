"""Who may do what with placements, steps before the start and workplans: the policy, readable as it is."""

from typing import Any

import rules

from core.accounts.rules import (
    is_finance,
    is_funder_officer,
    is_lead_of,
    is_line_manager,
    is_member_of,
    is_programme_manager,
)
from core.permissions import in_state as may
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.lifecycle import PLACEMENT, START_STEP, PlacementStatus
from secondments.models import Placement, StartStep


@rules.predicate
def is_secondee(user: Any, placement: Placement | None) -> bool:
    """The person at the host."""
    return placement is not None and user.is_authenticated and placement.secondee_id == user.pk


@rules.predicate
def is_home_manager(user: Any, placement: Placement | None) -> bool:
    """The manager at the organisation."""
    return placement is not None and user.is_authenticated and placement.home_manager_id == user.pk


@rules.predicate
def manages_at_host(user: Any, placement: Placement | None) -> bool:
    """The manager at the host, by record and by role."""
    return placement is not None and placement.line_manager_id == user.pk and bool(is_line_manager(user))


@rules.predicate
def runs_programme(user: Any, placement: Placement | None) -> bool:
    """A programme manager of the host of this placement's programme."""
    return bool(
        placement is not None
        and is_programme_manager(user)
        and user.works_for_id is not None
        and placement.grant.programme.host_id == user.works_for_id
    )


@rules.predicate
def is_member(user: Any, placement: Placement | None) -> bool:
    """Somebody of the seconding organisation."""
    return placement is not None and is_member_of(user, placement.grant)


@rules.predicate
def is_lead(user: Any, placement: Placement | None) -> bool:
    """A lead of the seconding organisation."""
    return placement is not None and is_lead_of(user, placement.grant)


@rules.predicate
def hosts_programme(user: Any, grant: Grant | None) -> bool:
    """A programme manager of the host of this grant's programme; without a grant, of any."""
    if not is_programme_manager(user) or user.works_for_id is None:
        return False
    return grant is None or grant.programme.host_id == user.works_for_id


@rules.predicate
def is_agreed(user: Any, grant: Grant | None) -> bool:
    """Both have signed, and nobody has ended it."""
    return grant is None or grant.status == GrantStatus.AGREED


@rules.predicate
def is_running(user: Any, placement: Placement | None) -> bool:
    """Preparing or active: not ended."""
    return placement is not None and placement.status != PlacementStatus.ENDED


rules.add_perm(
    "secondments.view_placement",
    is_secondee | is_home_manager | is_member | manages_at_host | runs_programme | is_funder_officer | is_finance,
)
# Asked with the grant that a placement is opened for; without one, whether this person opens placements at all.
rules.add_perm("secondments.open_placement", (is_funder_officer | hosts_programme) & is_agreed)
rules.add_perm("secondments.change_placement", (is_funder_officer | runs_programme) & is_running)
rules.add_perm("secondments.start_placement", runs_programme & may(PLACEMENT, "start"))
rules.add_perm("secondments.end_placement", runs_programme & may(PLACEMENT, "end"))

writes_workplan = is_secondee | manages_at_host | runs_programme
signs_off = manages_at_host | runs_programme
speaks_for_organisation = is_lead | is_home_manager

rules.add_perm("secondments.set_working_days", writes_workplan & is_running)
rules.add_perm("secondments.change_workplan", writes_workplan & is_running)
rules.add_perm("secondments.sign_off_milestone", signs_off & is_running)
rules.add_perm("secondments.say_view", speaks_for_organisation & is_running)
rules.add_perm("secondments.answer_view", signs_off & is_running)
rules.add_perm("secondments.read_reports", manages_at_host | runs_programme)

# --- The six steps, and whose they are -------------------------------------------------------

RECORDS = {
    StartStep.Kind.SCREENING: runs_programme,
    StartStep.Kind.CONTRACT: runs_programme,
    StartStep.Kind.RELEASE: is_lead,
    StartStep.Kind.ROLE_MEETING: manages_at_host,
    StartStep.Kind.MANAGERS_MEETING: manages_at_host,
}
CONFIRMS = {
    StartStep.Kind.CONTRACT: is_lead,
    StartStep.Kind.MANAGERS_MEETING: is_home_manager,
}


@rules.predicate
def records_it(user: Any, step: StartStep | None) -> bool:
    """The one whose step it is."""
    return step is not None and bool(RECORDS[StartStep.Kind(step.kind)](user, step.placement))


@rules.predicate
def confirms_it(user: Any, step: StartStep | None) -> bool:
    """The one of the other side, who did not record it."""
    confirms = CONFIRMS.get(StartStep.Kind(step.kind)) if step else None
    return bool(confirms and step and step.recorded_by_id != user.pk and confirms(user, step.placement))


@rules.predicate
def runs_its_programme(user: Any, step: StartStep | None) -> bool:
    """A programme manager of the host of its placement's programme."""
    return step is not None and bool(runs_programme(user, step.placement))


@rules.predicate
def is_before_start(user: Any, step: StartStep | None) -> bool:
    """The placement has not started."""
    return step is not None and step.placement.status == PlacementStatus.PREPARING


rules.add_perm("secondments.record_startstep", records_it & is_before_start & may(START_STEP, "complete"))
rules.add_perm("secondments.confirm_startstep", confirms_it & is_before_start & may(START_STEP, "confirm"))
rules.add_perm("secondments.waive_startstep", runs_its_programme & is_before_start & may(START_STEP, "waive"))
rules.add_perm("secondments.reopen_startstep", runs_its_programme & is_before_start & may(START_STEP, "reopen"))
