"""Post/Redirect/Get where the answer to a post is a page too: a form with its errors, a refusal, a preview.

A page that answers a post leaves the browser with "Confirm form resubmission" when somebody goes on and presses Back.
So that page is kept, and the browser is led by a redirect to the same address with a mark, `?retry=…`, where it is
shown: also after a reload, until a post from it succeeds, and for an hour at most. Then the address shows the form
as it is now.

Asked for a kept page, the view answers first: who may no longer open the form, or is led elsewhere, gets that answer. A
view that leads whoever only opens its address back to the form says so by `way_back`.

Each page is kept encrypted in a session row of its own, so that no other request overwrites it, and it goes with the
expired sessions. It is shown to the same person in the same browser only. Not kept: what `never_kept` marks, the pages
that set up a second factor, errors of the server, and answers to anything but a browser that opens pages.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.crypto import constant_time_compare

from core import encryption

MARK = "retry"
KEPT_FOR = timedelta(hours=1)
MAX_BYTES = 600_000  # a page of the admin has about 100,000

View = Callable[..., HttpResponseBase]


def never_kept(view: View) -> View:
    """Mark a view whose answers are not kept: they show a secret once, or what nobody may link with a person."""

    @wraps(view)
    def marked(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.is_never_kept = True  # type: ignore[attr-defined]
        return response

    return marked


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    def answer(request: HttpRequest) -> HttpResponseBase:
        mark = take_mark(request)
        response = get_response(request)
        if request.method == "POST":
            return after_post(request, response, mark)
        if mark and request.method == "GET" and takes_its_place(response):
            return show(request, response, mark)
        return response

    return answer


def way_back(to: Any, *args: Any) -> HttpResponseRedirect:
    """Lead a GET of an address that is only posted to back to its form; a page kept for that address is shown there."""
    response = HttpResponseRedirect(resolve_url(to, *args))
    response.is_way_back = True  # type: ignore[attr-defined]
    return response


def takes_its_place(response: HttpResponseBase) -> bool:
    is_page = response.status_code in {HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED}
    return is_page or getattr(response, "is_way_back", False)


def take_mark(request: HttpRequest) -> str:
    """Take the mark out of the query, so that no view and no filter of a list meets it; "" without one.

    A form that names its own address posts without the mark: then it stands in the address of the page before.
    """
    marks = request.GET.getlist(MARK)
    if marks:
        query = request.GET.copy()
        del query[MARK]
        request.GET = query  # type: ignore[assignment]
        request.META["QUERY_STRING"] = query.urlencode()
    elif request.method == "POST":
        before = urlsplit(request.headers.get("Referer", ""))
        marks = parse_qs(before.query).get(MARK, []) if before.netloc == request.get_host() else []
    return marks[-1] if marks else ""


def after_post(request: HttpRequest, response: HttpResponseBase, mark: str) -> HttpResponseBase:
    """Keep a page and lead to it; forget the page before once a post from it has succeeded."""
    if HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST:  # led on: there is no page to keep
        if mark:
            Session.objects.filter(session_key=key_of(mark)).delete()
        return response
    if not isinstance(response, HttpResponse) or not may_be_kept(request, response):
        return response
    try:
        mark = keep(request, response, mark)
    except DatabaseError:
        return response  # the page itself is worth more than the way back
    onward = request.get_full_path()
    redirect = HttpResponseRedirect(f"{onward}{'&' if '?' in onward else '?'}{urlencode({MARK: mark})}")
    redirect.cookies = response.cookies
    return redirect


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Say whether this page answers a browser that opened it, and may be kept.

    Only browsers with our cookies: one without any would come back as a stranger and lose what was typed. (Another
    site's post carries none of them.)
    """
    match = request.resolver_match
    return (
        request.headers.get("Sec-Fetch-Mode") == "navigate"
        and settings.CSRF_COOKIE_NAME in request.COOKIES
        and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
        and response.headers.get("Content-Type", "").startswith("text/html")
        and "Content-Disposition" not in response.headers
        and not getattr(response, "is_never_kept", False)
        and not (match and (match.url_name or "").startswith("mfa_"))
        and len(response.content) <= MAX_BYTES
    )


def keep(request: HttpRequest, response: HttpResponse, mark: str) -> str:
    """Keep the page under the mark that the form came with, else under a new one; return the mark."""
    if kept(request, mark) is None:
        mark = token_urlsafe(16)
    content = {
        "person": request.user.pk,
        "reader": reader(request),
        "path": request.path,
        "status": response.status_code,
        "page": encryption.encrypt(b64encode(zlib.compress(response.content)).decode()),
    }
    ends = request.arrived_at + KEPT_FOR  # type: ignore[attr-defined]
    row = {"session_data": SessionStore().encode(content), "expire_date": ends}
    Session.objects.update_or_create(session_key=key_of(mark), defaults=row)
    return mark


def kept(request: HttpRequest, mark: str) -> dict[str, Any] | None:
    """Return what was kept under this mark for this reader."""
    now = request.arrived_at  # type: ignore[attr-defined]
    row = Session.objects.filter(session_key=key_of(mark), expire_date__gt=now).first() if mark else None
    content = row.get_decoded() if row else {}
    return content if constant_time_compare(content.get("reader", ""), reader(request)) else None


def show(request: HttpRequest, response: HttpResponseBase, mark: str) -> HttpResponseBase:
    """Return the kept page in place of the view's, if it was kept for this reader at this address."""
    content = kept(request, mark)
    if content is None or content["path"] != request.path or not isinstance(response, HttpResponse):
        return response
    try:
        page = encryption.decrypt(content["page"])
    except encryption.UnreadableError:
        return response
    response.content = zlib.decompress(b64decode(page))
    response.status_code = content["status"]
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    for name in ("Allow", "Location"):
        response.headers.pop(name, None)
    return response


def key_of(mark: str) -> str:
    """Return the key of the mark's row, from which nobody can tell the mark."""
    return sha256(f"{MARK}:{mark}".encode()).hexdigest()[:32]


def reader(request: HttpRequest) -> str:
    """Tell a person in a browser from any other: by who is signed in, and by the browser's CSRF cookie."""
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return sha256(f"{request.user.pk}:{cookie}".encode()).hexdigest()
