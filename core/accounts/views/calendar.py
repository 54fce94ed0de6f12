"""One's own calendar, behind a secret address that a calendar program subscribes to."""

from __future__ import annotations

from datetime import UTC, time
from datetime import datetime as moment
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import calendars
from core.accounts import actions
from core.accounts.actions.access_tokens import person_of
from core.accounts.models import User
from core.accounts.models.access_tokens import CALENDAR
from core.accounts.requests import Arrived, Personal, acting
from core.naming import site_name
from core.post_redirect import never_kept


@never_cache
@never_kept
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account_calendar(request: Personal) -> HttpResponse:
    """Say how to subscribe; make an address or renew it, and show it once."""
    address = ""
    if request.method == "POST":
        token = actions.make_calendar_address(request.user, **acting(request))
        address = settings.SITE_URL + reverse("calendar_feed", args=[token])
    current = request.user.access_tokens.working(request.arrived_at).for_calendars().first()
    return render(request, "accounts/account_calendar.html", {"address": address, "current": current})


@require_POST
@login_required
def account_calendar_revoke(request: Personal) -> HttpResponse:
    actions.revoke_calendar_address(request.user, **acting(request))
    messages.success(request, "The address of your calendar no longer works.")
    return redirect("account_calendar")


@require_safe
def calendar_feed(request: Arrived, token: str) -> HttpResponse:
    """The dates of the person behind the address, as they may see them now; unchanged ones are answered by 304."""
    found = person_of(token, request.arrived_at)
    if found is None or found.scopes != CALENDAR:
        raise Http404
    content = calendars.feed(files_for(found.person, request), site_name())
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


def files_for(person: User, request: Arrived) -> Any:
    # Stamped with the day, not the moment: the same dates are the same bytes, whose ETag programs compare.
    day = moment.combine(request.arrived_at.date(), time(), tzinfo=UTC)
    for source in settings.CALENDAR_SOURCES:
        yield from import_string(source)(person, request.arrived_at, day)
