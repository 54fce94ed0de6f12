"""Evaluation reports as the funder reads them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from grants.actions import reports
from grants.forms.report import answers
from grants.forms.steps import GiveBackForm
from grants.lifecycle import REPORT
from grants.models import EvaluationReport
from grants.work_queue import tasks_with


@admin.register(EvaluationReport)
class EvaluationReportAdmin(ReadingAdmin):
    menu_place = 11
    lifecycle = REPORT
    page_template = "admin/grants/evaluationreport/page.html"
    list_display = ("reference", "organisation", "due_on", "status_name", "submitted_at")
    list_display_links = ("reference",)
    list_select_related = ("grant__organisation",)
    list_filter = (tasks_filter(*tasks_with(EvaluationReport)), "status", "due_on", ("grant__post__call", LatestFilter))
    search_fields = ("grant__reference", "grant__organisation__name")
    search_help_text = "By reference or organisation"
    ordering = ("due_on", "pk")
    steps = {
        "accept": StepButton(
            "Accept",
            reports.accept,
            "grants.accept_evaluationreport",
            confirm="We will email the organisation. The report cannot be changed after this.",
            done="{thing} is accepted.",
        ),
        "give_back": StepButton(
            "Return to the organisation",
            reports.give_back,
            "grants.give_back_evaluationreport",
            form=GiveBackForm,
            done="{thing} is returned.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[EvaluationReport]:
        rows = super().get_queryset(request)
        near = ("grant__organisation", "submitted_by", "returned_by", "accepted_by")
        return rows if self.is_list(request) else rows.select_related(*near)

    @admin.display(description="report", ordering="grant__reference")
    def reference(self, report: EvaluationReport) -> str:
        return f"{report.grant.reference}, {report.number}"

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, report: EvaluationReport) -> str:
        return str(report.grant.organisation)

    @admin.display(description="status", ordering="status")
    def status_name(self, report: EvaluationReport) -> str:
        return report.get_status_display()

    def page(self, request: HttpRequest, obj: EvaluationReport) -> dict[str, Any]:
        """Show the answers once they are submitted; a draft is the organisation's own."""
        return {
            "report": obj,
            "answers": answers(obj) if obj.is_handed_in else [],
            "entries": trail.history_for(request.user, obj),
        }
