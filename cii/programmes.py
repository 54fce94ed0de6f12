"""The public pages of one programme: its front page, who decides what, and its awards as open data."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications.documents import who_decides
from applications.lifecycle import CallStatus
from applications.models import Call
from core.accounts.models import Programme
from core.accounts.requests import Arrived
from core.dates import london
from core.letters import page_texts
from core.spreadsheets import csv_stream
from core.visibility import visible
from grants import exports
from grants.exports.position import public_fund
from grants.models import Contribution, PublicOutcome
from grants.views.award import sums_of

MOST_AWARDS = 10


def fetch(slug: str) -> Programme:
    return get_object_or_404(Programme.objects.select_related("funder", "host", "learning_partner"), slug=slug)


@require_safe
def programme(request: Arrived, slug: str) -> HttpResponse:
    """The programme's own front page: calls, who runs it, how it works."""
    of, now = fetch(slug), request.arrived_at
    taking = Call.objects.taking_applications(now).filter(programme=of).prefetch_related("posts")
    open_now = list(visible(taking, request.user))
    readable = visible(Call, request.user).filter(programme=of).exclude(status=CallStatus.DRAFT)
    others = readable.exclude(pk__in=[call.pk for call in open_now])
    context = {
        "programme": of,
        **{name.partition(".")[2]: said for name, said in page_texts.said_of(of, page_texts.FRONT).items()},
        "funders": of.funding_organisations,
        "calls": open_now,
        "opening": others.filter(status=CallStatus.PUBLISHED, opens_at__gt=now),
        "past": others.exclude(status=CallStatus.PUBLISHED, opens_at__gt=now)[:MOST_AWARDS],
        "has_awards": exports.published(of).exists(),
    }
    return render(request, "pages/programme.html", context)


@require_safe
def programme_openness(request: HttpRequest, slug: str) -> HttpResponse:
    """Who decides what, who pays, and what was awarded."""
    of = fetch(slug)
    awards = exports.published(of)
    context = {
        "programme": of,
        "funders": of.funding_organisations,
        "deciders": who_decides(of),
        "outcomes": PublicOutcome.objects.filter(call__programme=of).select_related("call"),
        "awards": awards[:MOST_AWARDS],
        "number": awards.count(),
        "sums": sums_of(awards),
    }
    return render(request, "pages/programme_openness.html", context)


@require_safe
def programme_fund(request: Arrived, slug: str) -> HttpResponse:
    """For funders who would join: what the fund is for, what came in, how money for one purpose is used."""
    of, today = fetch(slug), london(request.arrived_at).date()
    context = {
        "programme": of,
        "funders": of.funding_organisations,
        "goals": in_force(of.goals, today.year),
        "strands": in_force(of.strands, today.year),
        "kinds": [label for _, label in Contribution.Kind.choices],
        "fund": public_fund(of, today),
        "day": today,
        "number": exports.published(of).count(),
    }
    return render(request, "pages/programme_fund.html", context)


def in_force(rows: Any, year: int) -> Any:
    return rows.filter(Q(to_year__isnull=True) | Q(to_year__gte=year), from_year__lte=year)


@require_safe
def programme_360giving_json(request: Arrived, slug: str) -> StreamingHttpResponse:
    stream = exports.json_stream(fetch(slug), address=request.path, on=london(request.arrived_at).date())
    return StreamingHttpResponse(stream, content_type="application/json")


@require_safe
def programme_360giving_csv(_request: HttpRequest, slug: str) -> StreamingHttpResponse:
    of = fetch(slug)
    named = {"Content-Disposition": f'attachment; filename="{of.slug}-360giving.csv"'}
    stream = csv_stream(exports.COLUMNS, exports.rows(of))
    return StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8", headers=named)
