"""Opens a placement for an agreed grant, sets its working days, starts it and ends it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from math import ceil

from django.db import transaction

from applications.models import Counter, Strand
from core.accounts.actions import invite_person
from core.accounts.models import Programme, User
from core.accounts.rules import is_funder_officer
from core.audit import trail
from core.dates import london, say_day
from core.letters import outbox
from core.lifecycle import Refused, require
from grants.actions import grants
from grants.lifecycle import GrantStatus
from grants.models import Grant
from secondments import capacity, rules
from secondments.lifecycle import PLACEMENT, PlacementStatus
from secondments.models import WEEK, Placement, StartStep, Workplan, leads, line_managers

STEPS_BEFORE = timedelta(days=14)
ONLY_HOST = "Only a programme manager of {host} {verb} a placement."


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
    by: User,
    at: datetime,
) -> Placement:
    """Open the placement that an agreed grant pays for, and return it.

    Invites secondee and home manager to accounts of their own, makes the five steps that are ticked (the sixth, the
    funding agreement, is read off the grant) and an empty workplan, and tells all three people. Raises Refused, with
    the field, for a grant that is not agreed or has one already, an end before the start, one person in two parts, and
    more than the programme's most placements on any day (ADD2056: at most five).
    """
    # Two who open at once for one host wait for each other here, so that both cannot take its last place.
    programme = Programme.objects.select_for_update().get(pk=grant.programme_id)
    opens = is_funder_officer(by) or rules.hosts_programme(by, grant)
    require(opens, f"Only {programme.host}'s programme manager and the funder's officers open a placement.")
    _check_grant(grant)
    secondee_email, home_manager_email = secondee_email.strip().lower(), home_manager_email.strip().lower()
    _check_people(secondee_email, home_manager_email, line_manager, grant)
    _check_term(grant, starts_on, ends_on)
    _check_capacity(programme, starts_on, ends_on)
    secondee = invite_person(email=secondee_email, name=secondee_name, by=by, at=at)
    home_manager = invite_person(email=home_manager_email, name=home_manager_name, by=by, at=at)
    today = london(at).date()
    placement = Placement.objects.create(
        reference=Counter.next_reference(f"{programme.reference_prefix}-P-{today.year}"),
        grant=grant,
        secondee=secondee,
        line_manager=line_manager,
        home_manager=home_manager,
        days_per_week=grant.days_per_week,
        starts_on=starts_on,
        ends_on=ends_on,
        opened_at=at,
        opened_by=by,
    )
    placement.strands.set(strands)
    due_on = max(today, starts_on - STEPS_BEFORE)
    StartStep.objects.bulk_create(
        StartStep(placement=placement, kind=kind, due_on=due_on) for kind in StartStep.Kind.values
    )
    Workplan.objects.create(placement=placement, changed_at=at)
    trail.record(
        "placement opened", placement, by=by, at=at,
        secondee=secondee, line_manager=line_manager, home_manager=home_manager,
        starts=say_day(starts_on), ends=say_day(ends_on),
    )  # fmt: skip
    for person in (secondee, line_manager, home_manager):
        key = f"placement opened:{placement.pk}:{person.pk}"
        outbox.post("secondments.opened", to=person, key=key, at=at, placement=placement, due_on=due_on)
    return placement


@transaction.atomic
def set_working_days(placement: Placement, *, days: Collection[str], by: User, at: datetime) -> None:
    """Choose the days at the host, as names ("Monday"); as many as the days a week, a half counting as a day."""
    require(rules.writes_workplan(by, placement), "Secondee, line manager and programme manager choose the days.")
    check_goes_on(placement)
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
    trail.record("working days chosen", placement, by=by, at=at, days=chosen)


@transaction.atomic
def start(placement: Placement, *, by: User, at: datetime) -> None:
    """Start the placement: its grant becomes active, and everybody concerned is told.

    Raises Refused before its first day in London, and while one of the six steps is open, naming each and whose it is.
    """
    require(rules.runs_programme(by, placement), ONLY_HOST.format(host=placement.programme.host, verb="starts"))
    missing = list(in_the_way(placement))
    if PLACEMENT.allows(placement, "start") and missing:
        raise Refused(f"This placement cannot start yet. Still open: {'; '.join(missing)}.")
    if PLACEMENT.allows(placement, "start") and london(at).date() < placement.starts_on:
        raise Refused(f"This placement starts on {say_day(placement.starts_on)}. It can be started from that day on.")
    PLACEMENT.advance(placement, "start", started_at=at, started_by_id=by.pk)
    trail.record("placement started", placement, by=by, at=at)
    if placement.grant.status == GrantStatus.AGREED:
        grants.activate(placement.grant, by=by, at=at)
    concerned = {person.pk: person for person in _three(placement)}
    concerned |= {person.pk: person for person in leads(placement)}
    for pk, person in concerned.items():
        key = f"placement started:{placement.pk}:{pk}"
        outbox.post("secondments.started", to=person, key=key, at=at, placement=placement)


@transaction.atomic
def end(placement: Placement, *, by: User, at: datetime) -> None:
    """End the placement, on its last day or later; sooner only when the grant has been ended early."""
    require(rules.runs_programme(by, placement), ONLY_HOST.format(host=placement.programme.host, verb="ends"))
    has_reached_end = london(at).date() >= placement.ends_on
    if PLACEMENT.allows(placement, "end") and not has_reached_end and placement.grant.status != GrantStatus.ENDED_EARLY:
        sentence = f"This placement runs until {say_day(placement.ends_on)}."
        raise Refused(f"{sentence} To end it sooner, the funder first ends the grant early.")
    PLACEMENT.advance(placement, "end", ended_at=at)
    trail.record("placement ended", placement, by=by, at=at)
    for person in _three(placement):
        key = f"placement ended:{placement.pk}:{person.pk}"
        outbox.post("secondments.ended", to=person, key=key, at=at, placement=placement)


def in_the_way(placement: Placement) -> Iterator[str]:
    """Yield each of the six steps that is open, with its owner, in words: "release arrangements (a lead of …)"."""
    if not placement.has_agreement:
        yield f"funding agreement ({placement.grant.organisation} and {placement.programme.funder})"
    for step in placement.steps.select_related(
        "placement__grant__programme__host", "placement__grant__organisation", "placement__line_manager"
    ):
        if not step.is_settled:
            name = step.get_kind_display()
            whose = step.confirmer if step.status == "recorded" else step.owner
            yield f"{name if name.startswith('Host') else name[0].lower() + name[1:]} ({whose})"


def room(programme: Programme, starts_on: date, ends_on: date) -> capacity.Peak:
    """The most placements on one day of these, with another one added to what prepares or runs."""
    return capacity.with_another(_terms(programme), (starts_on, ends_on))


def check_goes_on(placement: Placement) -> None:
    """Refuse to change what belongs to a placement that has ended."""
    if placement.status == PlacementStatus.ENDED:
        raise Refused("This placement has ended, so nothing about it can be changed.")


def _three(placement: Placement) -> list[User]:
    return [person for person in (placement.secondee, placement.line_manager, placement.home_manager) if person]


def _terms(programme: Programme) -> list[capacity.Term]:
    going_on = Placement.objects.going_on().filter(grant__programme=programme)
    return list(going_on.order_by().values_list("starts_on", "ends_on"))


def _check_grant(grant: Grant) -> None:
    if Placement.objects.filter(grant=grant).exists():
        raise Refused(f"A placement has been opened for {grant} already.")
    if grant.status != GrantStatus.AGREED:
        raise Refused(
            f"The grant {grant} is {grant.get_status_display()}. A placement is opened once the funding agreement is "
            "signed by both sides."
        )


def _check_people(secondee_email: str, home_manager_email: str, line_manager: User, grant: Grant) -> None:
    line_email = line_manager.email.lower()
    if home_manager_email == line_email:
        sentence = f"{line_manager} cannot be both the line manager and the home manager."
        raise Refused(f"{sentence} Name somebody of {grant.organisation} as home manager.", field="home_manager_email")
    if secondee_email == home_manager_email:
        sentence = "The secondee cannot be their own home manager."
        raise Refused(f"{sentence} Enter the address of the manager who releases them.", field="home_manager_email")
    if secondee_email == line_email:
        raise Refused("The secondee cannot be their own line manager. Choose somebody else.", field="line_manager")
    if not line_managers(grant).filter(pk=line_manager.pk).exists():
        sentence = f"{line_manager} is not a line manager of {grant.programme.host}."
        raise Refused(f"{sentence} Choose somebody who is.", field="line_manager")


def _check_term(grant: Grant, starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Refused(
            f"The end, {say_day(ends_on)}, is not after the start, {say_day(starts_on)}. Choose a later last day.",
            field="ends_on",
        )
    if starts_on < grant.starts_on:
        sentence = f"The grant pays from {say_day(grant.starts_on)}."
        raise Refused(f"{sentence} Choose that day or a later one.", field="starts_on")


def _check_capacity(programme: Programme, starts_on: date, ends_on: date) -> None:
    peak = room(programme, starts_on, ends_on)
    if peak.count > programme.most_placements and peak.on:
        sentence = f"{programme.host} takes at most {programme.most_placements} placements at once, and on"
        raise Refused(
            f"{sentence} {say_day(peak.on)} this would be number {peak.count}. Choose another start or end.",
            field="starts_on",
        )
