"""Changes the workplan: objectives, milestones, their steps and sign-off."""

from datetime import date, datetime
from typing import Any, NotRequired, TypedDict, Unpack

from django.db import transaction
from django.db.models import F

from applications.models import Strand
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day
from core.lifecycle import Refused
from core.permissions import check
from secondments import letters
from secondments.actions.placements import require_running
from secondments.lifecycle import MILESTONE, MILESTONE_EVENTS, SIGN_OFF, MilestoneStatus, SignOff, TrailEvent
from secondments.models import Milestone, Objective, Placement, Workplan


@transaction.atomic
def add_objective(placement: Placement, *, title: str, by: User, at: datetime) -> Objective:
    check(by, "secondments.change_workplan", placement)
    version = _next_version(placement, at)
    position = placement.workplan.objectives.count() + 1
    objective = placement.workplan.objectives.create(title=title, position=position, changed_in=version)
    trail.record(TrailEvent.OBJECTIVE_ADDED, placement, by=by, at=at, objective=title, version=version)
    return objective


@transaction.atomic
def change_objective(objective: Objective, *, title: str, seen_version: int, by: User, at: datetime) -> None:
    """Change an objective's words. Raises Refused if somebody changed it after the version this person saw."""
    check(by, "secondments.change_workplan", objective.workplan.placement)
    placement = objective.workplan.placement
    if title == objective.title:
        return
    version = _next_version(placement, at)
    _write(objective, seen_version, title=title, changed_in=version)
    trail.record(TrailEvent.OBJECTIVE_CHANGED, placement, by=by, at=at, objective=title, version=version)


class MilestoneFacts(TypedDict):
    """What is asked about a milestone; `work` and `influence` are the kinds of the 2019 learning report."""

    title: str
    due_on: date
    strand: Strand | None
    work: str
    influence: str
    needs_sign_off: NotRequired[bool]


@transaction.atomic
def add_milestone(objective: Objective, *, by: User, at: datetime, **facts: Unpack[MilestoneFacts]) -> Milestone:
    """Add a milestone to an objective, and return it. Raises Refused for a due date outside the placement."""
    check(by, "secondments.change_workplan", objective.workplan.placement)
    placement = objective.workplan.placement
    _check_due(placement, facts["due_on"])
    version = _next_version(placement, at)
    sign_off = SignOff.NEEDED if facts.pop("needs_sign_off", False) else SignOff.NOT_NEEDED
    milestone = Milestone.objects.create(objective=objective, sign_off=sign_off, changed_in=version, **facts)
    due = say_day(milestone.due_on)
    trail.record(
        TrailEvent.MILESTONE_ADDED, placement, by=by, at=at, milestone=milestone.title, due=due, version=version
    )
    return milestone


@transaction.atomic
def change_milestone(
    milestone: Milestone, *, seen_version: int, by: User, at: datetime, **facts: Unpack[MilestoneFacts]
) -> None:
    """Change a milestone. Raises Refused if somebody changed it after the version this person saw.

    Whether sign-off is needed cannot change once it has been asked for.
    """
    check(by, "secondments.change_workplan", milestone.objective.workplan.placement)
    placement = milestone.objective.workplan.placement
    if facts["due_on"] != milestone.due_on:
        _check_due(placement, facts["due_on"])
    sign_off = _sign_off_needed(milestone, is_needed=facts.pop("needs_sign_off", False))
    values = {**facts, "sign_off": sign_off}
    changed = sorted(name for name, value in values.items() if getattr(milestone, name) != value)
    if not changed:
        return
    version = _next_version(placement, at)
    _write(milestone, seen_version, changed_in=version, **values)
    title = milestone.title
    trail.record(
        TrailEvent.MILESTONE_CHANGED, placement, by=by, at=at, milestone=title, changed=changed, version=version
    )


def _sign_off_needed(milestone: Milestone, *, is_needed: bool) -> str:
    if milestone.sign_off in {SignOff.NEEDED, SignOff.NOT_NEEDED}:
        return SignOff.NEEDED if is_needed else SignOff.NOT_NEEDED
    if not is_needed:
        sentence = (
            f"You asked for sign-off on {say_day(milestone.sign_off_asked_on or milestone.due_on)}, so it is needed."
        )
        raise Refused(f"{sentence} Tick the box again.", field="needs_sign_off")
    return milestone.sign_off


@transaction.atomic
def take_step(milestone: Milestone, *, step: str, by: User, at: datetime) -> None:
    """Begin, complete, drop or resume a milestone (`step` as in the lifecycle); the plan's version stays."""
    check(by, "secondments.change_workplan", milestone.objective.workplan.placement)
    placement = milestone.objective.workplan.placement
    require_running(placement)
    done_on = london(at).date() if step == "complete" else None
    MILESTONE.advance(milestone, step, done_on=done_on)
    trail.record(
        MILESTONE_EVENTS[MilestoneStatus(milestone.status)], placement, by=by, at=at, milestone=milestone.title
    )


@transaction.atomic
def ask_sign_off(milestone: Milestone, *, by: User, at: datetime) -> None:
    """Ask the host to sign the milestone off; its waiting is counted from this day."""
    check(by, "secondments.change_workplan", milestone.objective.workplan.placement)
    _sign_off(milestone, "ask", TrailEvent.SIGN_OFF_ASKED, by=by, at=at, sign_off_asked_on=london(at).date())
    letters.sign_off_asked(milestone, by=by, at=at)


@transaction.atomic
def give_sign_off(milestone: Milestone, *, by: User, at: datetime) -> None:
    check(by, "secondments.sign_off_milestone", milestone.objective.workplan.placement)
    _sign_off(milestone, "give", TrailEvent.SIGN_OFF_GIVEN, by=by, at=at, sign_off_given_on=london(at).date())
    letters.sign_off_answered(milestone, is_given=True, by=by, at=at)


@transaction.atomic
def refuse_sign_off(milestone: Milestone, *, by: User, at: datetime) -> None:
    check(by, "secondments.sign_off_milestone", milestone.objective.workplan.placement)
    _sign_off(milestone, "refuse", TrailEvent.SIGN_OFF_REFUSED, by=by, at=at, sign_off_asked_on=None)
    letters.sign_off_answered(milestone, is_given=False, by=by, at=at)


def _sign_off(milestone: Milestone, step: str, event: TrailEvent, *, by: User, at: datetime, **days: Any) -> None:
    placement = milestone.objective.workplan.placement
    require_running(placement)
    SIGN_OFF.advance(milestone, step, **days)
    trail.record(event, placement, by=by, at=at, milestone=milestone.title)


def _next_version(placement: Placement, at: datetime) -> int:
    require_running(placement)
    # One UPDATE takes the row's lock on both databases, so two writers never share a version.
    Workplan.objects.filter(placement=placement).update(version=F("version") + 1, changed_at=at)
    placement.workplan.refresh_from_db()
    return placement.workplan.version


def _write(row: Objective | Milestone, seen_version: int, **facts: Any) -> None:
    unseen = type(row)._base_manager.filter(pk=row.pk, changed_in__lte=seen_version)
    if not unseen.update(**facts):
        raise Refused(
            f"Someone else changed this {row._meta.verbose_name} while you were writing. Their version is shown "
            "above the form. Save again to replace it with yours."
        )
    for name, value in facts.items():
        setattr(row, name, value)


def _check_due(placement: Placement, due_on: date) -> None:
    if not placement.starts_on <= due_on <= placement.ends_on:
        sentence = f"The placement runs from {say_day(placement.starts_on)} to {say_day(placement.ends_on)}."
        raise Refused(f"{sentence} Choose a day between them.", field="due_on")
