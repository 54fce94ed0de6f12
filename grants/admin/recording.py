"""Recording a decision in the admin, with what the award would cost beside it."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.lifecycle import AssessmentStatus, Status
from applications.models import Application
from core.letters import rendering
from core.lifecycle import Refused
from core.visibility import visible
from grants.actions import decisions, grants
from grants.actions.costs import award_cost
from grants.forms.decision import RecordForm
from grants.lifecycle import DecisionStatus
from grants.models import Decision

WAITING = (DecisionStatus.RECORDED, DecisionStatus.CONFIRMED)


def open_applications(user: Any) -> Any:
    """The applications a decision can be recorded on: shortlisted or in reserve, and none waits already."""
    near = ("organisation", "post", "call__programme__host")
    rows = visible(Application, user).filter(status__in=[Status.SHORTLISTED, Status.RESERVE])
    return rows.exclude(decisions__status__in=WAITING).select_related(*near).order_by("call", "reference")


def record_view(admin: Any, request: Any) -> HttpResponse:
    """Choose the application (GET), fill in the decision, record it (POST); a refusal keeps what was typed."""
    if not admin.has_add_permission(request):
        raise PermissionDenied
    chosen = request.GET.get("application", "")
    if not chosen.isdigit():
        context = {**frame(admin, request), "applications": open_applications(request.user)}
        return TemplateResponse(request, "admin/grants/decision/choose.html", context)
    near = ("organisation", "post", "call__programme__host")
    application = visible(Application, request.user).select_related(*near).filter(pk=chosen).first()
    if application is None:
        raise Http404
    form = RecordForm(request.POST if request.method == "POST" else None, thing=application, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            decision = decisions.record(application, by=request.user, at=request.arrived_at, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        else:
            messages.success(request, "The decision is recorded. Another officer or the director confirms it.")
            return HttpResponseRedirect(reverse("admin:grants_decision_change", args=[decision.pk]))
    context = {
        **frame(admin, request),
        "application": application,
        "form": form,
        "sheet": sheet_from(application, request.POST if request.method == "POST" else first_terms(application)),
        "unfinished": unfinished(application),
        "media": admin.media + form.media,
    }
    return TemplateResponse(request, "admin/grants/decision/record.html", context)


def frame(admin: Any, request: Any) -> dict[str, Any]:
    """What both pages of recording want around them."""
    return {**admin.admin_site.each_context(request), "opts": admin.opts, "title": "Record a decision"}


def sheet(request: HttpRequest, application_pk: int) -> HttpResponse:
    """What the award would cost for the terms in the address; asked for while they are typed."""
    application = visible(Application, request.user).filter(pk=application_pk).select_related("call").first()
    if application is None or not request.user.has_perm("grants.add_decision"):
        raise Http404
    return render(request, "admin/grants/decision/sheet.html", {"sheet": sheet_from(application, request.GET)})


def sheet_from(application: Application, terms: Any) -> dict[str, Any]:
    """The budget for these terms, or the sentence that says why there is none."""
    fields = RecordForm.base_fields
    try:
        days, months = (fields[name].clean(terms.get(name)) for name in ("days_per_week", "months"))
    except ValidationError as problem:
        return {"refusal": problem.messages[0]}
    if days is None or months is None:
        return {"refusal": "Enter days a week and months to see what the award costs."}
    return cost_or_refusal(application, days, months)


def cost_or_refusal(application: Application, days: Decimal, months: int) -> dict[str, Any]:
    """The budget, or the sentence that says why there is none."""
    try:
        return {"budget": award_cost(application, days_per_week=days, months=months)}
    except Refused as refusal:
        return {"refusal": refusal.sentence}


def first_terms(application: Application) -> dict[str, Any]:
    """The terms the organisation asked for."""
    return {"days_per_week": application.days_per_week, "months": application.months}


def sheet_of(user: Any, decision: Decision) -> dict[str, Any] | None:
    """What a recorded award costs, for whoever may see the salary."""
    if decision.outcome != Decision.Outcome.AWARD or decision.days_per_week is None or decision.months is None:
        return None
    if not user.has_perm("applications.view_salary", decision.application):
        return None
    return cost_or_refusal(decision.application, decision.days_per_week, decision.months)


def letter_of(decision: Decision, request: Any) -> rendering.Wording:
    """The letter that the organisation will get, as it is worded now."""
    grant = None
    if decision.outcome == Decision.Outcome.AWARD:
        grant, _ = grants.draft(decision, at=request.arrived_at)
        grant.reference = "(given on release)"
    context = {
        "decision": decision,
        "application": decision.application,
        "call": decision.application.call,
        "grant": grant,
        "person": {"get_short_name": "…"},
        "link": settings.SITE_URL + "/…",
        "site_name": settings.SITE_NAME,
    }
    return rendering.render(f"grants.decision_{decision.outcome}", context)


def unfinished(application: Application) -> int:
    """How many assessments are still to be completed: a warning, not a bar."""
    ended = [AssessmentStatus.COMPLETE, AssessmentStatus.RECUSED]
    return application.assessments.exclude(status__in=ended).count()
