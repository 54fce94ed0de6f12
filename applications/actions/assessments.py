"""From the close of a call to two finished assessments: shortlist, assign, declare, score, complete, recuse."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from applications.actions.recipients import leads, link
from applications.lifecycle import APPLICATION, ASSESSMENT, AssessmentStatus, Status
from applications.models import Application, Assessment, Call, Criterion, Interest, Score
from applications.models.assessment import Party
from applications.scoring import BEST
from core.accounts.models import Organisation, User
from core.accounts.roles import Role
from core.audit import trail
from core.dates import say_deadline
from core.letters import outbox
from core.lifecycle import Refused

ROLE_OF = {Party.FUNDER: Role.FUNDER_ASSESSOR, Party.HOST: Role.HOST_ASSESSOR}
Marks = Mapping[Criterion, tuple[int | None, str]]


@transaction.atomic
def shortlist(application: Application, *, by: User, at: datetime) -> None:
    """Take the application on to visit and committee; not before the call has closed, unless it is rolling."""
    _refuse_before_close(application, at, "Shortlisting")
    APPLICATION.advance(application, "shortlist", shortlisted_at=at)
    trail.record("application shortlisted", application, by=by, at=at)
    _tell_leads(application, "shortlisted", at)


@transaction.atomic
def turn_down(application: Application, *, by: User, at: datetime) -> None:
    """Sift an application out before the committee. What was shortlisted goes to the committee instead."""
    _refuse_before_close(application, at, "Turning down")
    if application.status in {Status.SHORTLISTED, Status.RESERVE}:
        raise Refused("A shortlisted application is decided by the Grants Committee. Record its decision instead.")
    APPLICATION.advance(application, "turn_down", released_at=at)
    trail.record("application turned down before the committee", application, by=by, at=at)
    _tell_leads(application, "turned_down", at)


def _refuse_before_close(application: Application, at: datetime, what: str) -> None:
    call = application.call
    if call.kind != Call.Kind.ROLLING and call.closes_at is not None and not call.is_closed(at):
        closes = say_deadline(call.closes_at)
        raise Refused(
            f"{what} begins after the call closes, {closes}: until then the organisation may still change it."
        )


def _tell_leads(application: Application, letter: str, at: datetime) -> None:
    for person in leads(application):
        outbox.post(
            f"applications.{letter}",
            to=person,
            key=f"{letter}:{application.pk}:{person.pk}",
            at=at,
            application=application,
            call=application.call,
            link=link("application", application.shown_reference),
        )


@transaction.atomic
def assign(application: Application, *, assessor: User, party: str, by: User, at: datetime) -> Assessment:
    """Ask somebody of the funder or the host to assess the application; return the assessment.

    Raises Refused for an application that is not before assessors, for a person of another party, of the organisation
    that applies, with a declared conflict of interest, or asked before.
    """
    _refuse_before_close(application, at, "Assessment")
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
    trail.record("assessor assigned", application, by=by, at=at, assessor=assessor, party=side.label)
    outbox.post(
        "applications.assigned",
        to=assessor,
        key=f"assigned:{assessment.pk}",
        at=at,
        application=application,
        call=application.call,
        link=link("admin:applications_assessment_change", assessment.pk),
    )
    return assessment


def party_of(application: Application, side: Party) -> Organisation:
    """The organisation that assesses on this side: the programme's funder or host."""
    programme = application.call.programme
    return programme.funder if side == Party.FUNDER else programme.host


def _refuse_other_party(application: Application, assessor: User, side: Party, field: str) -> None:
    body = party_of(application, side)
    if ROLE_OF[side] not in assessor.roles:
        raise Refused(f"{assessor} does not have the role “{ROLE_OF[side].label}”.", field=field)
    if assessor.works_for_id != body.pk:
        raise Refused(f"{assessor} does not work for {body}, so cannot assess for it.", field=field)


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
    """Ask one person of each side, or of one side only."""
    chosen = [(Party.FUNDER, funder_assessor), (Party.HOST, host_assessor)]
    asked = [(party, person) for party, person in chosen if person is not None]
    if not asked:
        raise Refused("Choose an assessor of the funder, of the host, or one of each.")
    for party, person in asked:
        assign(application, assessor=person, party=party, by=by, at=at)


@transaction.atomic
def declare(assessment: Assessment, *, has_conflict: bool, explanation: str, by: User, at: datetime) -> None:
    """Say, before reading, whether there is a conflict of interest; with one the assessor is recused."""
    _refuse_others(assessment, by)
    if has_conflict:
        _stand_aside(assessment, explanation, by, at)
        return
    if assessment.application.interests.filter(person=by, has_conflict=True).exists():
        raise Refused("You have declared a conflict of interest with this application. Ask the grants officer.")
    ASSESSMENT.advance(assessment, "begin", begun_at=at)
    _write_interest(assessment.application, by, at, has_conflict=False, explanation=explanation)
    trail.record("no conflict of interest declared", assessment, by=by, at=at)


@transaction.atomic
def recuse(assessment: Assessment, *, explanation: str, by: User, at: datetime) -> None:
    """Stand aside later, when a conflict of interest has come to light."""
    _refuse_others(assessment, by)
    _stand_aside(assessment, explanation, by, at)


def _stand_aside(assessment: Assessment, explanation: str, by: User, at: datetime) -> None:
    if not explanation.strip():
        sentence = "Say in a sentence what the conflict of interest is: the grants officer has to find somebody else."
        raise Refused(sentence, field="explanation")
    ASSESSMENT.advance(assessment, "recuse", recused_at=at)
    _write_interest(assessment.application, by, at, has_conflict=True, explanation=explanation)
    trail.record("assessor recused", assessment, by=by, at=at)
    outbox.post(
        "applications.recused",
        to=assessment.assigned_by,
        key=f"recused:{assessment.pk}",
        at=at,
        assessor=by,
        application=assessment.application,
        link=link("admin:applications_application_change", assessment.application_id),
    )


@transaction.atomic
def declare_conflict(application: Application, *, explanation: str, by: User, at: datetime) -> None:
    """A committee member's declaration: from here on the application and its scores are out of their sight."""
    if not explanation.strip():
        raise Refused("Say in a sentence what the conflict of interest is.", field="explanation")
    _write_interest(application, by, at, has_conflict=True, explanation=explanation)
    trail.record("conflict of interest declared", application, by=by, at=at)


def _write_interest(application: Application, by: User, at: datetime, *, has_conflict: bool, explanation: str) -> None:
    declared = {"has_conflict": has_conflict, "explanation": explanation.strip(), "declared_at": at}
    Interest.objects.update_or_create(application=application, person=by, defaults=declared)


@transaction.atomic
def score(
    assessment: Assessment, *, criterion: Criterion, score: int | None, reason: str, by: User, at: datetime
) -> None:
    """Keep the score and reason on one criterion, finished or not."""
    save(assessment, marks={criterion: (score, reason)}, by=by, at=at)


@transaction.atomic
def save(assessment: Assessment, *, marks: Marks, by: User, at: datetime, overall_view: str | None = None) -> None:
    """Keep what has been scored and written so far; `marks` is (score or None, reason) by criterion.

    Raises Refused once the assessment is complete, before interests are declared, for another's assessment, for a score
    outside 0 to 4 and for a criterion of another call.
    """
    _refuse_others(assessment, by)
    for criterion, (given, _) in marks.items():
        if criterion.call_id != assessment.application.call_id:
            raise Refused("This criterion does not belong to the application's call.")
        if given is not None and given not in range(BEST + 1):
            raise Refused("Choose a score from 0 to 4.", field=f"score_{criterion.letter}")
    view = assessment.overall_view if overall_view is None else overall_view.strip()
    _alone_with_begun(assessment, view)
    Score.objects.bulk_create(
        [
            Score(assessment=assessment, criterion=criterion, score=given, reason=reason.strip())
            for criterion, (given, reason) in marks.items()
        ],
        update_conflicts=True,
        unique_fields=["assessment", "criterion"],
        update_fields=["score", "reason"],
    )
    trail.record("scores saved", assessment, by=by, at=at, criteria=sorted(one.letter for one in marks))


def _alone_with_begun(assessment: Assessment, view: str) -> None:
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
    _refuse_others(assessment, by)
    _alone_with_begun(assessment, overall_view.strip())
    given = {score.criterion_id: score for score in assessment.scores.all()}
    for criterion in assessment.application.call.criteria.all():
        found = given.get(criterion.pk)
        if found is None or found.score is None:
            sentence = f"Choose a score from 0 to 4 for criterion {criterion}."
            raise Refused(sentence, field=f"score_{criterion.letter}")
        if not found.reason.strip():
            sentence = f"Give a reason for your score on criterion {criterion}."
            raise Refused(sentence, field=f"reason_{criterion.letter}")
    ASSESSMENT.advance(assessment, "complete", completed_at=at, overall_view=overall_view.strip())
    trail.record("assessment complete", assessment, by=by, at=at)


def _refuse_others(assessment: Assessment, by: User) -> None:
    if assessment.assessor_id != by.pk:
        raise Refused(f"This assessment is {assessment.assessor}'s, and only they can work on it.")
