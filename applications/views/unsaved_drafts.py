"""Keeps what somebody had typed when their session ended, for an hour and for that person only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from applications.autosave import new_window, read_writer
from core.accounts.requests import Arrived, Personal

KEY = "kept_words"
KEPT_FOR = timedelta(hours=1)
MOST = 200_000  # characters


def writer_of(request: Arrived) -> int | None:
    """Return who the page that sent these words was made for, by its signed mark; None without a valid one."""
    return read_writer(request.POST.get("writer", ""))


def has_own_mark(request: Arrived) -> bool:
    """Tell whether the words come from a page made for whoever is signed in now, or signed in then and no longer."""
    writer = writer_of(request)
    return writer is not None and (not request.user.is_authenticated or writer == request.user.pk)


def keep_and_sign_in(request: Arrived) -> HttpResponse:
    """Put the words of somebody who is signed out into the new session, and ask them to sign in."""
    words = request.POST.urlencode()
    writer = writer_of(request)
    if writer is not None and len(words) <= MOST:
        request.session[KEY] = {
            "writer": writer,
            "path": request.path,
            "words": words,
            "at": request.arrived_at.isoformat(),
        }
    if request.htmx:
        return render(request, "applications/application_section_saved.html", {"is_signed_out": True})
    return redirect_to_login(request.path)


def kept_words(request: Personal) -> QueryDict | None:
    """Return the words that this person had typed on this page before signing in again, if there are any.

    The first page that shows them goes on as the window they were typed in; whichever is opened after it is another.
    """
    kept = request.session.get(KEY)
    if not kept or kept["writer"] != request.user.pk or kept["path"] != request.path:
        return None
    if request.arrived_at - datetime.fromisoformat(kept["at"]) > KEPT_FOR:
        forget(request)
        return None
    words = QueryDict(kept["words"], mutable=True)
    if kept.get("was_shown"):
        words["window"] = new_window()
    request.session[KEY] = kept | {"was_shown": True}
    return words


def forget(request: Arrived) -> None:
    """Let go of the words: they are saved, or too old."""
    request.session.pop(KEY, None)
