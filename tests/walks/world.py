"""A small world of applications, grants and placements, and every event that can happen in it, at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction

from applications.actions import (
    applications,
    assessments,
    attendance,
    calls,
    candidates,
    drafts,
    shortlisting,
    standing,
    visit_slots,
    visits,
)
from applications.actions.call_checks import LaterDates
from applications.autosave import NOT_FROM_A_PAGE
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    Call,
    Candidate,
    ShortlistOutcome,
    SlotOffer,
    VisitSlot,
)
from applications.models.section import Section
from core.accounts import actions as people
from core.accounts.models import Membership, User
from core.accounts.roles import Role
from core.dates import at_london
from core.documents import making
from core.letters import delivery, reminders
from core.lifecycle import Refused
from grants.actions import decisions, grants, instalments, reports
from grants.lifecycle import SETTLED
from grants.models import Decision, EvaluationReport, Grant, Instalment
from secondments.actions import amendments, placements, start_steps
from secondments.models import Amendment, Placement, StartStep
from tests.accounts.factories import editor_of, person_with
from tests.applications import factories
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    SUBMITTING,
    application_at,
    candidate_of,
    fill,
    fresh,
    lead,
    officer,
    programme,
    published_call,
)
from tests.applications.panel import funder_assessor, host_assessor, viewed
from tests.grants import factories as granting
from tests.secondments import amending
from tests.secondments import factories as placing

MOST_TRIES = 40
REASON = "Something came between."
Step = Callable[["World"], None]
STEPS: list[tuple[int, Step]] = []


def step(weight: int = 2) -> Callable[[Step], Step]:
    """Add a step to the walk; a greater weight is chosen more often."""

    def add(function: Step) -> Step:
        STEPS.append((weight, function))
        return function

    return add


@dataclass
class World:
    """What a walk is through: its chance, its clock, the addresses that moved, and an administrator to close accounts."""

    chance: Random
    now: datetime
    trace: list[str] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)

    def pick(self, rows: Any) -> Any:
        """A random row; LookupError when there is none."""
        found = list(rows.order_by("pk"))
        if not found:
            raise LookupError
        return self.chance.choice(found)

    @property
    def root(self) -> User:
        found = User.objects.filter(email="root@example.org").first()
        return found or person_with(Role.ADMINISTRATOR, email="root@example.org", within=None)

    def application(self, *statuses: str) -> Application:
        return fresh(self.pick(Application.objects.filter(status__in=statuses)))

    def wait(self, **much: float) -> None:
        self.now += timedelta(**much)


def open_call() -> datetime:
    """An open call with a draft that is filled in and two submitted applications, each with a colleague."""
    call = published_call()
    for status in ("draft", "submitted", "submitted"):
        application = application_at(status, call=call)
        editor_of(application.organisation)
        if status == "draft":
            fill(application)
    return SUBMITTING


def closed_call() -> datetime:
    """A closed call with two applications before assessors, one of them with a visit to come."""
    call = published_call()
    for assessor in (funder_assessor, host_assessor):
        assessor()
    for status in ("submitted", "shortlisted"):
        application_at(status, call=call)
    world = World(Random(1), ASSESSING)
    for function in (assign, assign, arrange_visit):
        attempt(world, function)
    return ASSESSING


def decided_call() -> datetime:
    """A decision that is recorded, one that is confirmed, and a grant that is offered."""
    granting.recorded()
    granting.confirmed()
    granting.grant_at(granting.GrantStatus.OFFERED)
    return granting.RELEASING


def placement_to_come() -> datetime:
    """A placement that is being prepared."""
    placing.placement_at(placing.PlacementStatus.PREPARING)
    return placing.DOING


def placement_running() -> datetime:
    placing.placement_at(placing.PlacementStatus.ACTIVE)
    return placing.PLANNING


BEGINNINGS = (open_call, closed_call, decided_call, placement_to_come, placement_running)


def attempt(world: World, function: Step) -> bool:
    """Take a step; what is refused, or has nothing to be taken on, leaves everything as it was."""
    try:
        with transaction.atomic():
            function(world)
    except (Refused, LookupError):
        return False
    world.trace.append(f"{function.__name__} at {world.now:%-d %b %H:%M}")
    return True


def walk(seed: int, begin: datetime, length: int = 8) -> World:
    """Take random steps from where the world stands; return it after so many that were possible."""
    world = World(Random(seed), begin)
    weights, functions = zip(*STEPS, strict=True)
    for _ in range(length):
        for function in world.chance.choices(functions, weights, k=MOST_TRIES):
            if attempt(world, function):
                break
    return world


# --- The clock ---


@step(3)
def time_passes(world: World) -> None:
    world.wait(hours=world.chance.choice([1, 5, 30, 24 * 4, 24 * 20]))


@step(3)
def reminders_are_written(world: World) -> None:
    reminders.post_due(world.now)


@step(1)
def letters_are_sent(world: World) -> None:
    delivery.drain(world.now)


@step(2)
def the_close_passes(world: World) -> None:
    world.now = max(world.now, CLOSES + timedelta(minutes=5))


# --- Calls ---


@step(1)
def cancel_call(world: World) -> None:
    calls.cancel(world.pick(Call.objects.all()), reason=REASON, by=officer(), at=world.now)


@step(1)
def extend_call(world: World) -> None:
    call = world.pick(Call.objects.all())
    closes_at = call.closes_at + timedelta(days=world.chance.choice([1, 7, 9]))
    later = LaterDates.moved(call, closes_at)
    calls.extend(call, closes_at=closes_at, reason=REASON, later=later, despite=REASON, by=officer(), at=world.now)


# --- Applications ---


@step(3)
def submit(world: World) -> None:
    application = world.application("draft")
    applications.submit(application, by=lead(application.organisation), at=world.now)


@step(3)
def reopen(world: World) -> None:
    application = world.application("submitted")
    applications.reopen(application, by=lead(application.organisation), at=world.now)


@step(3)
def edit(world: World) -> None:
    application = world.application("draft")
    person = f"other{world.chance.randrange(99)}.{application.pk}@example.org"
    name = {"name": "Else Other", "email": person, "job_title": "Worker"}
    section, facts = world.chance.choice(
        [(Section.CANDIDATE, name), (Section.SECONDMENT, {"current_salary": world.chance.randrange(30000, 40000)})]
    )
    token = NOT_FROM_A_PAGE
    by = lead(application.organisation)
    drafts.save_section(application, section, facts=facts, answers={}, token=token, by=by, at=world.now)


@step(2)
def ask_candidate(world: World) -> None:
    application = world.application("draft")
    candidate = world.pick(application.candidates.filter(status__in=["named", "asked"]))
    candidates.ask(candidate, by=lead(application.organisation), at=world.now)


@step(2)
def candidate_confirms(world: World) -> None:
    candidate = world.pick(Candidate.objects.filter(status="asked"))
    candidates.confirm(candidate, shown_digest=candidates.digest_now(candidate), at=world.now)


@step(3)
def candidate_declines(world: World) -> None:
    candidates.decline(world.pick(Candidate.objects.filter(status="asked")), at=world.now)


@step(2)
def candidate_withdraws(world: World) -> None:
    live = Candidate.objects.filter(application__released_at=None)
    candidates.withdraw(world.pick(live), at=world.now)


@step(2)
def withdraw(world: World) -> None:
    application = world.application("draft", "submitted", "shortlisted", "reserve")
    applications.withdraw(application, reason=REASON, by=lead(application.organisation), at=world.now)


@step(2)
def shortlist(world: World) -> None:
    factories.shortlist(world.application("submitted"), by=officer(), at=world.now)


@step(2)
def prepare_outcome(world: World) -> None:
    shortlisting.prepare_shortlist(world.application("submitted"), by=officer(), at=world.now)


@step(1)
def undo_outcome(world: World) -> None:
    shortlisting.undo(world.application("submitted"), by=officer(), at=world.now)


@step(1)
def release_outcomes(world: World) -> None:
    outcome = world.pick(ShortlistOutcome.objects.filter(status="prepared").select_related("application__call"))
    shortlisting.release(shortlisting.prepared_in(outcome.application.call, officer()), by=officer(), at=world.now)


@step(1)
def turn_down(world: World) -> None:
    factories.turn_down(world.application("submitted"), by=officer(), at=world.now)


# --- Assessors and visits ---


def assessor_of(world: World, party: str) -> User:
    held = {"role_assignments__role": f"{party.capitalize()} assessor"}
    return world.pick(User.objects.filter(is_active=True, **held))


@step(2)
def assign(world: World) -> None:
    party = world.chance.choice(["funder", "host"])
    assessor = assessor_of(world, party)
    application = world.application("submitted", "shortlisted")
    assessments.assign(application, assessor=assessor, party=party, by=officer(), at=world.now)


@step(2)
def recuse(world: World) -> None:
    open_ones = Assessment.objects.filter(status__in=["assigned", "begun"])
    assessment = world.pick(open_ones.select_related("application__call", "application__organisation", "assessor"))
    assessments.recuse(assessment, explanation=REASON, by=assessment.assessor, at=world.now)


@step(2)
def arrange_visit(world: World) -> None:
    application = world.application("shortlisted")
    four = [
        ("Lena Lead", f"senior{application.pk}@example.org", "senior"),
        ("Sana", candidate_of(application).email, "candidate"),
        ("Fay Funder", assessor_of(world, "funder").email, "funder"),
        ("Hal Host", assessor_of(world, "host").email, "host"),
    ]
    when = datetime.combine(application.call.visits_from_on, world.now.timetz()) + timedelta(days=1)
    facts = {
        "starts_at": when,
        "minutes": 60,
        "place": "12 High Road",
        "attendees": four,
        "sure_of": [email for _, email, _ in four],
    }
    visits.arrange(application, **facts, by=officer(), at=world.now)


def coming(world: World) -> AssessmentVisit:
    return world.pick(AssessmentVisit.objects.coming().select_related("application__call", "application__organisation"))


@step(1)
def move_visit(world: World) -> None:
    visit = coming(world)
    visits.move(visit, starts_at=visit.starts_at + timedelta(hours=3), place="By video", by=officer(), at=world.now)


@step(1)
def cancel_visit(world: World) -> None:
    visits.cancel(coming(world), by=officer(), at=world.now)


@step(1)
def replace_attendee(world: World) -> None:
    visit = coming(world)
    attendee = world.pick(Attendee.objects.filter(visit=visit))
    address = f"new{world.chance.randrange(99)}.{visit.pk}@example.org"
    new = {"name": "Someone New", "email": address, "sure_of": [address]}
    attendance.replace(visit, attendee=attendee, **new, by=officer(), at=world.now)


@step(2)
def offer_times(world: World) -> None:
    application = world.application("shortlisted")
    first = datetime.combine(application.call.visits_from_on, time(10), tzinfo=world.now.tzinfo)
    times = [first + timedelta(days=days, hours=3 * world.chance.randrange(3)) for days in (1, 2)]
    visitors = {f"{party}_visitor": assessor_of(world, party) for party in ("funder", "host")}
    facts = {"minutes": 60, "place": "12 High Road", **visitors}
    visit_slots.offer(application, times=times, **facts, by=officer(), at=world.now)


@step(2)
def choose_time(world: World) -> None:
    offer = world.pick(SlotOffer.objects.filter(ended_at=None, slot__status="offered").select_related("slot"))
    application = fresh(offer.application)
    by = lead(application.organisation)
    senior = {"senior_name": by.name, "senior_email": by.email}
    visit_slots.choose(application, slot=offer.slot, **senior, sure_of=[by.email], by=by, at=world.now)


@step(1)
def withdraw_time(world: World) -> None:
    visit_slots.withdraw(on_offer(world), by=officer(), at=world.now)


@step(1)
def replace_visitor(world: World) -> None:
    side = world.chance.choice(["funder", "host"])
    person = assessor_of(world, side)
    visit_slots.replace_visitor(on_offer(world), side=side, person=person, by=officer(), at=world.now)


def on_offer(world: World) -> VisitSlot:
    return world.pick(VisitSlot.objects.filter(status="offered"))


# --- Decisions and grants ---


@step(2)
def record_decision(world: World) -> None:
    application = world.application("shortlisted", "reserve")
    outcome = world.chance.choice(["award", "decline", "reserve"])
    starts_on = {"starts_on": world.now.date() + timedelta(days=20)} if outcome == "award" else {}
    terms = {**granting.AWARD, **starts_on, "post": application.post} if outcome == "award" else {}
    terms |= {"rank": 1 + Decision.objects.filter(outcome="reserve").count()} if outcome == "reserve" else {}
    meeting = granting.meeting(world.now.date())
    facts = {"meeting": meeting, "outcome": outcome, "reasons": REASON, **terms}
    decisions.record(viewed(application), **facts, by=officer(), at=world.now)


@step(2)
def confirm_decision(world: World) -> None:
    decision = world.pick(Decision.objects.filter(status="recorded"))
    decisions.confirm(decision, by=granting.second_officer(), at=world.now)


@step(2)
def release_decision(world: World) -> None:
    decision = world.pick(Decision.objects.filter(status="confirmed"))
    decisions.release(decision, by=officer(), at=world.now)


def grant_at(world: World, *statuses: str) -> Grant:
    return granting.fresh(world.pick(Grant.objects.filter(status__in=statuses)))


@step(1)
def accept_offer(world: World) -> None:
    grant = grant_at(world, "offered")
    grants.accept(grant, by=lead(grant.organisation), at=world.now)


@step(2)
def decline_offer(world: World) -> None:
    grant = grant_at(world, "offered")
    grants.decline(grant, reason=REASON, by=lead(grant.organisation), at=world.now)


def amendment_at(world: World, *statuses: str) -> Amendment:
    return amending.current(world.pick(Amendment.objects.filter(status__in=statuses)))


@step(2)
def ask_for_an_extension(world: World) -> None:
    grant = grant_at(world, "active")
    last_on = grant.ends_on + timedelta(days=world.chance.choice([92, 184, 365]))
    amendments.ask(grant, kind="extension", last_on=last_on, reason=REASON, by=officer(), at=world.now)


@step(3)
def ask_for_an_early_end(world: World) -> None:
    grant = grant_at(world, "agreed", "active")
    last_on = grant.starts_on + timedelta(days=world.chance.randrange((grant.ends_on - grant.starts_on).days))
    by = world.chance.choice([officer(), lead(grant.organisation)])
    amendments.ask(grant, kind="early_end", last_on=last_on, reason=REASON, by=by, at=world.now)


@step(4)
def agree_to_a_change(world: World) -> None:
    amending.agreed(amendment_at(world, "asked"), world.now)


@step(1)
def refuse_a_change(world: World) -> None:
    amendment = amendment_at(world, "asked")
    amendments.refuse(amendment, reason=REASON, by=placing.programme_manager(), at=world.now)


@step(1)
def withdraw_a_change(world: World) -> None:
    amendment = amendment_at(world, "asked", "agreed", "recorded", "confirmed")
    amendments.withdraw(amendment, reason=REASON, by=officer(), at=world.now)


@step(3)
def decide_on_a_change(world: World) -> None:
    amendment = amendment_at(world, "agreed")
    amendments.record(amendment, by=granting.second_officer(), at=world.now)
    amendments.confirm(amendment, by=granting.director(), at=world.now)


@step(4)
def sign_a_change(world: World) -> None:
    amendment = amendment_at(world, "confirmed")
    making.make_now(amendment.document, world.now)
    for by in (lead(amendment.grant.organisation), granting.director()):
        amending.signed(amendment, by, world.now)


@step(1)
def withhold_payment(world: World) -> None:
    pending = Instalment.objects.exclude(status__in=SETTLED).select_related("grant")
    instalments.withhold(world.pick(pending), reason=REASON, by=officer(), at=world.now)


@step(1)
def reinstate_payment(world: World) -> None:
    withheld = Instalment.objects.filter(status="withheld").select_related("grant")
    instalments.reinstate(world.pick(withheld), by=officer(), at=world.now)


@step(1)
def submit_report(world: World) -> None:
    report = world.pick(EvaluationReport.objects.filter(status__in=["due", "returned"]).select_related("grant"))
    reports.submit(report, words=granting.WORDS, by=lead(report.grant.organisation), at=world.now)
    reports.accept(report, by=officer(), at=world.now)


@step(1)
def close_grant(world: World) -> None:
    grant = grant_at(world, "active")
    for instalment in Instalment.objects.filter(grant=grant).exclude(status__in=SETTLED):
        instalments.withhold(instalment, reason=REASON, by=officer(), at=world.now)
    for report in grant.reports.exclude(status="accepted"):
        reports.submit(report, words=granting.WORDS, by=lead(grant.organisation), at=world.now)
        reports.accept(report, by=officer(), at=world.now)
    world.now = max(world.now, datetime.combine(grant.ends_on, world.now.timetz()))
    grants.close(grant, by=officer(), at=world.now)


# --- Placements ---


def placement_at(world: World, *statuses: str) -> Placement:
    return placing.fresh(world.pick(Placement.objects.filter(status__in=statuses)))


@step(2)
def call_off_placement(world: World) -> None:
    placements.call_off(placement_at(world, "preparing"), reason=REASON, by=placing.programme_manager(), at=world.now)


@step(2)
def do_a_step(world: World) -> None:
    step = world.pick(StartStep.objects.filter(status="open", placement__status="preparing"))
    step.placement = placing.fresh(step.placement)
    start_steps.record(step, happened_on=placing.HAPPENED, by=placing.owner_of(step), at=world.now)


@step(1)
def start_placement(world: World) -> None:
    placement = placement_at(world, "preparing")
    placement.steps.exclude(status="done").update(status="waived", waived_reason=REASON)
    world.now = max(world.now, placing.STARTING)
    placements.start(placement, by=placing.programme_manager(), at=world.now)


@step(1)
def the_last_day_of_a_placement_comes(world: World) -> None:
    placement = placement_at(world, "active")
    world.now = max(world.now, at_london(placement.ends_on, time(10)))


@step(2)
def end_placement(world: World) -> None:
    placement = placement_at(world, "active")
    placements.end(placement, by=placing.programme_manager(), at=world.now)


# --- People ---


def somebody(world: World) -> User:
    office = {officer().pk, granting.second_officer().pk, placing.programme_manager().pk, world.root.pk}
    return world.pick(User.objects.filter(is_active=True).exclude(pk__in=office))


@step(1)
def account_is_closed(world: World) -> None:
    person = somebody(world)
    if Membership.objects.filter(person=person, standing="lead").exists():
        raise LookupError
    people.close_account(person, by=world.root, at=world.now)


@step(1)
def role_is_taken_away(world: World) -> None:
    person = world.pick(User.objects.filter(role_assignments__role__in=["Funder assessor", "Host line manager"]))
    people.give_roles(person, [], programme=programme(), by=world.root, at=world.now)


@step(1)
def member_is_removed(world: World) -> None:
    membership = world.pick(Membership.objects.filter(standing="editor"))
    by = lead(membership.organisation)
    people.remove_person(membership, by=by, at=world.now)


@step(1)
def address_is_changed(world: World) -> None:
    person = somebody(world)
    before = person.email
    address = f"moved{world.chance.randrange(999)}.{person.pk}@example.org"
    User.objects.filter(pk=person.pk).update(email=address)
    EmailAddress.objects.filter(user=person).update(email=address)
    people.follow_address(person, before=before, at=world.now)
    world.moved[before] = address


@step(2)
def copies_are_put_back(world: World) -> None:
    standing.put_back_due(world.now)
