"""Recording a decision in the admin, with what the award would cost beside it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.lifecycle import AssessmentStatus, Status
from applications.models import Application
from core.accounts.models import User
from core.accounts.requests import Personal, acting
from core.forms import posted, run_action
from core.letters import rendering
from core.lifecycle import Refused
from core.visibility import visible
from grants.actions import decisions, grants
from grants.actions.costs import award_cost
from grants.forms.decision import RecordForm
from grants.lifecycle import DecisionStatus
from grants.models import Decision

PENDING = (DecisionStatus.RECORDED, DecisionStatus.CONFIRMED)
AWAITING = (Status.SHORTLISTED, Status.RESERVE)
RELATED = ("organisation", "post", "call__programme__host")


def open_applications(user: User) -> QuerySet[Application]:
    rows = visible(Application, user).filter(status__in=AWAITING)
    return rows.exclude(decisions__status__in=PENDING).select_related(*RELATED).order_by("call", "reference")


def record_view(decision_admin: "admin.ModelAdmin[Decision]", request: Personal) -> HttpResponse:
    if not decision_admin.has_add_permission(request):
        raise PermissionDenied
    chosen = request.GET.get("application", "")
    if not chosen.isdigit():
        context = {**_frame(decision_admin, request), "applications": open_applications(request.user)}
        return TemplateResponse(request, "admin/grants/decision/choose.html", context)
    rows = visible(Application, request.user).select_related(*RELATED)
    application = get_object_or_404(rows, pk=chosen)
    form = RecordForm(posted(request), thing=application, by=request.user)
    if form.is_valid() and run_action(form, decisions.record, application, **acting(request), **form.cleaned_data):
        messages.success(request, "You have recorded the decision. Another officer or the director must confirm it.")
        return HttpResponseRedirect(reverse("admin:grants_decision_change", args=[form.result.pk]))
    context = {
        **_frame(decision_admin, request),
        "application": application,
        "form": form,
        "sheet": sheet_from(application, posted(request) or first_terms(application)),
        "sees_workings": request.user.has_perm("applications.view_salary", application),
        "unfinished": unfinished_assessments(application),
        "media": decision_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/grants/decision/record.html", context)


def _frame(decision_admin: "admin.ModelAdmin[Decision]", request: HttpRequest) -> dict[str, Any]:
    site = decision_admin.admin_site.each_context(request)
    return {**site, "opts": decision_admin.opts, "title": "Record a decision"}


def sheet(request: Personal, application_pk: int) -> HttpResponse:
    """The cost sheet for the terms in the query string, fetched while they are typed."""
    application = visible(Application, request.user).filter(pk=application_pk).select_related("call").first()
    if application is None or not request.user.has_perm("grants.add_decision", application):
        raise Http404
    context = {
        "sheet": sheet_from(application, request.GET),
        "sees_workings": request.user.has_perm("applications.view_salary", application),
    }
    return render(request, "admin/grants/decision/_sheet.html", context)


def sheet_from(application: Application, terms: Mapping[str, Any]) -> dict[str, Any]:
    fields = RecordForm.base_fields
    try:
        days, months = (fields[name].clean(terms.get(name)) for name in ("days_per_week", "months"))
    except ValidationError as problem:
        return {"refusal": problem.messages[0]}
    if days is None or months is None:
        return {"refusal": "Enter the days a week and months to see what the award costs."}
    return _cost_or_refusal(application, days, months)


def _cost_or_refusal(application: Application, days: Decimal, months: int) -> dict[str, Any]:
    try:
        return {"budget": award_cost(application, days_per_week=days, months=months)}
    except Refused as refusal:
        return {"refusal": refusal.sentence}


def first_terms(application: Application) -> dict[str, Any]:
    return {"days_per_week": application.days_per_week, "months": application.months}


def sheet_of(user: User | AnonymousUser, decision: Decision) -> dict[str, Any] | None:
    """The cost sheet of a recorded award, for people who may see its total."""
    if not decision.is_award or decision.days_per_week is None or decision.months is None:
        return None
    if not user.has_perm("applications.view_total", decision.application):
        return None
    return _cost_or_refusal(decision.application, decision.days_per_week, decision.months)


def letter_of(decision: Decision, request: Personal) -> rendering.Wording:
    grant = None
    if decision.is_award:
        grant, _ = grants.draft(decision, at=request.arrived_at)
        grant.reference = "(given on release)"
    context = {
        "decision": decision,
        "application": decision.application,
        "call": decision.application.call,
        "grant": grant,
        "person": {"name": "…"},
        "link": settings.SITE_URL + "/…",
        "site_name": settings.SITE_NAME,
    }
    return rendering.render(f"grants.decision_{decision.outcome}", context)


def unfinished_assessments(application: Application) -> int:
    """How many assessments are still to be completed: a warning, not a bar."""
    ended = [AssessmentStatus.COMPLETE, AssessmentStatus.RECUSED]
    return application.assessments.exclude(status__in=ended).count()
