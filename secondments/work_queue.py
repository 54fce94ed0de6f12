"""What waits for whom around placements."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from core.accounts.roles import Role
from core.dates import london
from core.work_queue import WorkItem
from secondments import rules
from secondments.lifecycle import OPEN_MILESTONES, PlacementStatus, SignOff, StartStepStatus
from secondments.models import Milestone, OrganisationView, Placement, StartStep, unplaced

OPENS = frozenset({Role.OFFICER, Role.DIRECTOR, Role.PROGRAMME_MANAGER})
HOST = frozenset({Role.LINE_MANAGER, Role.PROGRAMME_MANAGER})
MOST = 20
SOON = timedelta(days=14)


def items(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield each piece of work that waits for this person; nobody else's roles are asked about it."""
    if user.roles & OPENS and (count := unplaced(user).count()):
        words = "1 agreed grant has no placement" if count == 1 else f"{count} agreed grants have no placement"
        yield WorkItem(words, reverse("placements"))
    if user.roles and not user.roles & HOST and not user.organisation_ids:
        return  # staff of the funder and of the learning partner have no part in a placement
    yield from in_placements(user, now)


def in_placements(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield what waits in the placements that this person has a part in, the first twenty."""
    own = own_placements(user)
    going_on = list(
        own.going_on()
        .select_related(
            "grant__programme__host", "grant__organisation", "secondee", "line_manager", "home_manager", "workplan"
        )
        .order_by("starts_on", "pk")[:MOST]
    )
    if not going_on:
        return
    by_pk = {placement.pk: placement for placement in going_on}
    steps = list(StartStep.objects.filter(placement__in=by_pk))
    for step in steps:
        step.placement = by_pk[step.placement_id]
    yield from from_steps(user, steps)
    today = london(now).date()
    for placement in going_on:
        yield from from_placement(user, placement, [step for step in steps if step.placement_id == placement.pk], today)
    yield from from_own_workplan(user, by_pk, today)
    yield from from_workplans(user, by_pk, today)


def own_placements(user: Any) -> Any:
    """Give the placements this person works in, not those an officer may look at."""
    part = (
        Q(secondee=user)
        | Q(home_manager=user)
        | Q(line_manager=user)
        | Q(grant__organisation_id__in=user.organisation_ids)
    )
    if Role.PROGRAMME_MANAGER in user.roles and user.works_for_id:
        part |= Q(grant__programme__host_id=user.works_for_id)
    return Placement.objects.filter(part)


def from_steps(user: Any, steps: Iterable[StartStep]) -> Iterator[WorkItem]:
    """Yield the steps before the start that this person records or confirms."""
    for step in steps:
        if step.placement.status != PlacementStatus.PREPARING:
            continue
        verb = ""
        if step.status == StartStepStatus.OPEN and rules.records_it(user, step):
            verb = "Record"
        elif step.status == StartStepStatus.RECORDED and rules.confirms_it(user, step):
            verb = "Confirm"
        if verb:
            url = reverse("placement_step", args=[step.placement.reference, step.kind])
            yield WorkItem(f"{verb} for {step.placement.secondee}: {step.get_kind_display()}", url, step.due_on)


def from_placement(user: Any, placement: Placement, steps: list[StartStep], today: Any) -> Iterator[WorkItem]:
    """Yield a start, an end, and days that have not been chosen."""
    is_ready = bool(steps) and all(step.is_settled for step in steps)
    runs = rules.runs_programme(user, placement)
    if placement.status == PlacementStatus.PREPARING and runs and is_ready:
        url = reverse("placement_start", args=[placement.reference])
        yield WorkItem(f"Start the placement of {placement.secondee}", url, placement.starts_on)
    if placement.status == PlacementStatus.ACTIVE and runs and placement.ends_on < today:
        url = reverse("placement_end", args=[placement.reference])
        yield WorkItem(f"End the placement of {placement.secondee}", url, placement.ends_on)
    chooses = rules.is_secondee(user, placement) or rules.manages_at_host(user, placement)
    if chooses and not placement.day_names:
        whose = (
            "your working days" if rules.is_secondee(user, placement) else f"the working days of {placement.secondee}"
        )
        yield WorkItem(f"Choose {whose}", reverse("placement_days", args=[placement.reference]), placement.starts_on)
    if (
        rules.is_secondee(user, placement)
        and placement.status == PlacementStatus.ACTIVE
        and not placement.workplan.version
    ):
        yield WorkItem("Begin your workplan", reverse("placement_workplan", args=[placement.reference]))


def from_own_workplan(user: Any, by_pk: dict[int, Placement], today: Any) -> Iterator[WorkItem]:
    """Yield the secondee's milestones from a fortnight before they are due, unless they are with the host."""
    own = {pk for pk, placement in by_pk.items() if rules.is_secondee(user, placement)}
    if not own:
        return
    due = Milestone.objects.filter(objective__workplan__placement__in=own, due_on__lte=today + SOON)
    due = due.filter(status__in=OPEN_MILESTONES).exclude(sign_off=SignOff.ASKED)
    for milestone in due.select_related("objective__workplan").order_by("due_on", "pk")[:MOST]:
        url = reverse("placement_workplan", args=[by_pk[milestone.objective.workplan.placement_id].reference])
        yield WorkItem(f"Your workplan: {milestone}", url, milestone.due_on)


def from_workplans(user: Any, by_pk: dict[int, Placement], today: Any) -> Iterator[WorkItem]:
    """Yield concerns to answer, sign-offs to give, and versions the organisation has said nothing of."""
    signs = {pk for pk, placement in by_pk.items() if rules.signs_off(user, placement)}
    speaks = {pk for pk, placement in by_pk.items() if rules.speaks_for_organisation(user, placement)}
    if signs:
        asked = Milestone.objects.filter(objective__workplan__placement__in=signs, sign_off=SignOff.ASKED)
        for milestone in asked.select_related("objective__workplan").order_by("sign_off_asked_on", "pk")[:MOST]:
            days = milestone.days_waited(today) or 0
            since = "asked for today" if not days else f"has waited {days} day{'' if days == 1 else 's'}"
            url = reverse("placement_workplan", args=[by_pk[milestone.objective.workplan.placement_id].reference])
            yield WorkItem(f"Sign off “{milestone}”: {since}", url)
        concerns = OrganisationView.objects.filter(workplan__placement__in=signs, view="concern", answered_at=None)
        for view in concerns.select_related("workplan", "said_by")[:MOST]:
            url = reverse("placement_answer", args=[by_pk[view.workplan.placement_id].reference, view.pk])
            yield WorkItem(f"Answer the concern of {view.said_by} about a workplan", url)
    if speaks:
        said = OrganisationView.objects.filter(workplan__placement__in=speaks, of_version=F("workplan__version"))
        heard = set(said.values_list("workplan__placement_id", flat=True))
        for pk in sorted(speaks - heard):
            if by_pk[pk].workplan.version:
                url = reverse("placement_view", args=[by_pk[pk].reference])
                yield WorkItem(f"Say what you think of the workplan of {by_pk[pk].secondee}", url)
