"""Fetches an application for a view: one's own to write, or one that may be read; anything else is not found."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect

from applications.models import Answer, Application, SectionSave
from applications.visibility import writable_applications
from core.accounts.requests import Personal
from core.accounts.rules import is_funder_officer
from core.visibility import visible

View = Callable[..., HttpResponseBase]
SAFE = {"GET", "HEAD"}


def theirs(request: Personal, reference: str, section: str = "") -> Any:
    """Return an application of one's organisation (for officers: one the office entered) with everything, or 404."""
    saves = SectionSave.objects.filter(application=OuterRef("pk"), section=section).values("version")
    found = Application.objects.whole().annotate(seen_version=Subquery(saves))
    return get_object_or_404(writable_applications(found.by_reference(reference), request.user))


def own(request: Personal, reference: str, section: str = "") -> Any:
    """Return an application that this person writes, or raise Http404: what the office entered, only officers write."""
    application = theirs(request, reference, section)
    if application.is_entered and not is_funder_officer(request.user, application):
        raise Http404
    return application


def readable(request: Personal, reference: str) -> Any:
    """Return an application that this person may read in full, or raise Http404."""
    rows = visible(Application.objects.by_reference(reference), request.user)
    application = get_object_or_404(rows.whole().annotate(has_earlier=Exists(written_before())))
    if not request.user.has_perm("applications.read_application", application):
        raise Http404
    return application


def written_before() -> QuerySet[Answer]:
    """Answers in other applications of the same organisation: they could be brought over."""
    others = Answer.objects.filter(application__organisation=OuterRef("organisation"), application__is_rehearsal=False)
    return others.filter(text__gt="", application__erased_at__isnull=True).exclude(application=OuterRef("pk"))


def with_application(fetch: Callable[..., Any]) -> Callable[[View], View]:
    """Give a view the application instead of its reference; the draft's address leads on to the real one."""

    def decorator(view: View) -> View:
        @wraps(view)
        @login_required
        def found(request: Personal, reference: str, **kwargs: Any) -> HttpResponseBase:
            section = {"section": kwargs["section"]} if "section" in kwargs and fetch is not readable else {}
            application = fetch(request, reference, **section)
            if request.method in SAFE and reference != application.shown_reference:
                match = request.resolver_match
                name = match.view_name if match else "application"
                onward: HttpResponseBase = redirect(name, **{**kwargs, "reference": application.shown_reference})
                return onward
            return view(request, application, **kwargs)

        signed_in: View = found
        return signed_in

    return decorator


of_own = with_application(own)
of_theirs = with_application(theirs)
of_readable = with_application(readable)
