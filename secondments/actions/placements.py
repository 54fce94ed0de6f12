"""Opens a placement for an agreed grant, sets its working days, starts it and ends it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from math import ceil

from django.db import transaction
from django.utils.text import capfirst

from applications.models import Counter, Strand
from core.accounts.actions import invite_person
from core.accounts.addresses import Doubt, require_sure
from core.accounts.models import Programme, User
from core.audit import trail
from core.dates import london, say_day
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check
from grants.actions import grants
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments import capacity, letters, rules
from secondments.actions import people, placement_dates, programme_steps
from secondments.lifecycle import OVER, PLACEMENT, Part, TrailEvent
from secondments.models import WEEK, Placement, StartStep, Workplan

STEPS_BEFORE = timedelta(days=14)
TIME_FOR_STEPS = timedelta(days=7)  # when a placement is opened less than a fortnight before it starts


@transaction.atomic
def open_placement(
    grant: Grant,
    *,
    secondee_name: str,
    secondee_email: str,
    home_manager_name: str,
    home_manager_email: str,
    line_manager: User,
    starts_on: date,
    ends_on: date,
    strands: Iterable[Strand],
    sure_of: Collection[str] = (),
    by: User,
    at: datetime,
) -> Placement:
    """Open the placement that an agreed grant pays for, with its five steps and an empty workplan, and return it.

    Invites secondee and home manager to accounts. Raises Refused, with the field, for a grant that is not agreed or
    has a placement, an end before the start, one person in two parts, and more than the programme's most placements on
    any day (ADD2056: at most five), and for an address in doubt that is not in `sure_of`.
    """
    check(by, "secondments.open_placement", grant)
    # Two people who open at once for one host wait for each other here, so that both cannot take its last place.
    programme = Programme.objects.select_for_update().get(pk=grant.programme_id)
    secondee_email, home_manager_email = secondee_email.strip().lower(), home_manager_email.strip().lower()
    _check_grant(grant)
    people.check_apart(secondee_email, home_manager_email, line_manager, grant)
    people.check_line_manager(line_manager, grant)
    _check_term(grant, starts_on, ends_on)
    _check_capacity(programme, starts_on, ends_on)
    secondee, home_manager = (secondee_name, secondee_email), (home_manager_name, home_manager_email)
    require_sure(doubts(grant, secondee, home_manager), sure_of)
    placement = Placement(grant=grant, line_manager=line_manager, starts_on=starts_on, ends_on=ends_on)
    invite = partial(invite_person, programme=programme, by=by, at=at)
    placement.secondee = invite(email=secondee_email, name=secondee_name)
    placement.home_manager = invite(email=home_manager_email, name=home_manager_name)
    _create(placement, programme, strands, by=by, at=at)
    return placement


def doubts(grant: Grant, secondee: tuple[str, str], home_manager: tuple[str, str]) -> list[Doubt]:
    """What to ask about the names and addresses of the two people who are put in by their addresses."""
    parts = {Part.SECONDEE: secondee, Part.HOME_MANAGER: home_manager}
    return [
        doubt
        for part, (name, email) in parts.items()
        for doubt in people.doubts(grant, part=part, name=name, email=email)
    ]


def _create(placement: Placement, programme: Programme, strands: Iterable[Strand], *, by: User, at: datetime) -> None:
    today = london(at).date()
    placement.reference = Counter.next_reference(f"{programme.reference_prefix}-P-{today.year}")
    placement.days_per_week = placement.grant.days_per_week
    placement.opened_at, placement.opened_by = at, by
    placement.save(force_insert=True)
    placement.strands.set(strands)
    due_on = steps_due_on(placement.starts_on, today)
    StartStep.objects.bulk_create(
        StartStep(placement=placement, due_on=due_on, **terms) for terms in programme_steps.terms_of(programme)
    )
    Workplan.objects.create(placement=placement, changed_at=at)
    trail.record(
        TrailEvent.PLACEMENT_OPENED,
        placement,
        by=by,
        at=at,
        secondee=placement.secondee,
        line_manager=placement.line_manager,
        home_manager=placement.home_manager,
        starts=say_day(placement.starts_on),
        ends=say_day(placement.ends_on),
    )
    letters.opened(placement, due_on=due_on, at=at)


def steps_due_on(starts_on: date, today: date) -> date:
    """A fortnight before the start; when that has passed, in a week, but by the day before the start."""
    fortnight = starts_on - STEPS_BEFORE
    if fortnight > today:
        return fortnight
    return max(today, min(today + TIME_FOR_STEPS, starts_on - timedelta(days=1)))


@transaction.atomic
def set_working_days(placement: Placement, *, days: Collection[str], by: User, at: datetime) -> None:
    """Choose the days at the host, as names ("Monday"): as many as the days a week, a half day counting as a day."""
    check(by, "secondments.set_working_days", placement)
    require_running(placement)
    wanted = ceil(placement.days_per_week)
    chosen = [day for day in WEEK if day in days]
    if len(chosen) != wanted:
        ticks = "1 day" if wanted == 1 else f"{wanted} days"
        sentence = f"This placement is for {placement.days_per_week.normalize():f} days a week, so tick {ticks}"
        raise Refused(f"{sentence}, not {len(chosen)}.", field="days")
    if chosen == placement.day_names:
        return
    for day in WEEK:
        setattr(placement, f"works_{day.lower()}", day in chosen)
    placement.save(update_fields=[f"works_{day.lower()}" for day in WEEK])
    trail.record(TrailEvent.WORKING_DAYS_CHOSEN, placement, by=by, at=at, days=chosen)


@transaction.atomic
def start(placement: Placement, *, by: User, at: datetime) -> None:
    """Start the placement, and its grant with it.

    Raises Refused before its first day in local time, and while a step is open, naming each and whose it is.
    """
    check(by, "secondments.start_placement", placement)
    missing = list(open_steps(placement))
    if PLACEMENT.allows(placement, "start") and missing:
        raise Refused(f"This placement cannot start yet. Not complete: {'; '.join(missing)}.")
    if PLACEMENT.allows(placement, "start") and london(at).date() < placement.starts_on:
        raise Refused(f"This placement starts on {say_day(placement.starts_on)}. You can start it from that day.")
    PLACEMENT.advance(placement, "start", started_at=at, started_by_id=by.pk)
    outbox.withdraw(placement.steps.all())
    trail.record(TrailEvent.PLACEMENT_STARTED, placement, by=by, at=at)
    if placement.grant.status == GrantStatus.AGREED:
        grants.activate(placement.grant, by=by, at=at)
    letters.started(placement, at=at)


@transaction.atomic
def end(placement: Placement, *, by: User, at: datetime) -> None:
    """End the placement, on its last day or later. An early end of its grant moves that day (handlers.py)."""
    check(by, "secondments.end_placement", placement)
    if PLACEMENT.allows(placement, "end") and london(at).date() < placement.ends_on:
        sentence = f"This placement ends on {say_day(placement.ends_on)}."
        raise Refused(f"{sentence} To end it sooner, the funder must first end the grant early.")
    PLACEMENT.advance(placement, "end", ended_at=at)
    outbox.withdraw([placement, placement.workplan])
    trail.record(TrailEvent.PLACEMENT_ENDED, placement, by=by, at=at)
    letters.ended(placement, at=at)
    publish(Event.PLACEMENT_ENDED, placement, by=by, at=at)


@transaction.atomic
def call_off(placement: Placement, *, reason: str, by: User, at: datetime) -> None:
    """Call off a placement that has not started; the grants office decides what becomes of its grant."""
    check(by, "secondments.call_off_placement", placement)
    require(bool(reason.strip()), "Write why the placement is called off; its people read it.", "reason")
    placement_dates.close_preparing(placement, reason=reason.strip(), by=by, at=at)


def open_steps(placement: Placement) -> Iterator[str]:
    """Yield each required step that is open, with its owner, in words: "release arrangements (a lead of …)"."""
    if not placement.has_agreement:
        yield f"funding agreement ({placement.grant.organisation} and {placement.programme.funder.in_sentence})"
    for step in placement.steps.all():
        step.placement = placement
        if step.is_missing:
            name = step.title
            owner = rules.confirmer_of(step) if step.is_recorded else rules.recorder_of(step)
            yield f"{name if name.startswith('Host') else name[0].lower() + name[1:]} ({owner})"


def room(programme: Programme, starts_on: date, ends_on: date) -> capacity.Peak:
    """The most placements on one day of a term, with another one over that term added to those preparing or active."""
    return capacity.with_another(_terms(programme), (starts_on, ends_on))


def require_running(placement: Placement) -> None:
    if placement.status in OVER:
        raise Refused("This placement has ended, so you cannot change it.")


def _terms(programme: Programme) -> list[capacity.Term]:
    going_on = Placement.objects.going_on().filter(grant__programme=programme)
    return list(going_on.order_by().values_list("starts_on", "ends_on"))


def _check_grant(grant: Grant) -> None:
    if Placement.objects.filter(grant=grant).exists():
        raise Refused(f"A placement has already been opened for {grant}.")
    if grant.status != GrantStatus.AGREED:
        raise Refused(
            f"The grant {grant} is {grant.get_status_display()}. You can open a placement after both parties have "
            "signed the funding agreement."
        )


def _check_term(grant: Grant, starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Refused(
            f"The last day, {say_day(ends_on)}, must be after the first day, {say_day(starts_on)}. Choose a later "
            "last day.",
            field="ends_on",
        )
    if starts_on < grant.starts_on:
        sentence = f"The grant starts on {say_day(grant.starts_on)}."
        raise Refused(f"{sentence} Choose that day or a later one.", field="starts_on")
    if ends_on > grant.ends_on:
        sentence = f"The grant ends on {say_day(grant.ends_on)}."
        raise Refused(f"{sentence} Choose that day or an earlier one.", field="ends_on", code="outlasts_grant")


def _check_capacity(programme: Programme, starts_on: date, ends_on: date) -> None:
    peak = room(programme, starts_on, ends_on)
    if peak.count > programme.most_placements and peak.on:
        sentence = (
            f"{capfirst(programme.host.in_sentence)} takes at most {programme.most_placements} placements at once. On"
        )
        raise Refused(
            f"{sentence} {say_day(peak.on)} this would be number {peak.count}. Choose another start or end.",
            field="starts_on",
        )
