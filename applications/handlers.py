"""What follows here when something of this stage, or a person, ends or changes; named like the events."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from applications.actions import (
    assessment_endings,
    attendance,
    calls,
    candidates,
    file_deletion,
    interests,
    invitations,
    outcomes,
    shortlisting,
    slot_endings,
    visits,
)
from applications.lifecycle import (
    COMING_VISIT,
    LIVE,
    OPEN_ASSESSMENT,
    AssessmentStatus,
    CallStatus,
    CandidateStatus,
    OutcomeStatus,
    SlotStatus,
    Status,
)
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    Call,
    CallInvitation,
    Candidate,
    Document,
    LateAdmission,
    ShortlistOutcome,
    SlotOffer,
    StandingSubmission,
    VisitSlot,
)
from core.accounts.models import Membership, User
from core.governance.models import Seat
from core.letters import outbox


def person_erased(rows: Mapping[type[Model], set[Any]], *, by: User | None, at: datetime) -> None:
    """Their files are taken out."""
    file_deletion.take_out(Document.objects.filter(pk__in=rows.get(Document, ())), at=at)


def call_cancelled(call: Call, *, by: User, at: datetime) -> None:
    """Its applications end with it, its codes no longer work, late admissions that wait are dropped; all are told."""
    for application in call.applications.filter(status__in=LIVE).order_by("pk"):
        application.call = call
        outcomes.end_with_call(application, by=by, at=at)
    invitations.end_all(call, at=at)


def call_extended(call: Call, *, by: User, at: datetime) -> None:
    """Reminders of the earlier close that wait are withdrawn; the next tick writes those of the later one."""
    outbox.withdraw(calls.closing_with(call))


def application_ended(application: Application, *, by: User | None, at: datetime) -> None:
    """What was prepared is dropped; visits are cancelled; assessments close; nobody is asked or reminded any more."""
    because = f"The application is {application.get_status_display()}."
    shortlisting.drop_prepared(application, because=because, by=by, at=at)
    visits.cancel_coming(application, by=by, at=at)
    assessment_endings.close_open(application, by=by, at=at)
    candidates.lapse_all(application, at=at)
    outbox.withdraw([application, *application.case_messages.all()])
    outbox.withdraw_notices(application, before=at)


def candidate_withdrew(candidate: Candidate, *, by: User | None, at: datetime) -> None:
    """A visit that is to come is cancelled: there is nobody to meet. What was prepared at shortlisting is dropped."""
    because = "The proposed secondee has withdrawn."
    shortlisting.drop_prepared(candidate.application, because=because, by=by, at=at)
    visits.cancel_coming(candidate.application, by=by, at=at)


def assessor_recused(assessment: Assessment, *, by: User, at: datetime) -> None:
    """They are no longer expected at the application's visit, and get no more mail about it."""
    attendance.excuse(assessment.application, assessment.assessor, by=by, at=at)
    outbox.withdraw([assessment])


def roles_given(person: User, *, by: User | None, at: datetime) -> None:
    """Whoever works on applications from now on has the conflicts of interest that are known."""
    interests.follow_person(person, at=at)


def member_joined(membership: Membership, *, by: User | None, at: datetime) -> None:
    """Whoever works on applications and joins an organisation has a conflict of interest with what it applied for."""
    interests.follow_person(membership.person, organisation=membership.organisation, at=at)


def seat_given(seat: Seat, *, by: User | None, at: datetime) -> None:
    """Whoever works on applications and speaks for an organisation has a conflict with what it applied for."""
    if seat.organisation is not None:
        interests.follow_person(seat.person, organisation=seat.organisation, at=at)


def person_left(person: User, *, by: User | None, at: datetime) -> None:
    """Who assesses no longer has unfinished assessments closed, and comes to no visit; nor does who cannot sign in.

    Times at which they were to visit are withdrawn.
    """
    assessment_endings.close_where_not_assessing(person, by=by, at=at)
    slot_endings.end_of_visitor(person, by=by, at=at)
    if not person.is_active:
        attendance.excuse_everywhere(person, by=by, at=at)


def person_changed(person: User, *, by: User | None, at: datetime, before: str) -> None:
    """Invitations to visits follow them to their new address, by which they may be a proposed secondee."""
    attendance.follow_address(person, before, at=at)
    interests.follow_person(person, at=at)


def leftovers(now: datetime) -> Iterator[str]:
    """Yield a sentence for each thing that is still asked, awaited or to be sent although its application has ended."""
    ended = ~Q(application__status__in=LIVE) | Q(application__call__status=CallStatus.CANCELLED)
    for visit in AssessmentVisit.objects.coming().filter(ended).select_related("application"):
        yield f"{visit} is in the future, although {visit.application} has ended."
    for assessment in Assessment.objects.filter(ended, status__in=OPEN_ASSESSMENT).select_related("application"):
        yield f"{assessment} is still open, although {assessment.application} has ended."
    for candidate in Candidate.objects.filter(ended, status=CandidateStatus.ASKED).select_related("application"):
        yield f"The proposed secondee of {candidate.application} is still asked, although it has ended."
    prepared = ShortlistOutcome.objects.filter(status=OutcomeStatus.PREPARED)
    for outcome in prepared.exclude(application__status=Status.SUBMITTED).select_related("application"):
        yield f"“{outcome}” is still prepared, although the application is {outcome.application.get_status_display()}."
    yield from _of_times()
    yield from _of_cancelled_calls()
    yield from _of_people()
    for standing in StandingSubmission.objects.exclude(application__status=Status.DRAFT).select_related("application"):
        yield f"A copy of {standing.application} is kept, although it is not being edited."


def _of_times() -> Iterator[str]:
    """Yield visit times that are on offer though nobody may choose them, and offers of what has ended or is visited."""
    open_ones = SlotOffer.objects.filter(slot_endings.IS_OPEN)
    ended = ~Q(application__status=Status.SHORTLISTED) | Q(application__visits__status__in=COMING_VISIT)
    for offer in open_ones.filter(ended).select_related("slot", "application").distinct():
        yield f"{offer} is still offered, although the application has ended or has a visit."
    on_offer = VisitSlot.objects.filter(status=SlotStatus.OFFERED)
    for slot in on_offer.exclude(pk__in=SlotOffer.objects.filter(ended_at=None).values("slot")):
        yield f"{slot} is kept free, although no one may choose it."
    for slot in on_offer.filter(Q(funder_visitor__is_active=False) | Q(host_visitor__is_active=False)):
        yield f"{slot} is on offer, although a visitor's account is closed."


def _of_cancelled_calls() -> Iterator[str]:
    cancelled = Q(call__status=CallStatus.CANCELLED)
    for application in Application.objects.filter(cancelled, status__in=LIVE, is_rehearsal=False):
        yield f"{application} has not ended, although its call is cancelled."
    for invitation in CallInvitation.objects.filter(cancelled, withdrawn_at__isnull=True).select_related("call"):
        yield f"A code still works for {invitation.call}, which is cancelled."
    for admission in LateAdmission.objects.filter(cancelled, confirmed_at__isnull=True).select_related("call"):
        yield f"A late admission waits for {admission.call}, which is cancelled."


def _of_people() -> Iterator[str]:
    recused = Assessment.objects.filter(status=AssessmentStatus.RECUSED, application__visits__status__in=COMING_VISIT)
    for assessment in recused.select_related("application", "assessor").distinct():
        places = Attendee.objects.filter(visit__application=assessment.application_id)
        places = places.filter(visit__status__in=COMING_VISIT, email__iexact=assessment.assessor.email)
        if places.exists():
            yield f"{assessment.assessor} is expected at the visit for {assessment.application}, although recused."
    gone = Assessment.objects.filter(status__in=OPEN_ASSESSMENT, assessor__is_active=False)
    for assessment in gone.select_related("application", "assessor"):
        yield f"{assessment} is still open, although the assessor's account is closed."
