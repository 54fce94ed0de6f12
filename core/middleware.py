"""What happens around every request: its time of arrival, private pages, refusals."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control

from core.files.store import StoreAway
from core.lifecycle import Refused

TEXT = ("text/", "application/json", "application/xml", "image/svg+xml")
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}

LONGEST_QUEUE = timedelta(seconds=60)  # what a call's grace covers by default; older is no queue but a wrong clock

REQUEST_START = re.compile(r"(?:t=)?(\d{10})(?:\.?(\d{1,6}))?", re.ASCII)

GetResponse = Callable[[HttpRequest], HttpResponse]


def arrival(get_response: GetResponse) -> GetResponse:
    """Note once, before any slow work, when the request came: deadlines are judged by this instant.

    Where the proxy in front tells when it took the request (settings.PROXY_TELLS_ARRIVAL), that instant counts: a
    request may have waited for a free thread since.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        told = told_arrival(request) if settings.PROXY_TELLS_ARRIVAL else None
        is_credible = told is not None and now - LONGEST_QUEUE <= told <= now
        request.arrived_at = told if is_credible else now  # type: ignore[attr-defined]  # from here on it is an Arrived
        request.began = time.perf_counter()  # type: ignore[attr-defined]  # for the log: how long it took
        return get_response(request)

    return middleware


def told_arrival(request: HttpRequest) -> datetime | None:
    """Read X-Request-Start as nginx and others write it: `t=` or nothing, then seconds, or milli- or microseconds."""
    match = REQUEST_START.fullmatch(request.headers.get("X-Request-Start", "").strip())
    if match is None:
        return None
    return datetime.fromtimestamp(int(match[1]), UTC) + timedelta(microseconds=int((match[2] or "0").ljust(6, "0")))


def refuse_cross_site(get_response: GetResponse) -> GetResponse:
    """Refuse what another site's page posts, also to views that Django's CSRF check leaves out.

    Its answer sets no cookie: a cross-site request comes without the session's cookie, and a new one would replace it
    and sign the person out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS and is_cross_site(request):
            raise PermissionDenied
        return get_response(request)

    return middleware


def is_cross_site(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin")
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return request.headers.get("Sec-Fetch-Site") == "cross-site" or (origin is not None and origin not in ours)


def private_pages(get_response: GetResponse) -> GetResponse:
    """Keep every page of a signed-in person out of caches and histories, unless its view says what caches may do.

    A public page is asked for again each time, since what it says of a deadline turns with the minute; an unchanged one
    is answered by 304 without its body.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_personal = settings.SESSION_COOKIE_NAME in request.COOKIES or request.user.is_authenticated
        if "Cache-Control" in response:
            return response
        if is_personal:
            add_never_cache_headers(response)
        else:
            patch_cache_control(response, private=True, no_cache=True)
        return response

    return middleware


class GZipTextMiddleware(GZipMiddleware):
    """Compress pages, with Django's random padding against guessing secrets by size (BREACH).

    What streams (files, exports) keeps its length and its memory; files are compressed already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_text = response.headers.get("Content-Type", "").startswith(TEXT)
        if response.streaming or not is_text:
            return response
        return super().process_response(request, response)


class RefusalMiddleware:
    """Show a refusal that no form took up as a page of its own, with the way back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Answer 409 with the sentence, 503 for the file store; the transaction has been rolled back by then."""
        if isinstance(problem, Refused):
            status = 503 if isinstance(problem, StoreAway) else 409
            return render(request, "refused.html", {"sentence": str(problem)}, status=status)
        return None
