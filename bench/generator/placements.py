"""The synthetic placements: people, steps before the start, and the workplan of those that have started."""

from datetime import datetime, timedelta

from bench.generator.rounds import MADE, Round, person
from bench.generator.rows import Rows
from core.accounts.models import User
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.actions import programme_steps
from secondments.lifecycle import MilestoneStatus, PlacementStatus, SignOff, StartStepStatus
from secondments.models import (
    WEEK,
    Milestone,
    Objective,
    OrganisationView,
    Placement,
    ProgrammeStep,
    StartStep,
    Workplan,
)

STATUSES = {
    GrantStatus.AGREED: PlacementStatus.PREPARING,
    GrantStatus.ACTIVE: PlacementStatus.ACTIVE,
    GrantStatus.CLOSED: PlacementStatus.ENDED,
}
MILESTONES = 4


def second(rows: Rows, held: Round, grant: Grant, place: int) -> None:
    number = f"{held.number}-{place}"
    secondee = person(rows, f"secondee-{number}@example.org", f"Secondee {number}")
    home = person(rows, f"home-{number}@example.org", f"Home manager {number}")
    status = STATUSES[GrantStatus(grant.status)]
    begins, ends = (datetime.combine(day, held.closed_at.timetz()) for day in (grant.starts_on, grant.ends_on))
    has_begun = status != PlacementStatus.PREPARING
    days = {f"works_{name.lower()}": has_begun for name in WEEK[: int(grant.days_per_week)]}
    placement = rows.add(
        Placement(
            reference=rows.reference(f"{grant.programme.reference_prefix}-P-{grant.offered_at.year}"),
            grant=grant,
            secondee=secondee,
            home_manager=home,
            line_manager=held.line_manager,
            **days,
            days_per_week=grant.days_per_week,
            starts_on=grant.starts_on,
            ends_on=grant.ends_on,
            status=status,
            opened_at=grant.offered_at + timedelta(days=5),
            opened_by=held.staff.cast["officer"],
            started_at=begins if has_begun else None,
            started_by=held.line_manager if has_begun else None,
            ended_at=ends if status == PlacementStatus.ENDED else None,
        )
    )
    rows.add(Placement.strands.through(placement=placement, strand=held.strand))
    for terms in programme_steps.standard(grant.programme):
        step(rows, placement, terms, home, is_done=has_begun or terms.position == 1)
    workplan = rows.add(Workplan(placement=placement, version=1 + MILESTONES if has_begun else 0, changed_at=begins))
    if has_begun:
        plan(rows, held, workplan, place)


def step(rows: Rows, placement: Placement, standard: ProgrammeStep, home: User, *, is_done: bool) -> None:
    """One of the five that are ticked: done by the line manager and confirmed by the home manager, or open."""
    due_on = placement.starts_on - timedelta(days=14)
    at = placement.opened_at + timedelta(days=1)
    is_confirmed = is_done and bool(standard.confirmer)
    rows.add(
        StartStep(
            placement=placement,
            **standard.terms,
            status=StartStepStatus.DONE if is_done else StartStepStatus.OPEN,
            due_on=due_on,
            happened_on=at.date() if is_done else None,
            recorded_at=at if is_done else None,
            recorded_by=placement.line_manager if is_done else None,
            confirmed_at=at if is_confirmed else None,
            confirmed_by=home if is_confirmed else None,
        )
    )


def plan(rows: Rows, held: Round, workplan: Workplan, place: int) -> None:
    """An objective with four milestones over the year, some of them signed off, and what the organisation says."""
    placement = workplan.placement
    objective = rows.add(Objective(workplan=workplan, title=MADE, changed_in=1))
    works, directions = Milestone.Work.values, Milestone.Influence.values
    for number in range(MILESTONES):
        due_on = placement.starts_on + timedelta(days=60 * (number + 1))
        is_done = due_on < held.today
        rows.add(
            Milestone(
                objective=objective,
                title=f"Milestone {number + 1}",
                due_on=due_on,
                strand=held.strand,
                work=works[(place + number) % len(works)],
                influence=directions[number % len(directions)],
                status=MilestoneStatus.DONE if is_done else MilestoneStatus.PLANNED,
                done_on=due_on if is_done else None,
                sign_off=SignOff.GIVEN if is_done else SignOff.NEEDED,
                sign_off_asked_on=due_on - timedelta(days=9) if is_done else None,
                sign_off_given_on=due_on - timedelta(days=number) if is_done else None,
                changed_in=2 + number,
            )
        )
    if place == 0:
        view = OrganisationView.View.AGREES
        said_at, said_by = workplan.changed_at + timedelta(days=7), placement.home_manager
        rows.add(
            OrganisationView(
                workplan=workplan, of_version=workplan.version, view=view, said_at=said_at, said_by=said_by
            )
        )
