"""Finished scores on one call side by side: applications × criteria × assessors."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F, FloatField, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Cast

from applications.lifecycle import AssessmentStatus
from applications.models import Assessment, Criterion, Score
from applications.models.assessment import CURRENT_SCORE
from applications.scoring import Comparison, Mark, Sheet
from core.accounts.models import User
from core.visibility import visible

PAGE = 50


def mean_score(user: User) -> Subquery:
    """An application's mean score from 0 to 4, by its criteria's weights, over the finished assessments that they see.

    None to an assessor who has not finished their own assessment of it.
    """
    finished = visible(Assessment.objects.filter(status=AssessmentStatus.COMPLETE), user)
    scores = Score.objects.filter(assessment__application=OuterRef("pk"), assessment__in=finished.values("pk"))
    weighed = Cast(Sum(CURRENT_SCORE * F("criterion__weight")), FloatField()) / Sum("criterion__weight")
    return Subquery(scores.order_by().values("assessment__application").annotate(mean=weighed).values("mean"))


def total_of() -> Subquery:
    """An assessment's total, by its criteria's weights; None without a score."""
    scores = Score.objects.filter(assessment=OuterRef("pk")).order_by().values("assessment")
    return Subquery(scores.annotate(total=Sum(CURRENT_SCORE * F("criterion__weight"))).values("total"))


def sheet_of(assessment: Assessment) -> Sheet:
    """An assessment's marks as sums read them; wants its scores with their criteria."""
    marks = tuple(
        Mark(score.criterion.letter, score.current, score.criterion.weight, score.revised_reason or score.reason)
        for score in assessment.scores.all()
        if score.current is not None
    )
    return Sheet(str(assessment.assessor), assessment.party, marks)


def sheets(assessments: Iterable[Assessment]) -> Comparison:
    return Comparison(tuple(sheet_of(one) for one in assessments if one.status == AssessmentStatus.COMPLETE))


def with_scores(user: User) -> QuerySet[Assessment]:
    scores = Prefetch("scores", Score.objects.select_related("criterion"))
    finished = visible(Assessment, user).filter(status=AssessmentStatus.COMPLETE)
    return finished.select_related("assessor").prefetch_related(scores)


def side_by_side(comparison: Comparison, criteria: Iterable[Criterion]) -> dict[str, Any]:
    """What the table of one application shows: a line per assessor, then mean, spread and difference."""
    letters = [criterion.letter for criterion in criteria]
    return {
        "lines": [
            {"sheet": sheet, "scores": [sheet.score_of(letter) for letter in letters]} for sheet in comparison.sheets
        ],
        "means": [comparison.mean_of(letter) for letter in letters],
        "spreads": [comparison.spread_of(letter) for letter in letters],
        "differences": [
            {"value": signed(comparison.difference_of(letter)), "is_apart": comparison.is_apart_on(letter)}
            for letter in letters
        ],
        "difference": signed(comparison.difference),
        "comparison": comparison,
    }


def signed(value: Decimal | None) -> str:
    """A difference with its sign: "+1.5", "−2.0", "0.0"; a dash for none."""
    if value is None:
        return "–"
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)}"
