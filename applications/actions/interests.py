"""Interests of a whole call declared at once, conflicts that follow by themselves, and how the office handles them."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from applications import letters
from applications.actions import assessments, attendance, known_conflicts
from applications.lifecycle import ASSESSMENT, HANDED_IN, LIVE, OPEN_ASSESSMENT, AssessmentStatus, Status, TrailEvent
from applications.models import Application, Assessment, Call, Interest
from applications.models.assessment import Party
from applications.rules.assessments import assesses_for
from applications.rules.cases import IS_UNDECIDED
from core.accounts.models import Organisation, RoleAssignment, User
from core.accounts.roles import DECLARES_FOR_ALL, READS_CALLS
from core.audit import trail
from core.events import Event, publish
from core.lifecycle import Refused, require
from core.permissions import check


def to_declare(call: Call, person: User) -> QuerySet[Application]:
    """The call's applications about which a person is still to say whether they have a conflict of interest.

    The office and the committee are asked about all that was submitted, an assessor about those they were asked to
    assess. One whose conflict is known is not among them. What is decided (`is_decided`) comes last.
    """
    rows = Application.objects.filter(call=call, status__in=HANDED_IN, is_rehearsal=False)
    roles = person.roles_in(call.programme_id)
    asked = Assessment.objects.filter(assessor=person, status=AssessmentStatus.ASSIGNED)
    wanted = Q(pk__in=asked.values("application"))
    if not roles.isdisjoint(DECLARES_FOR_ALL):
        wanted |= ~Q(pk__in=Interest.objects.filter(person=person).values("application"))
    known = Interest.objects.binding().filter(person=person)
    rows = rows.filter(wanted).exclude(pk__in=known.values("application"))
    is_decided = ExpressionWrapper(~IS_UNDECIDED, output_field=BooleanField())
    return rows.annotate(is_decided=is_decided).order_by("is_decided", "reference")


@transaction.atomic
def declare_all(
    call: Call, *, conflicts: Mapping[Application, str], none: list[Application], by: User, at: datetime
) -> None:
    """Declare for many applications at once: `conflicts` with what each is, and `none` for which there is none.

    All are recorded or none. Raises Refused, naming the application, for a conflict without its explanation.
    """
    check(by, "applications.declare_interests_call", call)
    for application, explanation in conflicts.items():
        try:
            _declare(application, has_conflict=True, explanation=explanation, by=by, at=at)
        except Refused as refused:
            sentence = f"{application.organisation}: {refused.sentence}"
            raise Refused(sentence, field=f"what_{application.pk}", code=refused.code) from None
    for application in none:
        _declare(application, has_conflict=False, explanation="", by=by, at=at)


def _declare(application: Application, *, has_conflict: bool, explanation: str, by: User, at: datetime) -> None:
    own = application.assessments.filter(assessor=by, status=AssessmentStatus.ASSIGNED).first()
    if own is not None:
        own.application = application
        assessments.declare(own, has_conflict=has_conflict, explanation=explanation, by=by, at=at)
    elif has_conflict:
        assessments.declare_conflict(application, explanation=explanation, by=by, at=at)
    else:
        assessments.record_none(application, by=by, at=at)


@transaction.atomic
def handle(
    interest: Interest, *, handling: str, measure: str = "", review_on: date | None = None, by: User, at: datetime
) -> None:
    """Decide what follows from a conflict of interest: recused, or stays under a measure until a day of review.

    Nobody decides about themselves. Raises Refused for a person who stays without a measure or a day that is to come.
    """
    check(by, "applications.handle_interest", interest.application)
    require(interest.person_id != by.pk, "Someone else of the grants office decides about your own conflict.")
    require(interest.has_conflict, f"{interest.person} has declared no conflict of interest.")
    stays = handling == Interest.Handling.STAYS
    require(not stays or bool(measure.strip()), "Enter what is done so that the person may stay.", "measure")
    require(not stays or (review_on is not None and review_on > at.date()), "Enter a day to come.", "review_on")
    interest.handling, interest.measure = handling, measure.strip() if stays else ""
    interest.review_on = review_on if stays else None
    interest.handled_by, interest.handled_at = by, at
    interest.save(update_fields=["handling", "measure", "review_on", "handled_by", "handled_at"])
    interest.person.forget_answers()
    facts = {"person": interest.person_id, "handling": interest.get_handling_display(), "review_on": review_on}
    known = {name: value for name, value in facts.items() if value}
    trail.record(TrailEvent.CONFLICT_HANDLED, interest.application, by=by, at=at, **known)
    if stays:
        _ask_again(interest, by=by, at=at)
    else:
        _stand_aside(interest, by=by, at=at)


def follow(application: Application, *, at: datetime) -> None:
    """Record the conflicts that follow from what is known of people who work on the application's programme."""
    known = set(application.interests.filter(has_conflict=True).values_list("person", flat=True))
    for person, source in known_conflicts.following(application):
        if person.pk in known:
            continue
        known.add(person.pk)
        because = known_conflicts.EXPLAINED[source]
        facts = {"has_conflict": True, "explanation": because, "declared_at": at, "source": source}
        interest, _ = Interest.objects.update_or_create(application=application, person=person, defaults=facts)
        person.forget_answers()
        trail.record(TrailEvent.CONFLICT_FOLLOWS, application, by=None, at=at, person=person.pk, because=source.label)
        _stand_aside(interest, by=None, at=at)


def follow_person(person: User, *, at: datetime, organisation: Organisation | None = None) -> None:
    """Record the conflicts that are known, on what is not yet decided, of someone of whom something has changed.

    With an `organisation`, only those with what it applied for.
    """
    programmes = RoleAssignment.objects.filter(person=person, role__in=READS_CALLS).values("programme")
    open_ones = set(LIVE) & set(HANDED_IN)
    rows = Application.objects.filter(call__programme__in=programmes, status__in=open_ones, is_rehearsal=False)
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    for application in rows.select_related("organisation", "call__programme").order_by("pk"):
        follow(application, at=at)


def _ask_again(interest: Interest, *, by: User, at: datetime) -> None:
    application, person = interest.application, interest.person
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        return
    for assessment in application.assessments.filter(assessor=person, status=AssessmentStatus.RECUSED):
        if not assesses_for(Party(assessment.party), person, application):
            continue
        assessment.application = application
        ASSESSMENT.advance(assessment, "ask_again", begun_at=assessment.begun_at or at, recused_at=None)
        trail.record(TrailEvent.ASSESSOR_ASKED_AGAIN, assessment, by=by, at=at)
        letters.assessments.asked_again(assessment, interest, at=at)


def _stand_aside(interest: Interest, *, by: User | None, at: datetime) -> None:
    """End what a recused person was asked to do for the application; where it follows, the office is told too."""
    application, person = interest.application, interest.person
    letters.recipients.take_back(application, person)
    for assessment in application.assessments.filter(assessor=person, status__in=OPEN_ASSESSMENT):
        assessment.application = application
        ASSESSMENT.advance(assessment, "recuse", recused_at=at)
        trail.record(TrailEvent.ASSESSOR_RECUSED, assessment, by=by, at=at)
        publish(Event.ASSESSOR_RECUSED, assessment, by=by, at=at)
        letters.assessments.stood_aside(assessment, at=at)
        if by is None:
            letters.assessments.recused(assessment, at=at)
    attendance.excuse(application, person, by=by, at=at)
