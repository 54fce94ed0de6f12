"""The synthetic applications: facts, answers, the proposed secondee, assessments, visits, and what was decided."""

from datetime import datetime, timedelta
from decimal import Decimal

from applications.lifecycle import UNDECIDED, AssessmentStatus, CandidateStatus, Status, VisitStatus
from applications.models import (
    Answer,
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    Candidate,
    Interest,
    Score,
)
from applications.models.assessment import Party
from bench.generator.grants import decide
from bench.generator.rounds import FORTY, MADE, NAME, Round, person
from bench.generator.rows import Rows
from core.accounts.models import Membership, Organisation, Programme

TO_COMMITTEE = {Status.ACCEPTED, Status.OFFERED, Status.OFFER_DECLINED, Status.RESERVE}
LAST_ASSESSED = 16  # of those turned down, the ones before this place had been shortlisted
WORDS = "We have worked with people across the city for many years and would bring what they tell us into the team. "


def apply(rows: Rows, held: Round, place: int, status: Status) -> Application:
    """The organisation at this place of the forty, with its lead, its application and all that came of it."""
    number = (held.number - 1) * FORTY + place + 1
    body = rows.add(Organisation(name=f"{NAME} {number}", legal_form=Organisation.LegalForm.CHARITY))
    rows.add(Programme.organisations.through(programme=held.call.programme, organisation=body))
    lead = person(rows, f"lead-{number}@example.org", f"Lead {number}")
    rows.add(Membership(person=lead, organisation=body, standing=Membership.Standing.LEAD, is_signatory=True))
    is_in = status != Status.DRAFT
    closed_at = held.closed_at
    is_listed = status in TO_COMMITTEE | {Status.SHORTLISTED} or (
        status == Status.UNSUCCESSFUL and place < LAST_ASSESSED
    )
    application: Application = rows.add(
        Application(
            organisation=body,
            post=held.post,
            call=held.call,
            status=status,
            reference=rows.reference(f"{held.call.programme.reference_prefix}-{closed_at.year}") if is_in else None,
            version=int(is_in),
            started_at=closed_at - timedelta(days=20, minutes=place),
            started_by=lead,
            contact_phone="020 7946 0100",
            whose_idea=Application.Origin.BOTH,
            current_salary=Decimal(28000 + 250 * place),
            present_hours=Decimal(35),
            days_per_week=Decimal(3 + place % 3),
            months=12,
            earliest_start_on=closed_at.date() + timedelta(days=60),
            submitted_at=closed_at - timedelta(hours=held.number % 97, minutes=place) if is_in else None,
            submitted_by=lead if is_in else None,
            withdrawn_at=closed_at + timedelta(days=3) if status == Status.WITHDRAWN else None,
            withdrawn_reason=MADE if status == Status.WITHDRAWN else "",
            shortlisted_at=closed_at + timedelta(days=3) if is_listed else None,
        )
    )
    fill(rows, held, application, number)
    if status in UNDECIDED:
        for key in ("officer", "second_officer", "director"):
            declared = {"person": held.staff.cast[key], "declared_at": closed_at + timedelta(hours=2)}
            rows.add(Interest(application=application, has_conflict=False, **declared))
    if is_listed:
        assess(rows, held, application, place)
    if status in TO_COMMITTEE or (status == Status.UNSUCCESSFUL and is_listed):
        decide(rows, held, application, place)
    return application


def fill(rows: Rows, held: Round, application: Application, number: int) -> None:
    """A proposed secondee and an answer to every question; half of a draft's."""
    is_draft = application.status == Status.DRAFT
    asked_at = application.started_at + timedelta(days=1)
    rows.add(
        Candidate(
            application=application,
            name=f"Candidate {number}",
            email=f"candidate-{number}@example.org",
            job_title="Adviser",
            status=CandidateStatus.ASKED if is_draft else CandidateStatus.CONFIRMED,
            token_digest=f"synthetic-{number}",
            asked_at=asked_at,
            confirmed_at=None if is_draft else asked_at + timedelta(days=1),
            confirmed_digest="" if is_draft else "synthetic",
        )
    )
    answered = held.questions[: len(held.questions) // 2] if is_draft else held.questions
    for question in answered:
        rows.add(Answer(application=application, question=question, text=WORDS * 5))


def assess(rows: Rows, held: Round, application: Application, place: int) -> None:
    """An assessment by each side, and the visit; of those on the shortlist every other one is still to be scored."""
    is_open = application.status == Status.SHORTLISTED and place % 2 == 1
    assigned_at = held.closed_at + timedelta(days=4)
    for side, (party, assessor) in enumerate(zip((Party.FUNDER, Party.HOST), held.assessors, strict=True)):
        is_begun = not is_open or (place + side) % 4 == 0
        status = AssessmentStatus.BEGUN if is_begun else AssessmentStatus.ASSIGNED
        assessment = Assessment(
            application=application,
            assessor=assessor,
            party=party,
            status=status if is_open else AssessmentStatus.COMPLETE,
            assigned_at=assigned_at,
            assigned_by=held.staff.cast["officer"],
            begun_at=assigned_at + timedelta(days=1) if is_begun else None,
            completed_at=None if is_open else assigned_at + timedelta(days=2),
            recommendation="" if is_open else "recommend",
            overall_view="" if is_open else MADE,
        )
        rows.add(assessment)
        if is_begun:
            declared = assigned_at + timedelta(days=1)
            rows.add(Interest(application=application, person=assessor, has_conflict=False, declared_at=declared))
        for position, criterion in enumerate(() if is_open else held.criteria):
            points = (held.number * 7 + place + position * 3 + side) % 5
            rows.add(Score(assessment=assessment, criterion=criterion, score=points, reason=MADE))
    visit(rows, held, application, place, assigned_at + timedelta(days=10))


def visit(rows: Rows, held: Round, application: Application, place: int, starts_at: datetime) -> None:
    """A visit: held, or to come within the month for every fourth on a shortlist of a round that goes on."""
    is_coming = application.status == Status.SHORTLISTED and place % 4 == 0
    if application.status == Status.SHORTLISTED and not is_coming:
        return
    if is_coming:
        starts_at = held.staff.now + timedelta(days=1 + (held.number + place) % 28)
    meeting = rows.add(
        AssessmentVisit(
            application=application,
            status=VisitStatus.CONFIRMED if is_coming else VisitStatus.HELD,
            starts_at=starts_at,
            place=MADE,
            arranged_by=held.staff.cast["officer"],
            arranged_at=held.closed_at + timedelta(days=4),
            held_at=None if is_coming else starts_at + timedelta(hours=2),
        )
    )
    capacities = Attendee.Capacity
    for who in (capacities.SENIOR, capacities.CANDIDATE, capacities.FUNDER, capacities.HOST):
        came = None if is_coming else True
        email = f"{who}-{held.number}-{place}@example.org"
        rows.add(Attendee(visit=meeting, name=f"{who.label}", email=email, capacity=who, attended=came))
