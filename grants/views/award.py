"""Published awards: the public list, and the same as open data."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.accounts.requests import Arrived
from core.dates import london
from core.spreadsheets import csv_stream
from grants import exports
from grants.forms.award import AwardFilter
from grants.models import Grant

PER_PAGE = 50


@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """Every published award, a page at a time; above it the grants of one's own organisations."""
    awards = AwardFilter(request.GET, exports.published(), years=years_awarded())
    page = Paginator(awards.qs, PER_PAGE).get_page(request.GET.get("page"))
    own = Grant.objects.none()
    if request.user.is_authenticated and request.user.organisation_ids:
        own = Grant.objects.filter(organisation_id__in=request.user.organisation_ids).select_related("post")
    context = {"filter": awards, "page_obj": page, "own": own, "is_filtered": is_filtered(request)}
    context["licence"] = settings.OPEN_DATA_LICENCE
    context["sums"] = sums_of(awards.qs)
    return render(request, "grants/grants.html", context)


@require_safe
def grants_360giving_json(request: Arrived) -> StreamingHttpResponse:
    stream = exports.json_stream(address=request.path, on=london(request.arrived_at).date())
    return StreamingHttpResponse(stream, content_type="application/json")


@require_safe
def grants_360giving_csv(request: HttpRequest) -> StreamingHttpResponse:
    stream = csv_stream(exports.COLUMNS, exports.rows())
    named = {"Content-Disposition": 'attachment; filename="360giving.csv"'}
    return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8", headers=named)


def sums_of(awards: QuerySet[Grant]) -> dict[str, Any]:
    """How many organisations these awards went to, and their total without amounts that the records do not give."""
    is_known = Q(is_illustrative=False)
    return awards.order_by().aggregate(
        organisations=Count("organisation", distinct=True),
        total=Sum("total", filter=is_known),
        illustrative=Count("pk", filter=~is_known),
    )


def years_awarded() -> list[int]:
    # The two ends are index look-ups; DISTINCT over the years would read every award.
    ends = Grant.objects.published().aggregate(first=Min("agreed_on"), last=Max("agreed_on"))
    return list(range(ends["last"].year, ends["first"].year - 1, -1)) if ends["first"] else []


def is_filtered(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in AwardFilter.base_filters)
