"""Recording a decision in the admin, with what the award would cost beside it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.admin.score_matrix import sheets, side_by_side, with_scores
from applications.lifecycle import AssessmentStatus, CandidateStatus, Status, VisitStatus
from applications.models import Application, Assessment, AssessmentVisit, Criterion, JointView, ViewResolution
from applications.rules.cases import cases_to_assess
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
from grants.models import Decision, Grant

PENDING = (DecisionStatus.RECORDED, DecisionStatus.CONFIRMED)
AWAITING = (Status.SHORTLISTED, Status.RESERVE)
RELATED = ("organisation", "post", "call__programme__host")


def open_applications(user: User) -> QuerySet[Application]:
    rows = visible(Application, user).filter(status__in=AWAITING)
    return rows.exclude(decisions__status__in=PENDING).select_related(*RELATED).order_by("call", "reference")


def to_move_up(rows: QuerySet[Application]) -> list[Application]:
    """Of these applications, who is next on the reserve list of a call in which an offer was declined.

    A place is free for each declined offer; an award recorded after the first of them takes one.
    """
    on_reserve = Decision.objects.filter(outcome=Decision.Outcome.RESERVE, status=DecisionStatus.RELEASED)
    rank = on_reserve.filter(application=OuterRef("pk")).order_by("-released_at").values("rank")[:1]
    listed = rows.filter(status=Status.RESERVE).annotate(rank=Subquery(rank)).order_by("call", "rank", "pk")
    declined = Grant.objects.filter(declined_at__isnull=False, decision__application__call__in=listed.values("call"))
    declined_at: dict[int, list[datetime | None]] = defaultdict(list)
    for call, at in declined.order_by("declined_at").values_list("decision__application__call", "declined_at"):
        declined_at[call].append(at)
    found: list[Application] = []
    for call, moments in declined_at.items():
        awards = Decision.objects.filter(outcome=Decision.Outcome.AWARD, application__call=call)
        taken = awards.exclude(status=DecisionStatus.DROPPED).filter(recorded_at__gt=moments[0]).count()
        free = max(len(moments) - taken, 0)
        found += [application for application in listed if application.call_id == call][:free]
    return found


def record_view(decision_admin: "admin.ModelAdmin[Decision]", request: Personal) -> HttpResponse:
    if not decision_admin.has_add_permission(request):
        raise PermissionDenied
    chosen = request.GET.get("application", "")
    if not chosen.isdigit():
        found = open_applications(request.user)
        context = {**_frame(decision_admin, request), "applications": found, "to_move_up": to_move_up(found)}
        return TemplateResponse(request, "admin/grants/decision/choose.html", context)
    rows = counted(visible(Application, request.user).select_related(*RELATED))
    application = get_object_or_404(rows, pk=chosen)
    known = {"thing": application, "by": request.user, "was_visited": application.was_visited}
    form = RecordForm(posted(request), initial={"outcome": request.GET.get("outcome", "")}, **known)
    if form.is_valid() and run_action(form, decisions.record, application, **acting(request), **form.cleaned_data):
        messages.success(request, "You have recorded the decision. Another officer or the director must confirm it.")
        return HttpResponseRedirect(reverse("admin:grants_decision_change", args=[form.result.pk]))
    context = {
        **_frame(decision_admin, request),
        "application": application,
        "form": form,
        "sheet": sheet_from(application, posted(request) or first_terms(application)),
        "sees_workings": request.user.has_perm("applications.view_salary", application),
        "evidence": evidence(*seen_by([application], request.user)),
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


@dataclass(frozen=True, slots=True)
class Preview:
    """An email that a release will send."""

    to: str
    subject: str
    body: str


def letters_of(decision: Decision, request: Personal) -> list[Preview]:
    """The emails that releasing this decision sends: to the organisation, and to the proposed secondee."""
    grant = None
    if decision.is_award:
        grant, _ = grants.draft(decision, at=request.arrived_at)
        grant.reference = "(given on release)"
    candidate = next(iter(decision.application.candidates.filter(status=CandidateStatus.CONFIRMED)), None)
    context = {
        "decision": decision,
        "application": decision.application,
        "call": decision.application.call,
        "grant": grant,
        "candidate": candidate,
        "person": {"name": "…"},
        "link": settings.SITE_URL + "/…",
        "site_url": settings.SITE_URL,
        "site_name": decision.application.call.programme.name,
    }
    to = {f"the members of {decision.application.organisation}": "decision"}
    to |= {str(candidate): "candidate"} if candidate is not None else {}
    templates = {kind: f"grants.{kind}_{decision.outcome}" for kind in to.values()}
    if decision.answer_by_on:
        templates["candidate"] = "grants.candidate_other_post"
    return [Preview(name, *said(templates[kind], context)) for name, kind in to.items()]


def said(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject and body of an email in the words that count now."""
    words = rendering.render_for(template, context, context["call"].programme_id).words
    return words.subject, words.body


def evidence(row: Any) -> dict[str, Any]:
    """What the committee had before it on an application that `seen_by` read: finished scores, and visits."""
    criteria = criteria_of(row.finished)
    return {
        "criteria": criteria,
        "table": side_by_side(sheets(row.finished), criteria),
        "views": [one for one in row.finished if one.overall_view],
        "joint_views": row.opened_views,
        "resolution": getattr(row, "view_resolution", None),
        "visits": row.seen_visits,
        "unfinished": row.unfinished,
    }


def criteria_of(finished: Iterable[Assessment]) -> list[Criterion]:
    """The criteria that were scored, by letter."""
    found = {score.criterion.letter: score.criterion for one in finished for score in one.scores.all()}
    return [found[letter] for letter in sorted(found)]


def counted(rows: QuerySet[Application]) -> QuerySet[Any]:
    """Add to applications whether a visit was held, and how many assessments are not finished."""
    held = AssessmentVisit.objects.filter(application=OuterRef("pk"), status=VisitStatus.HELD)
    ended = [AssessmentStatus.COMPLETE, AssessmentStatus.RECUSED, AssessmentStatus.CLOSED]
    open_ones = Count("assessments", filter=~Q(assessments__status__in=ended))
    return rows.annotate(was_visited=Exists(held), unfinished=open_ones)


def seen_by(rows: list[Any], user: User) -> list[Any]:
    """Read onto counted applications what `evidence` shows of each to this person."""
    visits = Prefetch("visits", visible(AssessmentVisit, user).order_by("starts_at"), to_attr="seen_visits")
    finished = Prefetch("assessments", with_scores(user), to_attr="finished")
    opened = visible(JointView, user).filter(opened_at__isnull=False).select_related("recorded_by")
    views = Prefetch("joint_views", opened, to_attr="opened_views")
    resolution = Prefetch("view_resolution", visible(ViewResolution, user))
    prefetch_related_objects(rows, visits, finished, views, resolution)
    for row in rows:
        if row.pk in cases_to_assess(user):
            row.unfinished = 0  # not told before their own is complete
    return rows
