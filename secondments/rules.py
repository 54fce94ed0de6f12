"""Who may do what with placements, steps before the start and workplans."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import rules
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from core.accounts.models import Membership, RoleAssignment, User
from core.accounts.roles import Role
from core.accounts.rules import (
    LEAD,
    is_lead_of,
    is_line_manager,
    is_member_of,
    is_programme_manager,
)
from core.permissions import in_state, permit
from grants.lifecycle import GrantStatus
from grants.models import Grant
from grants.rules import is_payer, keeps_grants
from secondments.lifecycle import OVER, PLACEMENT, START_STEP, Party, PlacementStatus
from secondments.models import Placement, StartStep

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


@rules.predicate
def is_before_start(_user: Person, step: StartStep | None) -> bool:
    return step is not None and step.placement.status == PlacementStatus.PREPARING


# --- Placements and workplans ----------------------------------------------------------------

keeps_workplan = is_secondee | manages_at_host | runs_programme
manages_for_host = manages_at_host | runs_programme

permit(
    "secondments.view_placement",
    is_secondee | is_home_manager | is_member | manages_at_host | is_programme_manager | keeps_grants | is_payer,
)
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

# --- The parties to a step before the start --------------------------------------------------


def line_managers(programme_id: int) -> QuerySet[User]:
    held = {"role_assignments__role": Role.LINE_MANAGER, "role_assignments__programme": programme_id}
    return User.objects.filter(is_active=True, **held).order_by("name", "pk")


def programme_managers(placements: Collection[Placement]) -> PeopleByPlacement:
    programmes: dict[int | None, list[User]] = defaultdict(list)
    held = RoleAssignment.objects.filter(
        role=Role.PROGRAMME_MANAGER,
        programme__in={placement.programme_id for placement in placements},
        person__is_active=True,
    )
    for assignment in held.select_related("person").order_by("person__name", "person"):
        programmes[assignment.programme_id].append(assignment.person)
    return {placement.pk: programmes[placement.programme_id] for placement in placements}


def leads(placements: Collection[Placement]) -> PeopleByPlacement:
    organisations: dict[int, list[User]] = defaultdict(list)
    memberships = Membership.objects.filter(
        organisation__in={placement.grant.organisation_id for placement in placements},
        standing=LEAD,
        person__is_active=True,
    )
    for membership in memberships.select_related("person").order_by("person__name", "person"):
        organisations[membership.organisation_id].append(membership.person)
    return {placement.pk: organisations[placement.grant.organisation_id] for placement in placements}


def left_in(placements: Collection[Placement], field: str) -> set[int]:
    """The placements whose person in this field has left: account closed, or line manager of the host no more."""
    people = {row.pk: (person, row.programme_id) for row in placements if (person := getattr(row, field))}
    holders = {(person.pk, programme) for person, programme in people.values()}
    if field == "line_manager" and people:
        held = RoleAssignment.objects.filter(role=Role.LINE_MANAGER, person__in={key for key, _ in holders})
        holders = set(held.values_list("person", "programme"))
    return {pk for pk, (who, where) in people.items() if not who.is_active or (who.pk, where) not in holders}


def named(field: str) -> Callable[[Collection[Placement]], PeopleByPlacement]:
    """The person in a field of each placement, unless there is none or they have left."""

    def people(placements: Collection[Placement]) -> PeopleByPlacement:
        left = left_in(placements, field)
        persons = {placement.pk: getattr(placement, field) for placement in placements}
        return {pk: [person] if person and pk not in left else [] for pk, person in persons.items()}

    return people


@dataclass(frozen=True)
class PartyRule:
    """One party three times over: as a predicate on a placement, as people to write to, and in words."""

    includes: rules.Predicate
    people: Callable[[Collection[Placement]], PeopleByPlacement]
    words: Callable[[Placement], str]


PARTIES = {
    Party.PROGRAMME_MANAGER: PartyRule(
        runs_programme,
        programme_managers,
        lambda placement: f"{placement.programme.title_of(Role.PROGRAMME_MANAGER)} of {placement.programme.host}",
    ),
    Party.LINE_MANAGER: PartyRule(
        manages_at_host,
        named("line_manager"),
        lambda placement: f"{placement.line_manager}, line manager" if placement.line_manager else "the line manager",
    ),
    Party.HOME_MANAGER: PartyRule(
        is_home_manager,
        named("home_manager"),
        lambda placement: f"{placement.home_manager}, home manager" if placement.home_manager else "the home manager",
    ),
    Party.LEAD: PartyRule(is_lead, leads, lambda placement: f"a lead of {placement.grant.organisation}"),
}


def recorder_of(step: StartStep) -> str:
    return PARTIES[step.recorder].words(step.placement)


def confirmer_of(step: StartStep) -> str:
    """Who confirms the step, in words; empty where nobody does."""
    return PARTIES[step.confirmer].words(step.placement) if step.confirmer else ""


# --- Steps before the start ------------------------------------------------------------------


@rules.predicate
def records_step(user: Person, step: StartStep | None) -> bool:
    return step is not None and bool(PARTIES[step.recorder].includes(user, step.placement))


@rules.predicate
def confirms_step(user: Person, step: StartStep | None) -> bool:
    if step is None or step.confirmer is None or step.recorded_by_id == user.pk:
        return False
    return bool(PARTIES[step.confirmer].includes(user, step.placement))


@rules.predicate
def runs_programme_of_step(user: Person, step: StartStep | None) -> bool:
    return step is not None and bool(is_programme_manager(user, step))


ONLY_PROGRAMME_MANAGER = "Only a programme manager of the host can waive or reopen a step."

permit(
    "secondments.record_startstep",
    records_step,
    "Only the person named for this step can record it.",
    when=is_before_start & in_state(START_STEP, "complete"),
)
permit(
    "secondments.confirm_startstep",
    confirms_step,
    "Only the other party can confirm this step, and not the person who recorded it.",
    when=is_before_start & in_state(START_STEP, "confirm"),
)
permit(
    "secondments.waive_startstep",
    runs_programme_of_step,
    ONLY_PROGRAMME_MANAGER,
    when=is_before_start & in_state(START_STEP, "waive"),
)
permit(
    "secondments.reopen_startstep",
    runs_programme_of_step,
    ONLY_PROGRAMME_MANAGER,
    when=is_before_start & in_state(START_STEP, "reopen"),
)
