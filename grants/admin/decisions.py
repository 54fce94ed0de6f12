"""Decisions of the committee: found, read, recorded, confirmed, released together."""

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from applications.admin.applications import ApplicationAdmin
from applications.admin.list_filters import round_filters
from core import step_up
from core.accounts.requests import Personal
from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.bulk import BulkAdmin, BulkStep
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.lifecycle import Refused
from core.permissions import may_ever
from core.text import plural
from grants.actions import decisions, many_decisions
from grants.admin import meetings, recording
from grants.admin.archive import archive_view, zip_view
from grants.admin.dossier import dossier_view
from grants.admin.papers import papers_view
from grants.admin.paying import paying_for
from grants.admin.recording_many import RECORD_MANY
from grants.forms.steps import DropForm
from grants.lifecycle import DECISION, DecisionStatus
from grants.models import Decision, Grant
from grants.visibility import who_may_confirm
from grants.work_queue import tasks_with


@admin.register(Decision)
class DecisionAdmin(BulkAdmin, ReadingAdmin):
    """One person records, another confirms; what is confirmed is released, one by one or together."""

    menu_place = 8
    lifecycle = DECISION
    page_template = "admin/grants/decision/page.html"
    change_list_template = "admin/grants/decision/change_list.html"
    list_display = ("reference", "organisation", "outcome_name", "meeting", "status_name", "recorded_by")
    list_display_links = ("reference",)
    list_select_related = ("application__organisation", "meeting__body", "recorded_by")
    list_filter = (
        tasks_filter(*tasks_with(Decision)),
        "status",
        "outcome",
        ("meeting", LatestFilter),
        *round_filters("application__call", "application__post"),
    )
    search_fields = ("application__reference", "application__organisation__name")
    search_help_text = "By reference or organisation"
    bulk = {
        "confirm": BulkStep(
            "Confirm the chosen decisions",
            "confirm",
            partial(may_ever, name="grants.confirm_decision"),
            "confirmed. They can now be released.",
            confirm="You are confirming what someone else recorded. The decisions cannot be changed after this.",
            precheck=many_decisions.refuse_confirming,
            related=(
                *("application__organisation", "application__call__programme", "post"),
                *("meeting__body__programme", "recorded_by"),
            ),
        ),
    }
    actions = ("release_together",)  # type: ignore[assignment]
    steps = {
        "confirm": StepButton(
            "Confirm",
            decisions.confirm,
            "grants.confirm_decision",
            confirm="You are confirming what someone else recorded. The decision cannot be changed after this.",
            done="You have confirmed the decision. It can now be released.",
        ),
        "drop": StepButton(
            "Drop",
            decisions.drop,
            "grants.drop_decision",
            form=DropForm,
            confirm="The decision is dropped and you can record another. We do not send an email.",
            done="You have dropped the decision.",
            is_grave=True,
        ),
        "release": StepButton(
            "Release",
            decisions.release,
            "grants.release_decision",
            confirm="We will email the organisation and the proposed secondee now. You cannot undo this.",
            done="You have released the decision. We are sending the emails.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows
        rows = rows.select_related("application__organisation", "application__post", "application__call__programme")
        return rows.select_related("meeting__body__programme", "post", "recorded_by", "confirmed_by", "released_by")

    # --- the list ---

    def bulk_label(self, row: Decision) -> str:
        return f"{row.application}, {row.application.organisation}: {many_decisions.in_words(row)}"

    @admin.display(description="application", ordering="application__reference")
    def reference(self, decision: Decision) -> str:
        return str(decision.application)

    @admin.display(description="organisation", ordering="application__organisation__name")
    def organisation(self, decision: Decision) -> str:
        return str(decision.application.organisation)

    @admin.display(description="decision", ordering="outcome")
    def outcome_name(self, decision: Decision) -> str:
        return decision.get_outcome_display()

    @admin.display(description="status", ordering="status")
    def status_name(self, decision: Decision) -> str:
        return decision.get_status_display()

    # --- recording ---

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("grants.add_decision")

    def get_urls(self) -> list[URLPattern]:
        sheet = self.admin_site.admin_view(recording.sheet)
        archive, whole = self.admin_site.admin_view(archive_view), self.admin_site.admin_view(zip_view)
        dossier = self.admin_site.admin_view(dossier_view)
        papers = self.admin_site.admin_view(papers_view)
        meeting = self.admin_site.admin_view(partial(meetings.meeting_view, self))
        return [
            path("sheet/<int:application_pk>/", sheet, name="grants_decision_sheet"),
            path("dossiers/<int:pk>/", archive, name="grants_decision_archive"),
            path("dossiers/<int:pk>/dossiers.zip", whole, name="grants_decision_archive_zip"),
            path("dossier/<int:pk>/", dossier, name="grants_decision_dossier"),
            path("meeting/<int:pk>/", meeting, name="grants_decision_meeting"),
            path("meeting/<int:pk>/papers.pdf", papers, name="grants_decision_papers"),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return recording.record_view(self, cast("Personal", request))

    # --- the page and its steps ---

    def page(self, request: HttpRequest, obj: Decision) -> dict[str, Any]:
        user = request.user
        sees_history = user.has_perm("grants.view_decision_history", obj)
        is_own = obj.is_pending_confirmation and obj.recorded_by == user
        return {
            "decision": obj,
            "waits_for_another": is_own,
            "others": who_may_confirm(obj) if is_own else [],
            "may_confirm": user.has_perm("grants.confirm_decision", obj),
            "may_release": user.has_perm("grants.release_decision", obj),
            "sees_history": sees_history,
            "sheet": recording.sheet_of(user, obj),
            "paying": paying_for(user, obj),
            "sees_workings": user.has_perm("applications.view_salary", obj.application),
            "grant": Grant.objects.filter(decision=obj).first(),
            "entries": trail.history(obj) if sees_history else [],
        }

    def step_page(self, request: HttpRequest, obj: Any, step: str, form: forms.Form | None) -> HttpResponse:
        page = cast("TemplateResponse", super().step_page(request, obj, step, form))
        page.template_name = "admin/grants/decision/step.html"
        letters = recording.letters_of(obj, cast("Personal", request)) if step == "release" else []
        page.context_data = {
            **(page.context_data or {}),
            "sheet": recording.sheet_of(request.user, obj),
            "paying": paying_for(request.user, obj),
            "sees_workings": request.user.has_perm("applications.view_salary", obj.application),
            "letters": letters,
        }
        return page

    # --- together ---

    def has_release_permission(self, request: HttpRequest) -> bool:
        return may_ever(request.user, "grants.release_decision")

    @admin.action(description="Release the chosen decisions together", permissions=["release"])
    def release_together(self, request: HttpRequest, chosen: QuerySet[Decision]) -> HttpResponse | None:
        """Ask once, with the emails, then release every chosen decision that is confirmed: all of them, or none."""
        rows = chosen.select_related("application__organisation", "application__call__programme__host", "post")
        ready = list(rows.filter(status=DecisionStatus.CONFIRMED))
        if not ready:
            self.message_user(request, "None of these decisions is confirmed, so none was released.", messages.WARNING)
            return None
        step_up.demand(request, "grants.release_decision", "Release together")
        if "together" not in request.POST:
            return self.ask_together(request, ready, left=chosen.count() - len(ready))
        try:
            decisions.release_all(ready, **by_and_at(request))
        except Refused as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
        else:
            sentence = f"{plural(len(ready), 'decision')} released. We are sending the emails."
            self.message_user(request, sentence, messages.SUCCESS)
        return None

    def ask_together(self, request: HttpRequest, ready: list[Decision], left: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Release together",
            "opts": self.opts,
            "decisions": ready,
            "letters": [(one, recording.letters_of(one, cast("Personal", request))) for one in ready],
            "left": left,
        }
        return TemplateResponse(request, "admin/grants/decision/together.html", context)


ApplicationAdmin.bulk["decide"] = RECORD_MANY
