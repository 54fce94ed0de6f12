"""Keeps what somebody had typed when their session ended, for an hour and for that person only.

The protocol, and what the writer's mark is: applications/autosave.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from applications.autosave import new_window, read_writer
from applications.views import rate_limits
from core.accounts.requests import Arrived, Personal

SESSION_KEY = KEPT = "kept_words"
KEPT_FOR = timedelta(hours=1)
MAX_CHARACTERS = 200_000


def writer_of(request: Arrived) -> int | None:
    """For whom the page that sent these words was made, by its signed mark; None without a valid one."""
    return read_writer(request.POST.get("writer", ""))


def has_own_mark(request: Arrived) -> bool:
    """Whether the words come from a page made for whoever is signed in now, or for somebody who no longer is."""
    writer = writer_of(request)
    return writer is not None and (not request.user.is_authenticated or writer == request.user.pk)


def keep_and_sign_in(request: Arrived) -> HttpResponse:
    """Put the words of somebody who is signed out into the new session, and ask them to sign in.

    One mark opens ten new sessions in five minutes: a page that stays open goes on in the first.
    """
    words, writer = request.POST.urlencode(), writer_of(request)
    is_new = request.session.session_key is None
    if writer is not None and len(words) <= MAX_CHARACTERS and not (is_new and rate_limits.is_over(KEPT, writer)):
        if is_new:
            rate_limits.count(KEPT, writer)
        request.session[SESSION_KEY] = {
            "writer": writer,
            "path": request.path,
            "words": words,
            "at": request.arrived_at.isoformat(),
        }
    if request.htmx:
        return render(request, "applications/_section_saved.html", {"is_signed_out": True})
    return redirect_to_login(request.path)


def keeps_words(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for people who sign in, which keeps what is posted by somebody who has been signed out."""

    @wraps(view)
    def keeping(request: Arrived, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not request.user.is_authenticated:
            return keep_and_sign_in(request)
        return login_required(view)(request, *args, **kwargs)

    return keeping


def kept_words(request: Personal) -> QueryDict | None:
    """Return the words that this person had typed on this page before signing in again, if there are any.

    The first page that shows them goes on as the window they were typed in; whichever is opened after it is another.
    """
    kept = request.session.get(SESSION_KEY)
    if not kept or kept["writer"] != request.user.pk or kept["path"] != request.path:
        return None
    if request.arrived_at - datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        forget(request)
        return None
    words = QueryDict(kept["words"], mutable=True)
    if kept.get("was_shown"):
        words["window"] = new_window()
    request.session[SESSION_KEY] = kept | {"was_shown": True}
    return words


def forget(request: Arrived) -> None:
    """Forget the words that were kept for this page; those of another page stay."""
    kept = request.session.get(SESSION_KEY)
    if kept and kept["path"] == request.path:
        request.session.pop(SESSION_KEY)
