"""The pages that every service owes its readers: accessibility, privacy, cookies, help; and those for when it fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.views.decorators.http import require_safe

from applications.periods import EQUALITY_LINK
from core.retention import rules

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how far the service meets WCAG 2.2 AA, and how to tell us where it does not."""
    return render(request, "pages/accessibility.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is held about whom, and how long; with a part for the proposed secondee."""
    return render(request, "pages/privacy.html", {"table": rules.table(), "equality_link": EQUALITY_LINK})


@require_safe
def cookies(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/cookies.html")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/help.html")


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
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
    return HttpResponseServerError(render_to_string("500.html"))


urlpatterns = [
    path("accessibility/", accessibility, name="accessibility"),
    path("privacy/", privacy, name="privacy"),
    path("cookies/", cookies, name="cookies"),
    path("help/", help_page, name="help"),
]
