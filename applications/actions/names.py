"""Names of proposed secondees: hidden from the assessors of a call, and opened once the other criteria are scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from applications.lifecycle import OPEN_ASSESSMENT, AssessmentStatus, CallStatus, TrailEvent
from applications.models import Application, Assessment, Call, Criterion, NameOpening
from applications.rules.names import hides_names, is_own_name_hidden, openings_for
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import is_visible

NOT_HIDDEN = "Names are not hidden from the assessors of this application."
BEGUN = "An assessor has been asked already, so you can no longer change whether names are hidden."


def refuse_once_assessed(call: Call, _at: datetime) -> None:
    is_early = call.status in {CallStatus.DRAFT, CallStatus.PUBLISHED}
    require(is_early, "This call is over, so nothing of it changes.", code="wrong_state")
    begun = Assessment.objects.filter(application__call=call.pk).exists()
    require(not begun, BEGUN, code="assessing_began")


@transaction.atomic
def hide(call: Call, *, by: User, at: datetime) -> None:
    check(by, "applications.hide_names_call", call)
    _set(call, hides=True, by=by, at=at)


@transaction.atomic
def show(call: Call, *, by: User, at: datetime) -> None:
    check(by, "applications.hide_names_call", call)
    _set(call, hides=False, by=by, at=at)


def _set(call: Call, *, hides: bool, by: User, at: datetime) -> None:
    refuse_once_assessed(call, at)
    # One statement: an assessor who is asked at the same moment is either before it or reads what it says.
    begun = Exists(Assessment.objects.filter(application__call=OuterRef("pk")))
    require(bool(Call.objects.filter(~begun, pk=call.pk).update(hides_names=hides)), BEGUN, code="assessing_began")
    call.hides_names = hides
    trail.record(TrailEvent.NAMES_HIDDEN if hides else TrailEvent.NAMES_SHOWN, call, by=by, at=at)


@dataclass(frozen=True)
class Turn:
    """Which criteria of an assessment are scored now; of the others why not."""

    open: tuple[Criterion, ...]
    closed: Mapping[Criterion, str]
    is_hidden: bool = False


def turn_of(assessment: Assessment) -> Turn:
    """All criteria of a call that shows names; else first those without the person, then those about the person.

    An assessor who was asked after the name was opened to all scores every criterion.
    """
    criteria = tuple(assessment.application.call.criteria.all())
    if not assessment.application.call.hides_names:
        return Turn(criteria, {})
    opening = openings_for(assessment.assessor).filter(application=assessment.application_id).first()
    if opening is None:
        later = "You score this criterion after you open the name of the proposed secondee."
        return _split(criteria, {one: later for one in criteria if one.concerns_person}, is_hidden=True)
    if opening.opened_at < assessment.assigned_at:
        return Turn(criteria, {})
    fixed = "The name has been opened, so this score stands."
    return _split(criteria, {one: fixed for one in criteria if not one.concerns_person})


def _split(criteria: tuple[Criterion, ...], closed: Mapping[Criterion, str], *, is_hidden: bool = False) -> Turn:
    return Turn(tuple(one for one in criteria if one not in closed), closed, is_hidden)


def refuse_out_of_turn(assessment: Assessment, saved: Mapping[str, str], typed: Mapping[str, str]) -> None:
    if not assessment.application.call.hides_names:
        return
    for criterion, sentence in turn_of(assessment).closed.items():
        for name in (f"score_{criterion.letter}", f"reason_{criterion.letter}"):
            require(typed.get(name, saved[name]) == saved[name], sentence, name, code="out_of_turn")


def unscored(assessment: Assessment) -> list[Criterion]:
    scores = {one.criterion_id: one for one in assessment.scores.all()}
    others = assessment.application.call.criteria.filter(concerns_person=False)
    return [one for one in others if not _is_scored(scores.get(one.pk))]


def _is_scored(score: object) -> bool:
    return getattr(score, "score", None) is not None and is_visible(getattr(score, "reason", ""))


def refuse_opening(assessment: Assessment, _at: datetime) -> None:
    require(is_own_name_hidden(assessment), "You can see who is proposed.", code="wrong_state")
    missing = ", ".join(f"({one.letter})" for one in unscored(assessment))
    sentence = f"Score the other criteria first, each with a reason. Still missing: {missing}."
    require(not missing, sentence, code="unscored")


@transaction.atomic
def open_to_assessor(assessment: Assessment, *, by: User, at: datetime) -> None:
    """Open the name to the assessor; from then on their scores on the other criteria stand."""
    check(by, "applications.open_name_assessment", assessment)
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)  # no score changes beside it
    refuse_opening(locked, at)
    _open(assessment.application, assessment.assessor, TrailEvent.NAME_OPENED, assessment, by=by, at=at)


def refuse_opening_to_all(application: Application, _at: datetime) -> None:
    require(hides_names(application), NOT_HIDDEN, code="wrong_state")
    opened = application.name_openings.filter(assessor=None).exists()
    require(not opened, "The name has been opened to all assessors.", code="wrong_state")
    asked = application.assessments.filter(Q(status__in=OPEN_ASSESSMENT) | Q(status=AssessmentStatus.COMPLETE))
    rows = list(asked.select_related("assessor", "application__call"))
    require(bool(rows), "No assessor has been asked yet.", code="unscored")
    late = [str(one.assessor) for one in rows if one.status == AssessmentStatus.ASSIGNED or unscored(one)]
    sentence = f"These assessors have still to score the other criteria: {', '.join(late)}."
    require(not late, sentence, code="unscored")


@transaction.atomic
def open_to_all(application: Application, *, by: User, at: datetime) -> None:
    """Open the name to every assessor of the application, once all have scored the other criteria."""
    check(by, "applications.open_name_application", application)
    list(Assessment.objects.select_for_update().filter(application=application.pk).order_by("pk"))
    refuse_opening_to_all(application, at)
    _open(application, None, TrailEvent.NAME_OPENED_TO_ALL, application, by=by, at=at)


def open_at_completion(assessment: Assessment, *, by: User, at: datetime) -> None:
    """Open the name to who has completed all criteria of a call in which none is about the person."""
    if assessment.application.call.hides_names and turn_of(assessment).is_hidden:
        _open(assessment.application, assessment.assessor, TrailEvent.NAME_OPENED, assessment, by=by, at=at)


def _open(
    application: Application,
    assessor: User | None,
    event: TrailEvent,
    thing: Application | Assessment,
    *,
    by: User,
    at: datetime,
) -> None:
    opening, is_new = NameOpening.objects.get_or_create(
        application=application, assessor=assessor, defaults={"opened_by": by, "opened_at": at}
    )
    if not is_new:
        raise Refused("The name has been opened already.", code="wrong_state")
    seal(opening, at=at)
    trail.record(event, thing, by=by, at=at)
