"""Scores revised after the visit: the score from before and the revised one both stand."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from applications.actions.assessments import MOST_REASON
from applications.lifecycle import AssessmentStatus, TrailEvent, VisitStatus
from applications.models import Assessment, Score
from applications.scoring import BEST
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import require
from core.permissions import check
from core.text import is_visible


def refuse_revising(assessment: Assessment, _at: datetime) -> None:
    """Raise Refused before the visit was held, and once the scores were revised."""
    require(assessment.status == AssessmentStatus.COMPLETE, "Complete your assessment first.", code="wrong_state")
    held = assessment.application.visits.filter(status=VisitStatus.HELD).exists()
    require(held, "You can revise your scores when the visit has been recorded as held.", code="wrong_state")
    is_revised = assessment.scores.filter(revised_at__isnull=False).exists()
    require(not is_revised, "You have revised your scores. They can be revised once.", code="wrong_state")


@transaction.atomic
def revise(assessment: Assessment, *, marks: Mapping[str, tuple[int, str]], by: User, at: datetime) -> None:
    """Revise scores after the visit, once; `marks` is (score, reason) by the criterion's letter.

    Criteria whose score stays are left as they are. Raises Refused where nothing changes or a reason is missing.
    """
    check(by, "applications.revise_assessment", assessment)
    Assessment.objects.select_for_update().get(pk=assessment.pk)  # a second window waits, and then finds it revised
    refuse_revising(assessment, at)
    scores = {score.criterion.letter: score for score in assessment.scores.select_related("criterion")}
    changed = {letter: mark for letter, mark in marks.items() if letter in scores and mark[0] != scores[letter].score}
    require(bool(changed), "Change at least one score, or cancel.")
    for letter, (score, reason) in changed.items():
        require(score in range(BEST + 1), "Choose a score from 0 to 4.", f"score_{letter}")
        sentence = f"Say what changed your score on criterion {scores[letter].criterion}."
        require(is_visible(reason), sentence, f"reason_{letter}")
        require(len(reason) <= MOST_REASON, "A reason has at most 5,000 characters.", f"reason_{letter}")
    for letter, (score, reason) in changed.items():
        row = Score.objects.filter(pk=scores[letter].pk, revised_at__isnull=True)
        row.update(revised_score=score, revised_reason=reason.strip(), revised_at=at)
        seal(Score.objects.get(pk=scores[letter].pk), at=at)
    trail.record(TrailEvent.SCORES_REVISED, assessment, by=by, at=at, criteria=sorted(changed))
