"""Reminders of steps before the start that are overdue, of new workplans to read, and of a placement's last day."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import F

from core.dates import at_london, london
from core.letters.reminders import Reminder, latest
from secondments.letters import everyone, next_people, says_for_organisation
from secondments.lifecycle import OVER, PlacementStatus, StartStepStatus
from secondments.models import OrganisationView, Placement, StartStep, Workplan

DAYS_AFTER = (1, 7)
DAYS_BEFORE_END = (28, 7)
MORNING = time(9)
CHUNK = 500


def due(now: datetime) -> Iterator[Reminder]:
    yield from overdue_steps(now)
    yield from new_workplans(now)
    yield from last_days(now)


def overdue_steps(now: datetime) -> Iterator[Reminder]:
    """Yield reminders to the people whom an overdue step waits for, the day after it was due and seven days after."""
    overdue = (
        StartStep.objects.filter(
            status__in=[StartStepStatus.OPEN, StartStepStatus.RECORDED],
            is_required=True,
            due_on__lt=london(now).date(),
            placement__status=PlacementStatus.PREPARING,
        )
        .select_related(
            "placement__grant__programme__host",
            "placement__grant__organisation",
            "placement__secondee",
            "placement__line_manager",
            "placement__home_manager",
        )
        .order_by("pk")
    )
    last = 0
    while chunk := list(overdue.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        yield from reminders_for(chunk, now)


def reminders_for(steps: list[StartStep], now: datetime) -> Iterator[Reminder]:
    for step, people in next_people(steps):
        due_at = latest(now, (morning_after(step.due_on, days) for days in DAYS_AFTER))
        if due_at is None:
            continue
        for person in people:
            key = f"step overdue:{step.pk}:{step.due_on}:{(due_at.date() - step.due_on).days}:{person.pk}"
            begun = step.recorded_at or step.placement.opened_at
            yield Reminder("secondments.step_overdue", person, key, due_at, begun, {"step": step}, about=step)


def morning_after(due_on: date, days: int) -> datetime:
    return at_london(due_on + timedelta(days=days), MORNING)


def new_workplans(now: datetime) -> Iterator[Reminder]:
    """Yield, the morning after a workplan changed, a letter to those who say what the organisation thinks of it.

    One letter for all of a day's changes; none once the organisation has said what it thinks of this version.
    """
    read = OrganisationView.objects.filter(of_version=F("workplan__version")).values("workplan")
    unread = Workplan.objects.filter(version__gt=0).exclude(placement__status__in=OVER).exclude(pk__in=read)
    related = ("grant__programme__host", "grant__organisation", "secondee", "home_manager")
    workplans = list(unread.select_related(*(f"placement__{name}" for name in related)).order_by("pk"))
    people = says_for_organisation([workplan.placement for workplan in workplans])
    for workplan in workplans:
        due_at = morning_after(london(workplan.changed_at).date(), 1)
        for person in people[workplan.placement_id]:
            key = f"new workplan:{workplan.pk}:{workplan.version}:{person.pk}"
            facts = {"placement": workplan.placement, "version": workplan.version}
            yield Reminder("secondments.new_workplan", person, key, due_at, workplan.changed_at, facts, about=workplan)


def last_days(now: datetime) -> Iterator[Reminder]:
    """Yield, four weeks and one week before a placement's last day, a letter to everyone who takes part in it."""
    today = london(now).date()
    ending = Placement.objects.filter(
        status=PlacementStatus.ACTIVE, ends_on__gte=today, ends_on__lte=today + timedelta(days=max(DAYS_BEFORE_END))
    ).select_related("grant__programme__host", "grant__organisation", "secondee", "line_manager", "home_manager")
    placements = list(ending.order_by("pk"))
    people = everyone(placements)
    for placement in placements:
        due_at = latest(now, (morning_after(placement.ends_on, -days) for days in DAYS_BEFORE_END))
        if due_at is None or placement.started_at is None:
            continue
        days = (placement.ends_on - due_at.date()).days
        for person in people[placement.pk]:
            key = f"placement ends:{placement.pk}:{placement.ends_on}:{days}:{person.pk}"
            facts = {"placement": placement}
            yield Reminder("secondments.ends_soon", person, key, due_at, placement.started_at, facts, about=placement)
