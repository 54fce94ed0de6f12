"""Decisions of the committee: found, read, recorded, confirmed, released together."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from core.accounts.requests import Personal
from core.admin import LatestFilter, StepButton
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.lifecycle import Refused
from core.permissions import may_ever
from core.text import plural
from grants.actions import decisions
from grants.admin import recording
from grants.forms.steps import DropForm
from grants.lifecycle import DECISION, DecisionStatus
from grants.models import Decision, Grant


@admin.register(Decision)
class DecisionAdmin(ReadingAdmin):
    """One person records, another confirms; what is confirmed is released, one by one or together."""

    lifecycle = DECISION
    page_template = "admin/grants/decision/page.html"
    change_list_template = "admin/grants/decision/change_list.html"
    list_display = ("reference", "organisation", "outcome_name", "meeting", "status_name", "recorded_by")
    list_display_links = ("reference",)
    list_select_related = ("application__organisation", "meeting", "recorded_by")
    list_filter = ("status", "outcome", ("meeting", LatestFilter))
    search_fields = ("application__reference", "application__organisation__name")
    search_help_text = "By reference or organisation"
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
        return rows.select_related("meeting__programme", "post", "recorded_by", "confirmed_by", "released_by")

    # --- the list ---

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
        return [path("sheet/<int:application_pk>/", sheet, name="grants_decision_sheet"), *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return recording.record_view(self, cast("Personal", request))

    # --- the page and its steps ---

    def page(self, request: HttpRequest, obj: Decision) -> dict[str, Any]:
        user = request.user
        sees_history = user.has_perm("grants.view_decision_history", obj)
        return {
            "decision": obj,
            "waits_for_another": obj.is_pending_confirmation and obj.recorded_by == user,
            "sees_history": sees_history,
            "sheet": recording.sheet_of(user, obj),
            "sees_workings": user.has_perm("applications.view_salary", obj.application),
            "grant": Grant.objects.filter(decision=obj).first(),
            "entries": trail.history(obj) if sees_history else [],
        }

    def step_page(self, request: HttpRequest, obj: Any, step: str, form: forms.Form | None) -> HttpResponse:
        page = cast("TemplateResponse", super().step_page(request, obj, step, form))
        page.template_name = "admin/grants/decision/step.html"
        letter = recording.letter_of(obj, cast("Personal", request)) if step == "release" else None
        page.context_data = {
            **(page.context_data or {}),
            "sheet": recording.sheet_of(request.user, obj),
            "sees_workings": request.user.has_perm("applications.view_salary", obj.application),
            "letter": letter,
        }
        return page

    # --- together ---

    def has_release_permission(self, request: HttpRequest) -> bool:
        return may_ever(request.user, "grants.release_decision")

    @admin.action(description="Release the chosen decisions together", permissions=["release"])
    def release_together(self, request: HttpRequest, chosen: QuerySet[Decision]) -> HttpResponse | None:
        """Ask once, then release every chosen decision that is confirmed; show each refusal."""
        rows = chosen.select_related("application__organisation", "application__call__programme__host", "post")
        ready = list(rows.filter(status=DecisionStatus.CONFIRMED))
        if not ready:
            self.message_user(request, "None of these decisions is confirmed, so none was released.", messages.WARNING)
            return None
        if "together" not in request.POST:
            return self.ask_together(request, ready, left=chosen.count() - len(ready))
        released = 0
        for decision in ready:
            try:
                decisions.release(decision, **by_and_at(request))
            except Refused as refusal:
                self.message_user(request, f"{decision.application}: {refusal.sentence}", messages.ERROR)
            else:
                released += 1
        sentence = f"{plural(released, 'decision')} released. We are sending the emails."
        self.message_user(request, sentence, messages.SUCCESS if released else messages.WARNING)
        return None

    def ask_together(self, request: HttpRequest, ready: list[Decision], left: int) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Release together",
            "opts": self.opts,
            "decisions": ready,
            "left": left,
        }
        return TemplateResponse(request, "admin/grants/decision/together.html", context)
