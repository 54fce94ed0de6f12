"""The front page, and the page that says what waits for a person and what they have."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from applications.models import Call
from core.accounts.models import Programme
from core.accounts.requests import Arrived, Personal
from core.dashboard import sections_for
from core.dates import london
from core.text import plural
from core.visibility import visible
from core.work_queue import WorkItem, for_person


@require_safe
def front(request: Arrived) -> HttpResponse:
    taking = Call.objects.taking_applications(request.arrived_at).prefetch_related("posts")
    calls = list(visible(taking, request.user))
    programmes = [
        {
            "programme": programme,
            "calls": [call for call in calls if call.programme_id == programme.pk],
            "funders": programme.funding_organisations,
        }
        for programme in Programme.objects.select_related("funder", "host").order_by("pk")
    ]
    return render(request, "pages/front.html", {"calls": calls, "programmes": programmes})


@require_safe
@login_required
def home(request: Personal) -> HttpResponse:
    """Tasks and what the person has; who works in the admin has their tasks there, and here how many."""
    user, now = request.user, request.arrived_at
    items = for_person(user, now)
    if user.is_staff and items:
        sentence = f"{plural(len(items), 'task')} in the grants office"
        items = [WorkItem(sentence, reverse("admin:index"), items[0].due_on)]
    sections = sections_for(user, now)
    programmes = {row.programme for section in sections for row in section.rows if row.programme}
    context = {"items": items, "sections": sections, "today": london(now).date(), "has_several": len(programmes) > 1}
    return render(request, "home.html", context)
