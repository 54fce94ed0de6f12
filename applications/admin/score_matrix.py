"""Finished scores on one call side by side: applications × criteria × assessors."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.paginator import Paginator
from django.db.models import F, FloatField, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from applications.lifecycle import HANDED_IN, AssessmentStatus
from applications.models import Application, Assessment, Call, Criterion, Score
from applications.scoring import BEST, Comparison, Mark, Sheet
from core.accounts.models import User
from core.accounts.requests import signed_in
from core.admin.readonly import around
from core.visibility import visible

PAGE = 50


def mean_score(user: User) -> Subquery:
    """An application's mean score from 0 to 4, by its criteria's weights, over the finished assessments that they see.

    None to an assessor who has not finished their own assessment of it.
    """
    finished = visible(Assessment.objects.filter(status=AssessmentStatus.COMPLETE), user)
    scores = Score.objects.filter(assessment__application=OuterRef("pk"), assessment__in=finished.values("pk"))
    weighed = Cast(Sum(F("score") * F("criterion__weight")), FloatField()) / Sum("criterion__weight")
    return Subquery(scores.order_by().values("assessment__application").annotate(mean=weighed).values("mean"))


def sheet_of(assessment: Assessment) -> Sheet:
    """An assessment's marks as sums read them; wants its scores with their criteria."""
    marks = tuple(
        Mark(score.criterion.letter, score.score, score.criterion.weight, score.reason)
        for score in assessment.scores.all()
        if score.score is not None
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


def matrix_view(calls: "ModelAdmin[Call]") -> Callable[[HttpRequest, int], HttpResponse]:

    def view(request: HttpRequest, pk: int) -> HttpResponse:
        user = signed_in(request)
        call = calls.get_object(request, str(pk))
        if call is None or not user.has_perm("applications.view_call_scores", call):
            raise Http404
        criteria = list(call.criteria.all())
        page = Paginator(submitted_to(call, user), PAGE).get_page(request.GET.get("p"))
        context = {
            **around(request),
            "title": f"Scores side by side: {call}",
            "opts": calls.opts,
            "original": call,
            "criteria": criteria,
            "best": BEST * sum(criterion.weight for criterion in criteria),
            "page": page,
            "rows": [(row, side_by_side(sheets(row.finished), criteria)) for row in page],
        }
        return TemplateResponse(request, "admin/applications/call/matrix.html", context)

    return view


def submitted_to(call: Call, user: User) -> QuerySet[Any]:
    """The call's applications that this person sees, the best mean first, each with its `finished` assessments."""
    return (
        visible(Application, user)
        .filter(call=call, status__in=HANDED_IN)
        .select_related("organisation", "post")
        .prefetch_related(Prefetch("assessments", with_scores(user), to_attr="finished"))
        .annotate(mean=mean_score(user))
        .order_by(F("mean").desc(nulls_last=True), "reference")
    )
