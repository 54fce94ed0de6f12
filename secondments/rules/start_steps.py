"""Whose the steps before the start are: who records, confirms, waives and reopens them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import rules
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from core.accounts.models import Membership, RoleAssignment, User
from core.accounts.roles import Role
from core.accounts.rules import LEAD, is_programme_manager
from core.permissions import in_state, permit
from secondments.lifecycle import START_STEP, Party, PlacementStatus
from secondments.models import Placement, StartStep
from secondments.rules.placements import is_home_manager, is_lead, manages_at_host, runs_programme

Person = User | AnonymousUser
PeopleByPlacement = Mapping[int, list[User]]


@rules.predicate
def is_before_start(_user: Person, step: StartStep | None) -> bool:
    return step is not None and step.placement.status == PlacementStatus.PREPARING


def line_managers(programme_id: int) -> QuerySet[User]:
    held = {"role_assignments__role": Role.LINE_MANAGER, "role_assignments__programme": programme_id}
    return User.objects.filter(is_active=True, **held).order_by("name", "pk")


def programme_managers_of(programme_id: int) -> QuerySet[User]:
    held = {"role_assignments__role": Role.PROGRAMME_MANAGER, "role_assignments__programme": programme_id}
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


def programme_manager_in_words(placement: Placement) -> str:
    programme = placement.programme
    return f"{programme.title_of(Role.PROGRAMME_MANAGER)} of {programme.host.in_sentence}"


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
        programme_manager_in_words,
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
    return PARTIES[step.recording_party].words(step.placement)


def confirmer_of(step: StartStep) -> str:
    """Who confirms the step, in words; empty where nobody does."""
    party = step.confirming_party
    return PARTIES[party].words(step.placement) if party else ""


# --- Steps before the start ------------------------------------------------------------------


@rules.predicate
def records_step(user: Person, step: StartStep | None) -> bool:
    return step is not None and bool(PARTIES[step.recording_party].includes(user, step.placement))


@rules.predicate
def confirms_step(user: Person, step: StartStep | None) -> bool:
    if step is None or step.recorded_by_id == user.pk:
        return False
    party = step.confirming_party
    return party is not None and bool(PARTIES[party].includes(user, step.placement))


@rules.predicate
def runs_programme_of_step(user: Person, step: StartStep | None) -> bool:
    return step is not None and bool(is_programme_manager(user, step))


ONLY_PROGRAMME_MANAGER = "Only a programme manager of the host can reopen a step."

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


@rules.predicate
def owns_step_alone(user: Person, step: StartStep | None) -> bool:
    """Records a step that nobody of another side confirms, so may also say that it is not needed."""
    return step is not None and not step.has_two_sides and bool(records_step(user, step))


def party_to_consent(step: StartStep) -> Party:
    """Whose consent a waiver needs: the owner's; of a step of two sides the side's that did not ask."""
    asker, confirmer = step.waiver_asked_by, step.confirming_party
    if confirmer is None or (asker is not None and PARTIES[confirmer].includes(asker, step.placement)):
        return step.recording_party
    return confirmer


@rules.predicate
def consents_to_waiver(user: Person, step: StartStep | None) -> bool:
    """Of the party whose consent was asked for, and not the person who asked."""
    if step is None or step.waiver_asked_by_id is None or step.waiver_asked_by_id == user.pk:
        return False
    return bool(PARTIES[party_to_consent(step)].includes(user, step.placement))


@rules.predicate
def takes_part_in_step(user: Person, step: StartStep | None) -> bool:
    if step is None:
        return False
    parties = {step.recording_party, step.confirming_party or step.recording_party}
    return any(PARTIES[party].includes(user, step.placement) for party in parties)


@rules.predicate
def is_waiver_asked(_user: Person, step: StartStep | None) -> bool:
    return step is not None and step.waiver_asked_by_id is not None


def consenter_of(step: StartStep) -> str:
    """Who has to agree to a waiver that was asked for, in words."""
    return PARTIES[party_to_consent(step)].words(step.placement)


may_be_waived = is_before_start & in_state(START_STEP, "waive")

permit(
    "secondments.ask_waiver_startstep",
    (runs_programme_of_step | takes_part_in_step) & ~owns_step_alone,
    "Only a programme manager of the host and the people of this step can ask for it to be waived.",
    when=may_be_waived & ~is_waiver_asked,
)
permit(
    "secondments.waive_startstep",
    owns_step_alone | consents_to_waiver,
    "Only the person named for this step can waive it, or agree to waive it.",
    when=may_be_waived,
)
permit(
    "secondments.refuse_waiver_startstep",
    consents_to_waiver,
    "Only the person whose consent was asked for can refuse it.",
    when=may_be_waived,
)
permit(
    "secondments.reopen_startstep",
    runs_programme_of_step,
    ONLY_PROGRAMME_MANAGER,
    when=is_before_start & in_state(START_STEP, "reopen"),
)
