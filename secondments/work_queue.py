"""What waits for whom around placements."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import F
from django.urls import reverse

from core.accounts.models import User
from core.dates import london
from core.permissions import may_ever
from core.visibility import visible
from core.work_queue import WorkItem
from grants.rules import party_of
from secondments import rules
from secondments.lifecycle import OPEN_MILESTONES, PlacementStatus, SignOff
from secondments.models import Amendment, Milestone, OrganisationView, Placement, StartStep
from secondments.visibility import HOST_MANAGERS, grants_to_place, own_placements

MOST = 20
SOON = timedelta(days=14)
STEP_VERBS = {"record": "Record", "confirm": "Confirm"}


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    if user.has_perm("secondments.open_placement") and (count := grants_to_place(user).count()):
        words = "Open a placement for 1 agreed grant" if count == 1 else f"Open placements for {count} agreed grants"
        yield WorkItem(words, reverse("placements"))
    yield from in_amendments(user)
    yield from in_placements(user, now)


AMENDMENT_TASKS = {
    "consent": "Agree to, or refuse",
    "record": "Decide on",
    "confirm": "Confirm",
    "sign": "Sign",
}


def in_amendments(user: User) -> Iterator[WorkItem]:
    """Yield what waits for this person about changes of grants: one query, and one more where there are some."""
    takes_part = not user.roles or user.organisation_ids or not user.roles.isdisjoint(HOST_MANAGERS)
    if not takes_part and not may_ever(user, "secondments.record_amendment"):
        return  # without a query: the learning partner's people, say
    rows = visible(Amendment.objects.open().with_parties().prefetch_related("signatures"), user)
    for amendment in rows.order_by("asked_at", "pk"):
        for verb, words in AMENDMENT_TASKS.items():
            if user.has_perm(f"secondments.{verb}_amendment", amendment) and not is_signed_or_unready(user, amendment):
                what = f"the {amendment.get_kind_display()} of grant {amendment.grant}"
                yield WorkItem(f"{words} {what}", address_of(amendment, verb))


def is_signed_or_unready(user: User, amendment: Amendment) -> bool:
    """Whether the supplementary agreement is not made yet, or this person's side has signed it."""
    if not amendment.is_confirmed:
        return False
    signed = {signature.party for signature in amendment.signatures.all()}
    return not amendment.is_ready or party_of(user, amendment.grant) in signed


def address_of(amendment: Amendment, verb: str) -> str:
    if verb in {"record", "confirm"}:
        return reverse("admin:secondments_amendment_change", args=[amendment.pk])
    if verb == "sign":
        return reverse("amendment_sign", args=[amendment.grant.reference, amendment.number])
    return amendment.get_absolute_url()


def in_placements(user: User, now: datetime) -> Iterator[WorkItem]:
    related = ("grant__programme__host", "grant__organisation", "secondee", "line_manager", "home_manager", "workplan")
    own = own_placements(user).going_on().select_related(*related)
    placements = {placement.pk: placement for placement in own.order_by("starts_on", "pk")[:MOST]}
    if not placements:
        return
    today = london(now).date()
    steps = list(StartStep.objects.filter(placement__in=placements))
    for step in steps:
        step.placement = placements[step.placement_id]
    yield from from_steps(user, steps)
    yield from from_waivers(user, steps)
    for placement in placements.values():
        yield from from_placement(user, placement, [step for step in steps if step.placement_id == placement.pk], today)
    yield from from_own_workplan(user, placements, today)
    yield from from_milestones_to_sign(user, placements, today)
    yield from from_views(user, placements)


def from_steps(user: User, steps: Iterable[StartStep]) -> Iterator[WorkItem]:
    for step in steps:
        for verb, words in STEP_VERBS.items():
            if user.has_perm(f"secondments.{verb}_startstep", step):
                url = reverse("placement_step", args=[step.placement.reference, step.kind])
                yield WorkItem(f"{words} for {step.placement.secondee}: {step.title}", url, step.due_on)


def from_waivers(user: User, steps: Iterable[StartStep]) -> Iterator[WorkItem]:
    for step in steps:
        if user.has_perm("secondments.refuse_waiver_startstep", step):
            url = reverse("placement_step", args=[step.placement.reference, step.kind])
            sentence = f"Agree to waive, or refuse, for {step.placement.secondee}: {step.title}"
            yield WorkItem(sentence, url, step.due_on)


def from_placement(user: User, placement: Placement, steps: list[StartStep], today: date) -> Iterator[WorkItem]:
    is_ready = bool(steps) and not any(step.is_missing for step in steps)
    if is_ready and user.has_perm("secondments.start_placement", placement):
        url = reverse("placement_start", args=[placement.reference])
        yield WorkItem(f"Start the placement of {placement.secondee}", url, placement.starts_on)
    if placement.ends_on < today and user.has_perm("secondments.end_placement", placement):
        url = reverse("placement_end", args=[placement.reference])
        yield WorkItem(f"End the placement of {placement.secondee}", url, placement.ends_on)
    is_secondee = rules.is_secondee(user, placement)
    if not placement.day_names and (is_secondee or rules.manages_at_host(user, placement)):
        whose = "your working days" if is_secondee else f"the working days of {placement.secondee}"
        yield WorkItem(f"Choose {whose}", reverse("placement_days", args=[placement.reference]), placement.starts_on)
    if is_secondee and placement.status == PlacementStatus.ACTIVE and not placement.workplan.version:
        yield WorkItem("Start your workplan", reverse("placement_workplan", args=[placement.reference]))


def from_own_workplan(user: User, placements: dict[int, Placement], today: date) -> Iterator[WorkItem]:
    """Yield the secondee's milestones from a fortnight before they are due, unless the host has to sign them off."""
    own = [pk for pk, placement in placements.items() if rules.is_secondee(user, placement)]
    if not own:
        return
    due = Milestone.objects.filter(
        objective__workplan__placement__in=own, due_on__lte=today + SOON, status__in=OPEN_MILESTONES
    ).exclude(sign_off=SignOff.ASKED)
    for milestone in due.select_related("objective__workplan").order_by("due_on", "pk")[:MOST]:
        yield WorkItem(f"Your workplan: {milestone}", workplan_url(milestone, placements), milestone.due_on)


def from_milestones_to_sign(user: User, placements: dict[int, Placement], today: date) -> Iterator[WorkItem]:
    signs = [pk for pk, row in placements.items() if user.has_perm("secondments.sign_off_milestone", row)]
    if not signs:
        return
    asked = Milestone.objects.filter(objective__workplan__placement__in=signs, sign_off=SignOff.ASKED)
    for milestone in asked.select_related("objective__workplan").order_by("sign_off_asked_on", "pk")[:MOST]:
        days = milestone.days_waited(today) or 0
        since = "asked for today" if not days else f"waiting for {days} day{'' if days == 1 else 's'}"
        placement = placements[milestone.objective.workplan.placement_id]
        sentence = f"Sign off “{milestone}” of {placement.secondee}: {since}"
        yield WorkItem(sentence, workplan_url(milestone, placements), since=milestone.sign_off_asked_on)


def from_views(user: User, placements: dict[int, Placement]) -> Iterator[WorkItem]:
    """Yield concerns to answer, and versions of a workplan that the organisation has not said anything about."""
    answers = [pk for pk, row in placements.items() if user.has_perm("secondments.answer_view", row)]
    if answers:
        concerns = OrganisationView.objects.filter(
            workplan__placement__in=answers, view=OrganisationView.View.CONCERN, answered_at=None
        )
        for view in concerns.select_related("workplan", "said_by")[:MOST]:
            placement = placements[view.workplan.placement_id]
            url = reverse("placement_answer", args=[placement.reference, view.pk])
            sentence = f"Answer {view.said_by}’s concern about the workplan of {placement.secondee}"
            yield WorkItem(sentence, url, since=london(view.said_at).date())
    speaks = {pk for pk, row in placements.items() if user.has_perm("secondments.say_view", row)}
    if speaks:
        current = OrganisationView.objects.filter(workplan__placement__in=speaks, of_version=F("workplan__version"))
        for pk in sorted(speaks - set(current.values_list("workplan__placement_id", flat=True))):
            placement = placements[pk]
            if placement.workplan.version:
                url = reverse("placement_view", args=[placement.reference])
                yield WorkItem(f"Say what your organisation thinks of the workplan of {placement.secondee}", url)


def workplan_url(milestone: Milestone, placements: dict[int, Placement]) -> str:
    return reverse("placement_workplan", args=[placements[milestone.objective.workplan.placement_id].reference])
