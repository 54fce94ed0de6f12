"""The public pages of calls."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from applications import documents
from applications.form_schema import asked_in, example_of
from applications.forms.calculator import CalculatorForm
from applications.forms.documents import LIMIT
from applications.forms.eligibility import EligibilityForm
from applications.lifecycle import CallStatus
from applications.models import Application, Call, CallInvitation
from applications.models.question import Question
from applications.models.section import Section, SectionOfCall
from applications.views.fetch import call_or_404
from applications.views.invitations import held, invited_until, own_organisations
from applications.views.presenters import BegunLink, CallWindow
from core.accounts.requests import Arrived
from core.documents.responses import respond
from core.files import types
from core.forms import posted
from core.visibility import visible

PER_PAGE = 20
FIGURES = frozenset({"salary", "days", "months"})  # what the calculator is asked with


def readable_or_404(request: Arrived, slug: str) -> tuple[Call, CallInvitation | None]:
    """Return a call that this visitor may read: also by the code of an invitation shown before, which is returned."""
    invitation = held(request)
    if invitation is not None and invitation.call.slug == slug and invitation.call.is_out:
        return invitation.call, invitation
    return call_or_404(request, slug), None


@require_safe
def calls(request: Arrived) -> HttpResponse:
    now = request.arrived_at
    out = visible(Call, request.user).exclude(status=CallStatus.DRAFT).defer("brief", "pay_principle")
    # A grace lasts hours at most, so what closed before yesterday is not open.
    may_be_open = Q(closes_at__gt=now - timedelta(days=1)) | Q(closes_at__isnull=True)
    current = list(out.filter(may_be_open, status=CallStatus.PUBLISHED).prefetch_related("posts"))
    open_now = [call for call in current if call.is_open(now)]
    opening = [call for call in current if now < call.opens_at]
    past = out.exclude(pk__in=[call.pk for call in (*open_now, *opening)])
    page = Paginator(past, PER_PAGE).get_page(request.GET.get("page"))
    context = {"open_now": open_now, "opening": opening, "past": list(page), "page_obj": page}
    return render(request, "applications/calls.html", context)


@require_safe
def call(request: Arrived, slug: str) -> HttpResponse:
    call, invitation = readable_or_404(request, slug)
    terms, budget = example_of(call)
    calculator = CalculatorForm(request.GET if FIGURES & set(request.GET) else None, call=call, example=terms)
    sums = {"call": call, "form": calculator, "budget": calculator.budget() if calculator.is_bound else budget}
    if request.htmx:
        return render(request, "applications/_call_calculator.html", sums)
    window = CallWindow.of(call, invited_until(request, call, invitation), request.arrived_at)
    context = {
        **sums,
        **begun_in(call, request),
        "invitation": invitation,
        "window": window,
        "dates": documents.key_dates(call, window.closes_at, request.arrived_at),
        "criteria": call.criteria.all(),
        "sections": questions_of(call),
        "rates": call.rates,
        "funders": call.programme.funding_organisations,
        "deciders": documents.who_decides(call.programme),
        "clarifications": call.clarifications.all(),
    }
    return render(request, "applications/call.html", context)


def begun_in(call: Call, request: Arrived) -> dict[str, Any]:
    own, posts = own_organisations(request), list(call.posts.all())
    begun = BegunLink.for_all(Application.objects.begun(call, own))
    return {"posts": posts, "begun": begun, "may_begin_another": len(begun) < len(posts) * len(own)}


def questions_of(call: Call) -> list[tuple[SectionOfCall, list[str], list[Question]]]:
    questions = list(call.questions.select_related("criterion"))
    sections = call.form_sections
    facts = {str(section): asked_in(call, section) for section in sections}
    facts[Section.DOCUMENTS].append(f"Each a {LIMIT}")
    return [(section, facts[section], [row for row in questions if row.section == section]) for section in sections]


@require_safe
def call_calendar(request: Arrived, slug: str) -> HttpResponseBase:
    """The deadline as a calendar file: the one that the call's page tells this visitor."""
    call, invitation = readable_or_404(request, slug)
    closes_at = invited_until(request, call, invitation) or call.closes_at
    if closes_at is None:
        raise Http404
    name, content = documents.deadline(call, closes_at)
    return types.send(BytesIO(content), name, "text/calendar")


@require_safe
def call_blank(request: Arrived, slug: str) -> HttpResponseBase:
    call, invitation = readable_or_404(request, slug)
    closes_at = invited_until(request, call, invitation) or call.closes_at
    document = documents.blank(call, closes_at, at=request.arrived_at, is_awaited=True)
    is_public = invitation is None and closes_at == call.closes_at and call.is_out
    return respond(request, document, is_public=is_public)


@require_http_methods(["GET", "HEAD", "POST"])
def call_eligibility(request: Arrived, slug: str) -> HttpResponse:
    """Say whether the visitor's organisation can apply. Nothing is kept of the answers."""
    call, invitation = readable_or_404(request, slug)
    closes_at = invited_until(request, call, invitation) or call.closes_at
    window = CallWindow.of(call, closes_at, request.arrived_at)
    form = EligibilityForm(posted(request), call=call, closes_at=closes_at)
    is_answered = form.is_bound and form.is_valid()
    context = {**begun_in(call, request), "form": form, "call": call, "window": window, "is_answered": is_answered}
    context |= {"invitation": invitation, "obstacles": form.obstacles() if is_answered else []}
    return render(request, "applications/call_eligibility.html", context)
