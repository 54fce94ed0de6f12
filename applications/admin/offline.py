"""What an assessor has to score of a call, as one PDF to print: answers, criteria, what each score means, and boxes."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string

from applications.form_schema import funding_in_words
from applications.lifecycle import OPEN_ASSESSMENT, TrailEvent
from applications.models import Application, Assessment, Call
from applications.models.assessment import Recommendation
from applications.periods import SCORING_COPY_KIND
from applications.visibility import readable_applications
from applications.visibility.names import Reader, shown_name
from core.accounts.models import User
from core.accounts.requests import Personal
from core.audit import trail
from core.documents import store
from core.documents.responses import respond
from core.visibility import visible


def has_copy(user: User, call: Call) -> bool:
    due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT, application__call=call.pk)
    return user.has_perm("applications.assess_applications") and due.exists()


def offline_view(request: Personal, pk: int) -> HttpResponseBase:
    call = get_object_or_404(visible(Call, request.user).select_related("programme"), pk=pk)
    if not has_copy(request.user, call):
        raise Http404
    html = render_to_string("applications/scoring_copy.html", copy_context(call, request.user))
    kind, name = f"{SCORING_COPY_KIND} {request.user.pk}", f"To score, {call.slug}.pdf"
    document = store.request(call, kind, html, name=name, at=request.arrived_at, is_awaited=True)
    if document.is_made and request.method == "GET" and not request.htmx:
        trail.record(TrailEvent.SCORING_COPY_OPENED, call, by=request.user, at=request.arrived_at)
    return respond(request, document)


def copy_context(call: Call, user: User) -> dict[str, Any]:
    """What the person may read of each application that they have to score; of one to declare on only its number."""
    due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT, application__call=call.pk)
    rows = visible(Application, user).filter(pk__in=due.values("application"))
    readable = readable_applications(Application.objects.order_by(), user)
    read = rows.filter(pk__in=readable.values("pk")).order_by("reference")
    whole = read.select_related("call", "organisation", "post").annotate(candidate_name=shown_name(user))
    criteria = list(call.criteria.all())
    return {
        "site_name": call.programme.name,
        "call": call,
        "reader": user,
        "criteria": criteria,
        "recommendations": [one.label.capitalize() for one in Recommendation],
        "to_declare": rows.exclude(pk__in=readable.values("pk")).order_by("reference"),
        "entries": [entry(row, criteria, user) for row in whole],
    }


def entry(application: Application, criteria: list[Any], user: User) -> dict[str, Any]:
    reader = Reader.of(user, application)
    answers = reader.answers(application.answers.select_related("question"))
    return {
        "application": reader.application,
        "candidate_name": getattr(application, "candidate_name", ""),
        "other_funding": funding_in_words(reader.application),
        "other_answers": [one for one in answers if one.question.criterion_id is None],
        "parts": [(one, [row for row in answers if row.question.criterion_id == one.pk]) for one in criteria],
    }
