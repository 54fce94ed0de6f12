"""The front page, and the page that says what waits for a person and what they have."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.models import Call
from core.accounts.models import Programme
from core.accounts.requests import Arrived, Personal
from core.dashboard import sections_for
from core.dates import london
from core.visibility import visible
from core.work_queue import for_person


@require_safe
def front(request: Arrived) -> HttpResponse:
    taking = Call.objects.taking_applications(request.arrived_at).prefetch_related("posts")
    calls = list(visible(taking, request.user))
    programmes = [
        {"programme": programme, "calls": [call for call in calls if call.programme_id == programme.pk]}
        for programme in Programme.objects.select_related("funder", "host")
        .prefetch_related("funders__organisation")
        .order_by("pk")
    ]
    return render(request, "pages/front.html", {"calls": calls, "programmes": programmes})


@require_safe
@login_required
def home(request: Personal) -> HttpResponse:
    user, now = request.user, request.arrived_at
    context = {"items": for_person(user, now), "sections": sections_for(user, now), "today": london(now).date()}
    return render(request, "home.html", context)
