"""Assessments: assigned to assessors, who declare their interests, score, complete or are recused."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from applications import letters
from applications.actions import attendance, names, score_boxes
from applications.actions.shortlisting import refuse_before_close
from applications.autosave import NOT_FROM_A_PAGE, Conflict, Saved, SaveToken, Verdict
from applications.lifecycle import ASSESSMENT, AssessmentStatus, Status, TrailEvent
from applications.models import Application, Assessment, Criterion, Interest
from applications.models.assessment import Party, Recommendation
from applications.rules.assessments import ROLE_OF, assesses_for
from core.accounts.models import Organisation, User
from core.audit import trail
from core.audit.seals import seal
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import is_visible

MOST_REASON = 5000  # characters


@transaction.atomic
def assign(application: Application, *, assessor: User, party: str, by: User, at: datetime) -> Assessment:
    """Ask someone from the funder or the host to assess the application; return the assessment.

    Raises Refused for an application that is not before assessors, for a person of another party, of the organisation
    that applies, with a declared conflict of interest, or asked before.
    """
    check(by, "applications.assign_application", application)
    refuse_before_close(application, at, "Assessment")
    if application.status not in {Status.SUBMITTED, Status.SHORTLISTED}:
        state = application.get_status_display()
        raise Refused(f"This application is {state}. You can assess only submitted or shortlisted applications.")
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
        raise Refused(f"{assessor} has already been asked to assess this application.", field=field) from None
    assessor.forget_answers()
    trail.record(TrailEvent.ASSESSOR_ASSIGNED, application, by=by, at=at, assessor=assessor, party=side.label)
    letters.assessments.assigned(assessment, at=at)
    return assessment


def party_of(application: Application, side: Party) -> Organisation:
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
        sentence = f"{assessor} belongs to {application.organisation}, which applies. Choose someone else."
        raise Refused(sentence, field=field)
    if application.candidates.filter(email__iexact=assessor.email).exists():
        raise Refused(f"{assessor} is the proposed secondee. Choose someone else.", field=field)
    if application.interests.binding().filter(person=assessor).exists():
        raise Refused(f"{assessor} has declared a conflict of interest. Choose someone else.", field=field)


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
    if assessment.application.interests.binding().filter(person=by).exists():
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
        sentence = "Enter what the conflict of interest is. The grants officer must find another assessor."
        raise Refused(sentence, field="explanation")
    letters.recipients.take_back(assessment.application, assessment.assessor)
    ASSESSMENT.advance(assessment, "recuse", recused_at=at)
    _record_interest(assessment.application, by, at, has_conflict=True, explanation=explanation)
    trail.record(TrailEvent.ASSESSOR_RECUSED, assessment, by=by, at=at)
    letters.assessments.recused(assessment, at=at)
    publish(Event.ASSESSOR_RECUSED, assessment, by=by, at=at)


@transaction.atomic
def declare_conflict(application: Application, *, explanation: str, by: User, at: datetime) -> None:
    """Declare a conflict for the committee or the office: the application and its scores leave the person's sight.

    Somebody who was also asked to assess it is recused from that.
    """
    check(by, "applications.declare_application", application)
    require(bool(explanation.strip()), "Enter what the conflict of interest is.", "explanation")
    letters.recipients.take_back(application, by)
    for assessment in application.assessments.filter(assessor=by):
        if ASSESSMENT.allows(assessment, "recuse"):
            _recuse(assessment, explanation, by, at)
    _record_interest(application, by, at, has_conflict=True, explanation=explanation)
    attendance.excuse(application, by, by=by, at=at)
    trail.record(TrailEvent.CONFLICT_DECLARED, application, by=by, at=at)


def _record_interest(application: Application, by: User, at: datetime, *, has_conflict: bool, explanation: str) -> None:
    declared = {"has_conflict": has_conflict, "explanation": explanation.strip(), "declared_at": at}
    if has_conflict:  # what the office decided was about what it knew
        decided = {"handling": "", "measure": "", "review_on": None, "handled_by": None, "handled_at": None}
        declared |= {"source": Interest.Source.DECLARED, **decided}
    elif application.interests.filter(person=by, has_conflict=True).exists():
        return  # stays under a measure of the office, which is not theirs to change
    Interest.objects.update_or_create(application=application, person=by, defaults=declared)
    by.forget_answers()


def record_none(application: Application, *, by: User, at: datetime) -> None:
    """Record for the committee or the office that there is no conflict; one that is known is theirs to keep."""
    check(by, "applications.declare_application", application)
    known = application.interests.binding().filter(person=by).exists()
    require(not known, "A conflict of interest is recorded. Only the grants office can change it.", code="pinned")
    _record_interest(application, by, at, has_conflict=False, explanation="")
    trail.record(TrailEvent.NO_CONFLICT_DECLARED, application, by=by, at=at)


@transaction.atomic
def score(
    assessment: Assessment, *, criterion: Criterion, score: int | None, reason: str, by: User, at: datetime
) -> None:
    check(by, "applications.score_assessment", assessment)
    save(assessment, marks={criterion: (score, reason)}, by=by, at=at)


@transaction.atomic
def save(
    assessment: Assessment,
    *,
    marks: score_boxes.Marks,
    by: User,
    at: datetime,
    words: Mapping[str, str] | None = None,
    sent: Container[str] | None = None,
    token: SaveToken = NOT_FROM_A_PAGE,
    while_typing: bool = False,
) -> Saved:
    """Keep what has been scored and written so far; `marks` is (score or None, reason) by criterion.

    `words` are those of the whole sheet by name: recommendation, overall_view, private_notes.

    Of a page that did not send all boxes, `sent` names those that it did ("score_a"): the others are not changed.

    Each score and each reason is compared by itself with what is saved, as the boxes of an application are
    (applications/autosave.py): a second window of the assessor changes only what was changed in it. Raises Refused once
    the assessment is complete, before interests are declared, for another's assessment, for a score outside 0 to 4 and
    for a criterion of another call.
    """
    check(by, "applications.score_assessment", assessment)
    score_boxes.refuse(assessment, marks, words or {})
    _lock_begun(assessment)
    saved, typed = score_boxes.saved(assessment), score_boxes.typed(marks, words or {})
    typed = {name: text for name, text in typed.items() if sent is None or name in sent}
    names.refuse_out_of_turn(assessment, saved, typed)
    verdicts = score_boxes.compare(assessment, saved, typed, token, while_typing=while_typing)
    is_own = assessment.assessor_id == by.pk
    conflicts = [
        Conflict(name, saved[name], None, is_own=is_own) for name in verdicts if verdicts[name] == Verdict.CONFLICT
    ]
    result = Saved.of(token, typed=typed, saved=saved, verdicts=verdicts, conflicts=conflicts)
    if result.written:
        _write(assessment, result, {**saved, **{name: typed[name] for name in result.written}}, marks, token)
        criteria = sorted({name[-1] for name in result.written if name not in score_boxes.OF_SHEET})
        trail.record(TrailEvent.SCORES_SAVED, assessment, by=by, at=at, criteria=criteria)
    return result


def _write(
    assessment: Assessment, result: Saved, texts: Mapping[str, str], marks: score_boxes.Marks, token: SaveToken
) -> None:
    score_boxes.write(assessment, texts, marks)
    of_sheet = [name for name in result.written if name in score_boxes.OF_SHEET]
    for name in of_sheet:
        setattr(assessment, name, texts[name])
    assessment.saved_from |= {name: [token.window, token.edits] for name in result.written}
    assessment.save(update_fields=[*of_sheet, "saved_from"])


def _lock_begun(assessment: Assessment) -> None:
    # A score must not slip in beside "complete": the lock holds the row until this transaction ends (on SQLite the
    # transaction has the write lock from its beginning).
    begun = Assessment.objects.select_for_update().filter(pk=assessment.pk, status=AssessmentStatus.BEGUN).first()
    if begun is not None:
        for name in (*score_boxes.OF_SHEET, "saved_from"):
            setattr(assessment, name, getattr(begun, name))
        return
    status = Assessment.objects.values_list("status", flat=True).get(pk=assessment.pk)
    if status == AssessmentStatus.COMPLETE:
        raise Refused("This assessment is complete, so you cannot change it.")
    if status == AssessmentStatus.RECUSED:
        raise Refused("You have stood aside from this application, so you cannot score it.")
    raise Refused("Declare your interest first: whether you have a conflict of interest with this application.")


class Unfinished(Refused):
    """The assessment lacks something; `gaps` has a sentence for each, by the name of its box."""

    def __init__(self, gaps: Mapping[str, str]) -> None:
        super().__init__(f"The assessment is not complete yet. {' '.join(gaps.values())}", code="unfinished")
        self.gaps = gaps


@transaction.atomic
def complete(
    assessment: Assessment,
    *,
    by: User,
    at: datetime,
    overall_view: str | None = None,
    recommendation: str | None = None,
) -> None:
    """Finish and lock the assessment. Raises Unfinished, which names every score, reason and view that is missing.

    `overall_view` and `recommendation` replace what was saved before.
    """
    check(by, "applications.complete_assessment", assessment)
    _lock_begun(assessment)
    view = assessment.overall_view if overall_view is None else overall_view.strip()
    advice = assessment.recommendation if recommendation is None else recommendation
    if gaps := dict(_gaps(assessment, advice)):
        raise Unfinished(gaps)
    names.open_at_completion(assessment, by=by, at=at)
    ASSESSMENT.advance(assessment, "complete", completed_at=at, overall_view=view, recommendation=advice)
    by.forget_answers()
    outbox.withdraw([assessment])  # what asked for it and reminded of it
    seal(assessment, at=at)
    trail.record(TrailEvent.ASSESSMENT_COMPLETE, assessment, by=by, at=at)


def _gaps(assessment: Assessment, recommendation: str) -> Iterator[tuple[str, str]]:
    texts = score_boxes.saved(assessment)
    closed = names.turn_of(assessment).closed
    for criterion in assessment.application.call.criteria.all():
        score, reason = f"score_{criterion.letter}", f"reason_{criterion.letter}"
        if criterion in closed and not texts[score]:
            yield score, f"Open the name, then score criterion {criterion}."
            continue
        if not texts[score]:
            yield score, f"Choose a score from 0 to 4 for criterion {criterion}."
        if not is_visible(texts[reason]):
            yield reason, f"Give a reason for your score on criterion {criterion}."
        elif (over := len(texts[reason]) - MOST_REASON) > 0:
            yield reason, f"Take {over:,} characters out of your reason on criterion {criterion}: the most is 5,000."
    if recommendation not in Recommendation.values:
        yield "recommendation", "Choose whether you recommend this application, with conditions or not."
