"""The pages that every service owes its readers: accessibility, privacy, cookies, help; and those for when it fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from applications.periods import EQUALITY_LINK
from core.accounts.models import Programme
from core.letters import page_texts
from core.retention import rules

if TYPE_CHECKING:
    from django.http import HttpRequest

    from core.accounts.requests import Arrived


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how far the service meets WCAG 2.2 AA, and how to tell us where it does not."""
    return render(request, "pages/accessibility.html")


@require_safe
def privacy(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Say what is held about whom, and how long; of one programme, or of each."""
    programmes = [(one, page_texts.say(one, "pages.privacy")) for one in _programmes(slug)]
    context = {
        "table": rules.table(),
        "equality_link": EQUALITY_LINK,
        "programmes": programmes,
        "programme": programmes[0][0] if slug else None,
    }
    return render(request, "pages/privacy.html", context)


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/cookies.html")


@require_safe
def help_page(request: Arrived, slug: str = "") -> HttpResponse:
    """Say how to get help: in a programme's own words on its page, and where there is only one."""
    programmes = _programmes(slug)
    only = programmes[0] if len(programmes) == 1 else None
    context = {
        "example_reference": f"{only.reference_prefix}-{request.arrived_at.year}-014" if only else "",
        "programme": only if slug else None,
        "help_to_apply": page_texts.say(only, "pages.help") if only else "",
    }
    return render(request, "pages/help.html", context)


def _programmes(slug: str) -> list[Programme]:
    found = list(
        Programme.objects.select_related("funder", "host").filter(**({"slug": slug} if slug else {})).order_by("pk")
    )
    if slug and not found:
        raise Http404
    return found


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read: 413 when it was too much, else 400."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{status}.html", status=status)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, in the same words for what is not there and what is not yours."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without asking anything of the request or the database: either may be what failed.

    A database that is away, or too busy to answer in time, is 503: trying again helps.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return HttpResponse(_page("503.html"), status=503, headers={"Retry-After": "30"})
    return HttpResponseServerError(_page("500.html"))


def _page(template: str) -> str:
    """Render an error page, without its looks where `collectstatic` was forgotten."""
    try:
        return render_to_string(template)
    except ValueError:  # no manifest of static files
        return render_to_string(template, {"plain": "layouts/plain.html"})


urlpatterns = [
    path("accessibility/", accessibility, name="accessibility"),
    path("privacy/", privacy, name="privacy"),
    path("cookies/", cookies, name="cookies"),
    path("help/", help_page, name="help"),
    path("programmes/<slug:slug>/help/", help_page, name="programme_help"),
    path("programmes/<slug:slug>/privacy/", privacy, name="programme_privacy"),
]
