"""Placements for tests; `placement_at` walks to a status through the real actions, with the dates of the 2019 call."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from applications.models import Strand
from core.accounts.models import Organisation, Programme, User
from core.accounts.roles import Role
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments.actions import placements, start_steps, workplans
from secondments.lifecycle import PlacementStatus
from secondments.models import Milestone, Placement, StartStep
from tests.accounts.factories import address, person_with
from tests.applications.factories import lead, programme
from tests.grants.factories import grant_at
from tests.kept import kept

OPENING = datetime(2019, 4, 16, 9, 0, tzinfo=UTC)
DOING = datetime(2019, 4, 24, 9, 0, tzinfo=UTC)
HAPPENED = date(2019, 4, 23)
STARTING = datetime(2019, 4, 30, 23, 0, tzinfo=UTC)  # midnight in London: 1 May begins
PLANNING = datetime(2019, 5, 6, 9, 0, tzinfo=UTC)
ENDING = datetime(2020, 4, 30, 16, 0, tzinfo=UTC)


def other_programme() -> Programme:
    """Return a second programme, of the same funder and host."""
    first = programme()
    found = Programme.objects.filter(slug="other").first()
    return found or Programme.objects.create(
        name="Another programme", slug="other", reference_prefix="OTH", funder=first.funder, host=first.host,
        learning_partner=first.learning_partner, fewest_placements=1, most_placements=2,
    )  # fmt: skip


def of_host(role: Role, name: str) -> User:
    """Return the one person of the host who has this role under this name."""
    email = address(name.split(" ", maxsplit=1)[0].lower())
    return User.objects.filter(email=email).first() or person_with(
        role, email=email, name=name, works_for=programme().host
    )


def programme_manager() -> User:
    """Return the host's programme manager."""
    return of_host(Role.PROGRAMME_MANAGER, "Petra Programme")


def line_manager() -> User:
    """Return a line manager of the host."""
    return of_host(Role.LINE_MANAGER, "Lionel Line")


def strand(title: str = "Young Londoners") -> Strand:
    """Return a strand of the programme."""
    return Strand.objects.get_or_create(programme=programme(), title=title, defaults={"from_year": 2017})[0]


def terms(grant: Grant, **facts: Any) -> dict[str, Any]:
    """Return what opening a placement asks, for this grant."""
    asked = {
        "secondee_name": "Sana Secondee",
        "secondee_email": f"sana{grant.pk}@example.org",
        "home_manager_name": "Hanna Home",
        "home_manager_email": f"hanna{grant.pk}@example.org",
        "line_manager": line_manager(),
        "starts_on": grant.starts_on,
        "ends_on": grant.ends_on,
        "strands": [strand()],
    } | facts
    return {"sure_of": [asked[name].strip().lower() for name in ("secondee_email", "home_manager_email")]} | asked


@kept(lambda pk: fresh(Placement(pk=pk)))
def opened(grant: Grant | None = None, *, organisation: Organisation | None = None, **facts: Any) -> Placement:
    """Return a placement that has just been opened."""
    grant = grant or grant_at(GrantStatus.AGREED, organisation=organisation)
    placement = placements.open_placement(grant, **terms(grant, **facts), by=programme_manager(), at=OPENING)
    return fresh(placement)


def step_of(placement: Placement, kind: str) -> StartStep:
    """Return one of its steps before the start."""
    step = placement.steps.get(kind=kind)
    step.placement = placement
    return step


def owner_of(step: StartStep) -> User:
    """Return a person whose step it is."""
    people = {"release": lead(step.placement.grant.organisation)}
    host = {"screening": programme_manager(), "contract": programme_manager()}
    return {**people, **host}.get(step.kind) or step.placement.line_manager


def other_side_of(step: StartStep) -> User:
    """Return the person who confirms it."""
    return lead(step.placement.grant.organisation) if step.kind == "contract" else step.placement.home_manager


def do(step: StartStep, at: datetime = DOING) -> None:
    """Have the step recorded, and confirmed where it has two sides."""
    start_steps.record(step, happened_on=HAPPENED, by=owner_of(step), at=at)
    if step.has_two_sides:
        start_steps.confirm(step, by=other_side_of(step), at=at)


@kept(lambda pk: fresh(Placement(pk=pk)))
def ready(placement: Placement | None = None, **facts: Any) -> Placement:
    """Return a placement that only has to be started."""
    placement = placement or opened(**facts)
    for step in placement.steps.all():
        do(step_of(placement, step.kind))
    return fresh(placement)


@kept(lambda pk: fresh(Placement(pk=pk)))
def placement_at(status: PlacementStatus, **facts: Any) -> Placement:
    """Return a placement in this status."""
    if status == PlacementStatus.PREPARING:
        return opened(**facts)
    if status == PlacementStatus.CALLED_OFF:
        placement = opened(**facts)
        placements.call_off(placement, reason="The post is filled.", by=programme_manager(), at=DOING)
        return fresh(placement)
    placement = ready(**facts)
    placements.start(placement, by=programme_manager(), at=STARTING)
    if status == PlacementStatus.ENDED:
        placements.end(placement, by=programme_manager(), at=ENDING)
    return fresh(placement)


def milestone(placement: Placement, **facts: Any) -> Milestone:
    """Return a milestone of a first objective, as the line manager wrote it."""
    by = placement.line_manager
    objective = placement.workplan.objectives.first() or workplans.add_objective(
        placement, title="More Londoners register", by=by, at=PLANNING
    )
    given = {
        "title": "Plan the campaign",
        "due_on": date(2019, 7, 31),
        "strand": strand(),
        "work": "project",
        "influence": "horizontal",
        "needs_sign_off": True,
    }
    row = workplans.add_milestone(objective, **given | facts, by=by, at=PLANNING)
    row.objective.workplan.placement = placement
    return row


def fresh(placement: Placement) -> Placement:
    """Return the row as it is in the database now."""
    related = (
        "grant__programme__host",
        "grant__programme__funder",
        "grant__organisation",
        "secondee",
        "line_manager",
        "home_manager",
        "workplan",
    )
    return Placement.objects.select_related(*related).get(pk=placement.pk)
