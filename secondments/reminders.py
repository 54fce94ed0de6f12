"""What the passing of time brings about: a step before the start that is overdue."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from core.accounts.models import Membership, User
from core.accounts.roles import Role
from core.dates import at_london, london
from core.letters.reminders import Reminder, latest
from secondments.lifecycle import PlacementStatus, StartStepStatus
from secondments.models import StartStep

DAYS_AFTER = (1, 7)
MORNING = time(9)
CHUNK = 500
HOST_STEPS = {StartStep.Kind.SCREENING, StartStep.Kind.CONTRACT}


def due(now: datetime) -> Iterator[Reminder]:
    """Yield what is due: to whoever's step is open the day after it was due, and seven days after."""
    today = london(now).date()
    late = StartStep.objects.filter(
        status__in=[StartStepStatus.OPEN, StartStepStatus.RECORDED],
        due_on__lt=today,
        placement__status=PlacementStatus.PREPARING,
    ).select_related(
        "placement__grant__programme__host", "placement__grant__organisation", "placement__secondee",
        "placement__line_manager", "placement__home_manager",
    )  # fmt: skip
    steps = late.order_by("pk")
    last = 0
    while chunk := list(steps.filter(pk__gt=last)[:CHUNK]):
        last = chunk[-1].pk
        yield from of(chunk, now)


def of(steps: list[StartStep], now: datetime) -> Iterator[Reminder]:
    """Yield the reminders of some steps, with two queries for all their people."""
    managers: dict[int | None, list[User]] = defaultdict(list)
    hosts = {step.placement.programme.host_id for step in steps}
    for person in User.objects.filter(
        is_active=True, role_assignments__role=Role.PROGRAMME_MANAGER, works_for__in=hosts
    ):
        managers[person.works_for_id].append(person)
    leads: dict[int, list[User]] = defaultdict(list)
    organisations = {step.placement.grant.organisation_id for step in steps}
    memberships = Membership.objects.filter(organisation__in=organisations, standing="lead", person__is_active=True)
    for membership in memberships.select_related("person"):
        leads[membership.organisation_id].append(membership.person)
    for step in steps:
        due_at = latest(now, (morning_after(step.due_on, days) for days in DAYS_AFTER))
        if due_at is None:
            continue
        for person in waited_for(step, managers, leads):
            key = f"step overdue:{step.pk}:{step.due_on}:{(due_at.date() - step.due_on).days}:{person.pk}"
            begun = step.recorded_at or step.placement.opened_at
            yield Reminder("secondments.step_overdue", person, key, due_at, begun, {"step": step})


def waited_for(step: StartStep, managers: dict[int | None, list[User]], leads: dict[int, list[User]]) -> list[User]:
    """Give the people whose word is wanted next: who records the step, or once recorded who confirms it."""
    placement = step.placement
    of_organisation = leads[placement.grant.organisation_id]
    kind = StartStep.Kind(step.kind)
    if step.status == StartStepStatus.RECORDED:
        found = of_organisation if kind == StartStep.Kind.CONTRACT else [placement.home_manager]
        return [person for person in found if person and person.pk != step.recorded_by_id]
    if kind in HOST_STEPS:
        return managers[placement.programme.host_id]
    return of_organisation if kind == StartStep.Kind.RELEASE else [p for p in (placement.line_manager,) if p]


def morning_after(due_on: date, days: int) -> datetime:
    """Return nine o'clock in London so many days after a day."""
    return at_london(due_on + timedelta(days=days), MORNING)
