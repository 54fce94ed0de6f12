"""Fetches what a view is about, or answers 404: for what may not be seen the same as for what does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from applications.models import Answer, Application, Call, ExpressionOfInterest
from applications.visibility import writable_applications
from core.accounts.requests import Arrived, Personal
from core.permissions import may_ever
from core.visibility import visible_or_404

View = Callable[..., HttpResponseBase]
Fetch = Callable[[Personal, str], Application]
SAFE = {"GET", "HEAD"}


def call_or_404(request: Arrived, slug: str) -> Call:
    calls = Call.objects.select_related("programme__funder", "programme__host", "goal")
    return visible_or_404(calls, request.user, slug=slug)


def expression_or_404(request: Personal, reference: str) -> ExpressionOfInterest:
    expressions = ExpressionOfInterest.objects.select_related("programme", "organisation", "call", "sent_by")
    return visible_or_404(expressions, request.user, reference=reference)


def own_expression_or_404(request: Personal, reference: str) -> ExpressionOfInterest:
    expression = expression_or_404(request, reference)
    if not may_ever(request.user, "applications.change_expressionofinterest", expression):
        raise Http404
    return expression


def _openable(request: Personal, reference: str) -> Application:
    whole = Application.objects.whole().by_reference(reference)
    return get_object_or_404(writable_applications(whole, request.user))


def _writable(request: Personal, reference: str) -> Application:
    """One that the person may write in, whatever state it is in: what the office entered, only the office writes."""
    application = _openable(request, reference)
    if not may_ever(request.user, "applications.change_application", application):
        raise Http404
    return application


def _readable(request: Personal, reference: str) -> Application:
    whole = Application.objects.whole().annotate(was_written_before=Exists(written_before())).by_reference(reference)
    application = visible_or_404(whole, request.user, "applications.read_application")
    application.has_earlier = getattr(application, "was_written_before", False)
    return application


def written_before() -> QuerySet[Answer]:
    others = Answer.objects.filter(application__organisation=OuterRef("organisation"), application__is_rehearsal=False)
    return others.filter(text__gt="", application__erased_at__isnull=True).exclude(application=OuterRef("pk"))


def _with_application(fetch: Fetch) -> Callable[[View], View]:
    """Give a view the application instead of its reference; the draft's address leads on to the real one."""

    def decorator(view: View) -> View:
        @wraps(view)
        @login_required
        def fetched(request: Personal, reference: str, **kwargs: Any) -> HttpResponseBase:
            application = fetch(request, reference)
            if request.method in SAFE and reference != application.shown_reference:
                match = request.resolver_match
                name = match.view_name if match else "application"
                onward: HttpResponseBase = redirect(name, **{**kwargs, "reference": application.shown_reference})
                return onward
            return view(request, application, **kwargs)

        signed_in: View = fetched
        return signed_in

    return decorator


with_writable = _with_application(_writable)
with_openable = _with_application(_openable)
with_readable = _with_application(_readable)
