"""Assessments: assigned to assessors, who declare their interests, score, complete or are recused."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from applications import letters
from applications.actions import visits
from applications.actions.shortlisting import refuse_before_close
from applications.lifecycle import ASSESSMENT, OPEN_ASSESSMENT, AssessmentStatus, Status, TrailEvent
from applications.models import Application, Assessment, Criterion, Interest, Score
from applications.models.assessment import Party
from applications.rules.assessments import ROLE_OF, assesses_for
from applications.scoring import BEST
from core.accounts.models import Organisation, User
from core.audit import trail
from core.audit.seals import seal
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

Marks = Mapping[Criterion, tuple[int | None, str]]


@transaction.atomic
def assign(application: Application, *, assessor: User, party: str, by: User, at: datetime) -> Assessment:
    """Ask somebody of the funder or the host to assess the application; return the assessment.

    Raises Refused for an application that is not before assessors, for a person of another party, of the organisation
    that applies, with a declared conflict of interest, or asked before.
    """
    check(by, "applications.assign_application", application)
    refuse_before_close(application, at, "Assessment")
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        state = application.get_status_display()
        raise Refused(f"This application is {state}; only a submitted or shortlisted one is assessed.")
    side = Party(party)
    field = f"{side}_assessor"
    _refuse_other_party(application, assessor, side, field)
    _refuse_conflict(application, assessor, field)
    try:
        with transaction.atomic():
            assessment = Assessment.objects.create(
                application=application, assessor=assessor, party=side, assigned_at=at, assigned_by=by
            )
    except IntegrityError:
        raise Refused(f"{assessor} has been asked to assess this application already.", field=field) from None
    trail.record(TrailEvent.ASSESSOR_ASSIGNED, application, by=by, at=at, assessor=assessor, party=side.label)
    letters.assessments.assigned(assessment, at=at)
    return assessment


def party_of(application: Application, side: Party) -> Organisation:
    """The organisation that assesses on this side: the programme's funder or host."""
    programme = application.call.programme
    return programme.funder if side == Party.FUNDER else programme.host


def _refuse_other_party(application: Application, assessor: User, side: Party, field: str) -> None:
    organisation = party_of(application, side)
    if not assesses_for(side, assessor, application):
        raise Refused(f"{assessor} does not have the role “{ROLE_OF[side].label}”.", field=field)
    if assessor.works_for_id != organisation.pk:
        raise Refused(f"{assessor} does not work for {organisation}, so cannot assess for it.", field=field)


def _refuse_conflict(application: Application, assessor: User, field: str) -> None:
    if application.organisation_id in assessor.organisation_ids:
        sentence = f"{assessor} belongs to {application.organisation}, which applies. Choose somebody else."
        raise Refused(sentence, field=field)
    if application.candidates.filter(email__iexact=assessor.email).exists():
        raise Refused(f"{assessor} is the proposed secondee. Choose somebody else.", field=field)
    if application.interests.filter(person=assessor, has_conflict=True).exists():
        raise Refused(f"{assessor} has declared a conflict of interest. Choose somebody else.", field=field)


@transaction.atomic
def assign_both(
    application: Application, *, funder_assessor: User | None, host_assessor: User | None, by: User, at: datetime
) -> None:
    check(by, "applications.assign_application", application)
    chosen = [(Party.FUNDER, funder_assessor), (Party.HOST, host_assessor)]
    asked = [(party, person) for party, person in chosen if person is not None]
    if not asked:
        raise Refused("Choose an assessor of the funder, of the host, or one of each.")
    for party, person in asked:
        assign(application, assessor=person, party=party, by=by, at=at)


@transaction.atomic
def declare(assessment: Assessment, *, has_conflict: bool, explanation: str, by: User, at: datetime) -> None:
    """Declare, before reading, whether there is a conflict of interest; with one the assessor is recused."""
    check(by, "applications.declare_assessment", assessment)
    if has_conflict:
        _recuse(assessment, explanation, by, at)
        return
    if assessment.application.interests.filter(person=by, has_conflict=True).exists():
        raise Refused("You have declared a conflict of interest with this application. Ask the grants officer.")
    ASSESSMENT.advance(assessment, "begin", begun_at=at)
    _record_interest(assessment.application, by, at, has_conflict=False, explanation=explanation)
    trail.record(TrailEvent.NO_CONFLICT_DECLARED, assessment, by=by, at=at)


@transaction.atomic
def recuse(assessment: Assessment, *, explanation: str, by: User, at: datetime) -> None:
    check(by, "applications.recuse_assessment", assessment)
    _recuse(assessment, explanation, by, at)


def _recuse(assessment: Assessment, explanation: str, by: User, at: datetime) -> None:
    if not explanation.strip():
        sentence = "Say in a sentence what the conflict of interest is: the grants officer has to find somebody else."
        raise Refused(sentence, field="explanation")
    ASSESSMENT.advance(assessment, "recuse", recused_at=at)
    _record_interest(assessment.application, by, at, has_conflict=True, explanation=explanation)
    trail.record(TrailEvent.ASSESSOR_RECUSED, assessment, by=by, at=at)
    letters.assessments.recused(assessment, at=at)
    publish(Event.ASSESSOR_RECUSED, assessment, by=by, at=at)


def close_open(application: Application, *, by: User | None, at: datetime) -> None:
    """Close the unfinished assessments of an application that has ended; whoever ended it was asked who may."""
    for assessment in application.assessments.filter(status__in=OPEN_ASSESSMENT).select_related("assessor"):
        assessment.application = application
        _close(assessment, by=by, at=at)
        letters.assessments.closed(assessment, at=at)


def close_where_not_assessing(person: User, *, by: User | None, at: datetime) -> None:
    """Close a person's unfinished assessments where they assess no longer; the officers who assigned them are told."""
    rows = Assessment.objects.filter(assessor=person, status__in=OPEN_ASSESSMENT)
    for assessment in rows.select_related("application__call", "application__organisation", "assigned_by"):
        if person.is_active and assesses_for(Party(assessment.party), person, assessment.application):
            continue
        _close(assessment, by=by, at=at)
        letters.assessments.left(assessment, at=at)


def _close(assessment: Assessment, *, by: User | None, at: datetime) -> None:
    ASSESSMENT.advance(assessment, "close")
    trail.record(TrailEvent.ASSESSMENT_CLOSED, assessment, by=by, at=at)
    outbox.withdraw([assessment])


@transaction.atomic
def declare_conflict(application: Application, *, explanation: str, by: User, at: datetime) -> None:
    """A committee member's declaration: from here on the application and its scores are out of their sight."""
    check(by, "applications.declare_application", application)
    require(bool(explanation.strip()), "Say in a sentence what the conflict of interest is.", "explanation")
    _record_interest(application, by, at, has_conflict=True, explanation=explanation)
    visits.excuse(application, by, by=by, at=at)
    trail.record(TrailEvent.CONFLICT_DECLARED, application, by=by, at=at)


def _record_interest(application: Application, by: User, at: datetime, *, has_conflict: bool, explanation: str) -> None:
    declared = {"has_conflict": has_conflict, "explanation": explanation.strip(), "declared_at": at}
    Interest.objects.update_or_create(application=application, person=by, defaults=declared)


@transaction.atomic
def score(
    assessment: Assessment, *, criterion: Criterion, score: int | None, reason: str, by: User, at: datetime
) -> None:
    check(by, "applications.score_assessment", assessment)
    save(assessment, marks={criterion: (score, reason)}, by=by, at=at)


@transaction.atomic
def save(assessment: Assessment, *, marks: Marks, by: User, at: datetime, overall_view: str | None = None) -> None:
    """Keep what has been scored and written so far; `marks` is (score or None, reason) by criterion.

    Raises Refused once the assessment is complete, before interests are declared, for another's assessment, for a score
    outside 0 to 4 and for a criterion of another call.
    """
    check(by, "applications.score_assessment", assessment)
    for criterion, (score, _) in marks.items():
        if criterion.call_id != assessment.application.call_id:
            raise Refused("This criterion does not belong to the application's call.")
        if score is not None and score not in range(BEST + 1):
            raise Refused("Choose a score from 0 to 4.", field=f"score_{criterion.letter}")
    view = assessment.overall_view if overall_view is None else overall_view.strip()
    _lock_begun(assessment, view)
    Score.objects.bulk_create(
        [
            Score(assessment=assessment, criterion=criterion, score=score, reason=reason.strip())
            for criterion, (score, reason) in marks.items()
        ],
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["score", "reason"],
    )
    trail.record(TrailEvent.SCORES_SAVED, assessment, by=by, at=at, criteria=sorted(one.letter for one in marks))


def _lock_begun(assessment: Assessment, view: str) -> None:
    # A score must not slip in beside "complete": the UPDATE holds the row until this transaction ends (on SQLite the
    # transaction has the write lock from its beginning).
    begun = Assessment.objects.filter(pk=assessment.pk, status=AssessmentStatus.BEGUN)
    if begun.update(overall_view=view):
        assessment.overall_view = view
        return
    status = Assessment.objects.values_list("status", flat=True).get(pk=assessment.pk)
    if status == AssessmentStatus.COMPLETE:
        raise Refused("This assessment is complete, so its scores stand.")
    if status == AssessmentStatus.RECUSED:
        raise Refused("You have stood aside from this application, so it is not yours to score.")
    raise Refused("Declare your interest first: whether you have a conflict of interest with this application.")


@transaction.atomic
def complete(assessment: Assessment, *, overall_view: str, by: User, at: datetime) -> None:
    """Finish and lock the assessment. Raises Refused naming the first criterion without a score or a reason."""
    check(by, "applications.complete_assessment", assessment)
    _lock_begun(assessment, overall_view.strip())
    scores = {score.criterion_id: score for score in assessment.scores.all()}
    for criterion in assessment.application.call.criteria.all():
        score = scores.get(criterion.pk)
        if score is None or score.score is None:
            sentence = f"Choose a score from 0 to 4 for criterion {criterion}."
            raise Refused(sentence, field=f"score_{criterion.letter}")
        if not score.reason.strip():
            sentence = f"Give a reason for your score on criterion {criterion}."
            raise Refused(sentence, field=f"reason_{criterion.letter}")
    ASSESSMENT.advance(assessment, "complete", completed_at=at, overall_view=overall_view.strip())
    seal(assessment, at=at)
    trail.record(TrailEvent.ASSESSMENT_COMPLETE, assessment, by=by, at=at)
