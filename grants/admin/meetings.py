"""The decisions of one meeting on one page: recorded several at once, confirmed by another, released together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.models import Application
from core import step_up
from core.accounts.requests import Personal, acting
from core.accounts.roles import DECIDES_ON_GRANTS
from core.dates import london
from core.forms import ActionForm, run_action
from core.governance.admin import MeetingAdmin
from core.governance.models import Meeting
from core.text import plural
from core.visibility import visible
from grants.actions import decisions
from grants.admin import recording
from grants.forms.decision import RecordForm
from grants.lifecycle import DecisionStatus
from grants.models import Decision


@dataclass
class ToRecord:
    """An application that waits for a decision, with its form and what the committee had before it."""

    application: Application
    form: RecordForm
    evidence: dict[str, Any]
    sheet: dict[str, Any]


def meeting_view(decision_admin: admin.ModelAdmin[Decision], request: Personal, pk: int) -> HttpResponse:
    """`act` in what is posted says which part of the page was sent: record, confirm or release."""
    if not decision_admin.has_add_permission(request):
        raise PermissionDenied
    rows = visible(Meeting, request.user).filter(body__role=DECIDES_ON_GRANTS)
    meeting = get_object_or_404(rows.select_related("body__programme"), pk=pk)
    acts = {"record": record_several, "confirm": confirm_several, "release": release_several}
    act = acts.get(request.POST.get("act", "")) if request.method == "POST" else None
    if act is not None and (answer := act(request, meeting)) is not None:
        return answer
    found = of_meeting(meeting, request)
    entries = to_record(meeting, request)
    context = {
        **decision_admin.admin_site.each_context(request),
        "title": f"Decisions: {meeting}",
        "opts": Meeting._meta,
        "original": meeting,
        "entries": entries,
        "is_early": meeting.held_on > london(request.arrived_at).date(),
        "has_errors": any(one.form.is_bound and one.form.errors for one in entries),
        "to_confirm": [one for one in found if one.status == DecisionStatus.RECORDED],
        "to_release": [
            (one, recording.letters_of(one, request)) for one in found if one.status == DecisionStatus.CONFIRMED
        ],
        "released": [one for one in found if one.status == DecisionStatus.RELEASED],
        "sees_workings": request.user.has_perm("applications.view_salary"),
        "media": decision_admin.media,
    }
    return TemplateResponse(request, "admin/grants/decision/meeting.html", context)


def of_meeting(meeting: Meeting, request: Personal) -> list[Decision]:
    rows = visible(Decision, request.user).filter(meeting=meeting).order_by("application__reference")
    rows = rows.select_related("application__organisation", "application__call__programme__host", "post")
    return list(rows.select_related("application__post", "recorded_by", "confirmed_by"))


# --- recording ---


def waiting(meeting: Meeting, request: Personal) -> QuerySet[Any]:
    """The programme's applications without a decision, with what the page shows of each; none that is not seen."""
    rows = recording.open_applications(request.user).filter(call__programme=meeting.programme_id)
    return recording.counted(rows.prefetch_related("call__posts", "call__programme__condition_templates"))


def to_record(meeting: Meeting, request: Personal) -> list[ToRecord]:
    sent = getattr(request, "refused_decisions", {})
    entries = []
    for application in recording.seen_by(list(waiting(meeting, request)), request.user):
        form = sent.get(application.pk) or form_for(application, meeting, request)
        sheet = recording.sheet_from(application, recording.first_terms(application))
        entries.append(ToRecord(application, form, recording.evidence(application), sheet))
    return entries


def form_for(row: Any, meeting: Meeting, request: Personal, data: QueryDict | None = None) -> RecordForm:
    """The form for one of the applications that `waiting` found."""
    known = {"thing": row, "by": request.user, "meeting": meeting, "was_visited": row.was_visited}
    prefix = f"application-{row.pk}"
    if data is None and request.method == "POST":  # what was typed beside an outcome that was not chosen
        typed = {name: request.POST.get(f"{prefix}-{name}") for name in RecordForm.base_fields}
        known["initial"] = {name: value for name, value in typed.items() if value}
    return RecordForm(data, prefix=prefix, **known)


def record_several(request: Personal, meeting: Meeting) -> HttpResponse | None:
    """Record each application for which an outcome was chosen; one that is refused keeps what was typed."""
    recorded, refused = 0, {}
    for application in waiting(meeting, request):
        if not request.POST.get(f"application-{application.pk}-outcome"):
            continue
        form = form_for(application, meeting, request, request.POST)
        facts = {"meeting": meeting, **acting(request)}
        if form.is_valid() and run_action(form, decisions.record, application, **facts, **form.cleaned_data):
            recorded += 1
        else:
            refused[application.pk] = form
    missed = gone(request, meeting)
    if recorded:
        sentence = f"You have recorded {plural(recorded, 'decision')}. Another officer or the director must confirm."
        messages.success(request, sentence)
    for sentence in missed:
        messages.error(request, sentence)
    if refused:
        request.refused_decisions = refused  # type: ignore[attr-defined]
        return None
    if not recorded and not missed:
        messages.warning(request, "No decision was chosen, so none was recorded.")
    return back(meeting)


def gone(request: Personal, meeting: Meeting) -> list[str]:
    """A sentence for each application that was decided or withdrawn while its form was filled in."""
    chosen = [
        int(name.split("-")[1])
        for name, value in request.POST.items()
        if value and name.startswith("application-") and name.endswith("-outcome") and name.split("-")[1].isdigit()
    ]
    rows = visible(Application, request.user).filter(pk__in=chosen, call__programme=meeting.programme_id)
    theirs = Decision.objects.filter(recorded_by=request.user, recorded_at=request.arrived_at).values("application")
    open_rows = recording.open_applications(request.user).values("pk")
    return [
        f"{one} is {one.get_status_display()}: not recorded. Another person has just recorded a decision or changed it."
        for one in rows.exclude(pk__in=theirs).exclude(pk__in=open_rows)
    ]


# --- confirming and releasing ---


def chosen_of(request: Personal, meeting: Meeting) -> list[Decision]:
    keys = [key for key in request.POST.getlist("decision") if key.isdigit()]
    return [one for one in of_meeting(meeting, request) if str(one.pk) in keys]


def nothing_asked() -> ActionForm:
    form = ActionForm({})
    form.is_valid()
    return form


def confirm_several(request: Personal, meeting: Meeting) -> HttpResponse:
    step_up.demand(request, "grants.confirm_decision", "Confirm decisions")
    confirmed = 0
    for decision in chosen_of(request, meeting):
        asked = nothing_asked()
        if run_action(asked, decisions.confirm, decision, **acting(request)):
            confirmed += 1
        elif asked.refusal:
            messages.error(request, f"{decision.application}: {asked.refusal.fact}")
    level = messages.success if confirmed else messages.warning
    level(request, f"You have confirmed {plural(confirmed, 'decision')}.")
    return back(meeting)


def release_several(request: Personal, meeting: Meeting) -> HttpResponse:
    """Release the decisions whose emails were shown: all of them, or none."""
    step_up.demand(request, "grants.release_decision", "Release decisions")
    chosen, asked = chosen_of(request, meeting), nothing_asked()
    if not run_action(asked, decisions.release_all, chosen, **acting(request)):
        messages.error(request, asked.refusal.sentence if asked.refusal else "")
    else:
        messages.success(request, f"You have released {plural(len(chosen), 'decision')}. We are sending the emails.")
    return back(meeting)


def back(meeting: Meeting) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:grants_decision_meeting", args=[meeting.pk]))


# --- on the meeting's own page ---


def decisions_of(request: HttpRequest, meeting: Meeting) -> tuple[str, dict[str, Any]]:
    rows = visible(Decision, request.user).filter(meeting=meeting).exclude(status=DecisionStatus.DROPPED)
    rows = rows.select_related("application__organisation").order_by("application__reference")
    may_decide = request.user.has_perm("grants.add_decision")
    return "admin/grants/decision/_of_meeting.html", {"meeting": meeting, "rows": rows, "may_decide": may_decide}


MeetingAdmin.parts.append(decisions_of)
