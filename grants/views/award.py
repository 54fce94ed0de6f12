"""Published awards: the public list, and the same as open data."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications.models import Call, Strand
from core.accounts.requests import Arrived
from core.dates import london
from core.spreadsheets import csv_stream
from core.visibility import visible
from grants import exports
from grants.exports.records import has_ended, identifier
from grants.forms.award import AwardFilter
from grants.models import Grant, PublicOutcome
from grants.views.award_charts import charts_of

PER_PAGE = 50


@require_safe
def grants(request: HttpRequest) -> HttpResponse:
    """Every published award, a page at a time; above it the grants of one's own organisations, below it charts."""
    awards = AwardFilter(request.GET, exports.published(), years=years_awarded(), strands=strands_awarded())
    page = Paginator(awards.qs, PER_PAGE).get_page(request.GET.get("page"))
    own = Grant.objects.none()
    if request.user.is_authenticated and request.user.organisation_ids:
        own = Grant.objects.filter(organisation_id__in=request.user.organisation_ids).select_related("post")
    context = {"filter": awards, "page_obj": page, "own": own, "is_filtered": is_filtered(request)}
    context["licence"] = settings.OPEN_DATA_LICENCE
    context |= {"sums": sums_of(awards.qs), "charts": charts_of(awards.qs)}
    return render(request, "grants/grants.html", context)


@require_safe
def award(request: HttpRequest, reference: str) -> HttpResponse:
    """What the public may know of one published award; its sums only where the list has them."""
    award = get_object_or_404(exports.as_open(exports.published()), reference=reference)
    call = award.post.call if award.post else None
    context = {
        "award": award,
        "call": call,
        "strands": call.strands.all() if call else [],
        "reads_call": call is not None and visible(Call, request.user).filter(pk=call.pk).exists(),
        "outcome": PublicOutcome.objects.filter(call=call).first() if call else None,
        "ended_on": (award.ended_on or award.ends_on) if has_ended(award) else None,
        "identifier": "" if award.is_illustrative else identifier(award),
    }
    return render(request, "grants/award.html", context)


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


def strands_awarded() -> list[str]:
    """The titles of the strands of calls from which awards were made; a strand of the same name is one here."""
    made = Grant.objects.published().filter(post__call__strands=OuterRef("pk"))
    return sorted(set(Strand.objects.filter(Exists(made)).values_list("title", flat=True)))


def is_filtered(request: HttpRequest) -> bool:
    return any(request.GET.get(name) for name in AwardFilter.base_filters)
