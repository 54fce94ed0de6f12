"""Who may do what with placements and workplans."""

from collections.abc import Mapping

import rules
from django.contrib.auth.models import AnonymousUser

from core.accounts.models import User
from core.accounts.rules import (
    is_lead_of,
    is_line_manager,
    is_member_of,
    is_programme_manager,
)
from core.permissions import in_state, permit
from grants.lifecycle import GrantStatus
from grants.models import Grant
from grants.rules import is_payer, keeps_grants
from secondments.lifecycle import OVER, PLACEMENT
from secondments.models import Placement

Person = User | AnonymousUser
PeopleByPlacement = Mapping[int, list[User]]

# --- Who somebody is in a placement ----------------------------------------------------------


@rules.predicate
def is_secondee(user: Person, placement: Placement | None) -> bool:
    return placement is not None and user.is_active and placement.secondee_id == user.pk


@rules.predicate
def is_home_manager(user: Person, placement: Placement | None) -> bool:
    return placement is not None and user.is_active and placement.home_manager_id == user.pk


@rules.predicate
def manages_at_host(user: Person, placement: Placement | None) -> bool:
    return placement is not None and placement.line_manager_id == user.pk and bool(is_line_manager(user, placement))


@rules.predicate
def runs_programme(user: Person, placement: Placement | None) -> bool:
    return placement is not None and bool(is_programme_manager(user, placement))


@rules.predicate
def is_member(user: Person, placement: Placement | None) -> bool:
    return placement is not None and is_member_of(user, placement.grant)


@rules.predicate
def is_lead(user: Person, placement: Placement | None) -> bool:
    return placement is not None and is_lead_of(user, placement.grant)


# --- States ----------------------------------------------------------------------------------


@rules.predicate
def is_agreed(_user: Person, grant: Grant | None) -> bool:
    return grant is None or grant.status == GrantStatus.AGREED


@rules.predicate
def is_running(_user: Person, placement: Placement | None) -> bool:
    return placement is not None and placement.status not in OVER


# --- Placements and workplans ----------------------------------------------------------------

keeps_workplan = is_secondee | manages_at_host | runs_programme
manages_for_host = manages_at_host | runs_programme

sees_placement = (
    is_secondee | is_home_manager | is_member | manages_at_host | is_programme_manager | keeps_grants | is_payer
)

permit("secondments.view_placement", sees_placement)
permit("secondments.view_placement_history", sees_placement)
permit("secondments.view_week", is_line_manager | is_programme_manager)
# Asked with the grant that a placement is opened for; without one: whether this person opens placements at all.
permit(
    "secondments.open_placement",
    keeps_grants | is_programme_manager,
    "Only a programme manager of the host and the grants office can open a placement.",
    when=is_agreed,
)
permit(
    "secondments.change_placement",
    keeps_grants | runs_programme,
    "Only a programme manager of the host and the grants office can change a placement.",
    when=is_running,
)
permit(
    "secondments.start_placement",
    runs_programme,
    "Only a programme manager of the host can start a placement.",
    when=in_state(PLACEMENT, "start"),
)
permit(
    "secondments.end_placement",
    runs_programme,
    "Only a programme manager of the host can end a placement.",
    when=in_state(PLACEMENT, "end"),
)
permit(
    "secondments.call_off_placement",
    keeps_grants | runs_programme,
    "Only a programme manager of the host and the grants office can call off a placement.",
    when=in_state(PLACEMENT, "call_off"),
)
permit(
    "secondments.set_working_days",
    keeps_workplan,
    "Only the secondee, the line manager and a programme manager of the host can choose the days.",
    when=is_running,
)
permit(
    "secondments.change_workplan",
    keeps_workplan,
    "Only the secondee, the line manager and a programme manager of the host can change the workplan.",
    when=is_running,
)
permit(
    "secondments.sign_off_milestone",
    manages_for_host,
    "Only the line manager and a programme manager of the host can sign off a milestone.",
    when=is_running,
)
permit(
    "secondments.say_view",
    is_lead | is_home_manager,
    "Only a lead of the organisation and the home manager can say what the organisation thinks.",
    when=is_running,
)
permit(
    "secondments.answer_view",
    manages_for_host,
    "Only the line manager and a programme manager of the host can answer a concern.",
    when=is_running,
)
permit("secondments.read_reports", manages_for_host)
