"""The public pages of calls, and the start of an application."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications import documents
from applications.form_schema import FACTS, example_of
from applications.forms.calculator import CalculatorForm
from applications.forms.documents import LIMIT
from applications.lifecycle import CALL_PUBLIC
from applications.models import Application, Call, CallInvitation
from applications.models.call import Section
from applications.views.invitations import held, invited_until
from core.accounts.models import User
from core.accounts.requests import Arrived
from core.documents.responses import respond
from core.files import types
from core.visibility import visible

PER_PAGE = 20
FIGURES = frozenset({"salary", "days", "months"})  # what the calculator is asked with


def visible_or_404(request: Arrived, slug: str) -> Call:
    """Return a call that this person may see."""
    rows = visible(Call, request.user).select_related("programme__funder", "programme__host", "goal")
    return get_object_or_404(rows, slug=slug)


def readable_or_404(request: Arrived, slug: str) -> tuple[Call, CallInvitation | None]:
    """Return a call that this visitor may read: also by the code of an invitation shown before, which is returned."""
    invitation = held(request)
    if invitation is not None and invitation.call.slug == slug and invitation.call.status in CALL_PUBLIC:
        return invitation.call, invitation
    return visible_or_404(request, slug), None


@require_safe
def calls(request: Arrived) -> HttpResponse:
    """Show what is open, what will be, and what was."""
    now = request.arrived_at
    shown = visible(Call, request.user).exclude(status="draft").defer("brief", "pay_principle")
    # A grace lasts hours at most, so what closed before yesterday is not open.
    may_be_open = Q(closes_at__gt=now - timedelta(days=1)) | Q(closes_at__isnull=True)
    found = list(shown.filter(may_be_open, status="published").prefetch_related("posts"))
    open_now = [call for call in found if call.is_open(now)]
    opening = [call for call in found if now < call.opens_at]
    past = shown.exclude(pk__in=[call.pk for call in (*open_now, *opening)])
    page = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    context = {"open_now": open_now, "opening": opening, "past": list(page), "page_obj": page}
    return render(request, "applications/calls.html", context)


@require_safe
def call(request: Arrived, slug: str) -> HttpResponse:
    """Show one call: dates, post, criteria, pay, and every question before anybody registers."""
    found, invitation = readable_or_404(request, slug)
    terms, budget = example_of(found)
    calculator = CalculatorForm(request.GET if FIGURES & set(request.GET) else None, call=found, example=terms)
    worked_out = calculator.budget() if calculator.is_bound else budget
    if request.htmx:
        context = {"call": found, "form": calculator, "budget": worked_out}
        return render(request, "applications/call_calculator.html", context)
    questions = list(found.questions.select_related("criterion"))
    until = invited_until(request, found, invitation)
    posts = list(found.posts.all())
    own = request.user.organisation_ids if isinstance(request.user, User) else frozenset()
    begun = list(Application.objects.begun(found, own))
    context = {
        "call": found,
        "file_limit": LIMIT,
        "invitation": invitation,
        "invited_until": until,
        "closes_at": until or found.closes_at,
        "is_open": found.is_open(request.arrived_at) and not is_over(found, until, request.arrived_at),
        "opens_later": request.arrived_at < found.opens_at,
        "dates": documents.key_dates(found, until or found.closes_at, request.arrived_at),
        "posts": posts,
        "begun": begun,
        "may_begin_another": len(begun) < len(posts) * len(own),
        "criteria": found.criteria.all(),
        "sections": [
            (section, FACTS[section].values(), [row for row in questions if row.section == section])
            for section in Section
        ],
        "rates": found.rates,
        "form": calculator,
        "budget": worked_out,
        "deciders": documents.who_decides(found),
        "clarifications": found.clarifications.all(),
    }
    return render(request, "applications/call.html", context)


def is_over(call: Call, until: datetime | None, now: datetime) -> bool:
    """Tell whether an invitation ended before the call did; the call's unshown grace counts as it does there."""
    return until is not None and now >= until + timedelta(seconds=call.grace_seconds)


@require_safe
def call_calendar(request: Arrived, slug: str) -> HttpResponseBase:
    """Give the deadline as a calendar file: the one that the call's page tells this visitor."""
    found, invitation = readable_or_404(request, slug)
    closes_at = invited_until(request, found, invitation) or found.closes_at
    if closes_at is None:
        raise Http404
    name, content = documents.deadline(found, closes_at)
    return types.send(BytesIO(content), name, "text/calendar")


@require_safe
def call_blank(request: Arrived, slug: str) -> HttpResponseBase:
    """Give a blank copy of the form, to print and talk over."""
    found, invitation = readable_or_404(request, slug)
    closes_at = invited_until(request, found, invitation) or found.closes_at
    document = documents.blank(found, closes_at, at=request.arrived_at)
    is_public = invitation is None and closes_at == found.closes_at and found.status in CALL_PUBLIC
    return respond(request, document, is_public=is_public)
