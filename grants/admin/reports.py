"""Evaluation reports as the funder reads them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.accounts.roles import FUNDER_OFFICERS, Role
from core.admin import StepButton
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from grants.actions import reports
from grants.forms.report import HINTS
from grants.forms.steps import GiveBackForm
from grants.lifecycle import REPORT, ReportStatus
from grants.models import EvaluationReport

UNREAD = (ReportStatus.DUE, ReportStatus.RETURNED)


@admin.register(EvaluationReport)
class EvaluationReportAdmin(ReadingAdmin):
    """Reports: due, come in, returned, accepted."""

    readers = frozenset({*FUNDER_OFFICERS, Role.COMMITTEE})
    lifecycle = REPORT
    page_template = "admin/grants/evaluationreport/page.html"
    list_display = ("reference", "organisation", "due_on", "status_name", "submitted_at")
    list_display_links = ("reference",)
    list_select_related = ("grant__organisation",)
    list_filter = ("status", "due_on")
    search_fields = ("grant__reference", "grant__organisation__name")
    search_help_text = "By reference or organisation"
    ordering = ("due_on", "pk")
    steps = {
        "accept": StepButton(
            "Accept",
            reports.accept,
            "grants.accept_evaluationreport",
            confirm="The report is accepted and frozen; the organisation is told.",
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
        """Fetch with each row what the page shows of it."""
        rows = super().get_queryset(request)
        near = ("grant__organisation", "submitted_by", "returned_by", "accepted_by")
        return rows if self.is_list(request) else rows.select_related(*near)

    @admin.display(description="report", ordering="grant__reference")
    def reference(self, report: EvaluationReport) -> str:
        """The grant's reference and the number."""
        return f"{report.grant.reference}, {report.number}"

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, report: EvaluationReport) -> str:
        """Who writes it."""
        return str(report.grant.organisation)

    @admin.display(description="status", ordering="status")
    def status_name(self, report: EvaluationReport) -> str:
        """Where it stands."""
        return report.get_status_display()

    def page(self, request: HttpRequest, obj: EvaluationReport) -> dict[str, Any]:
        """Give the answers once they are handed in; what is still being written is the organisation's own."""
        user: Any = request.user
        answers = [(label, getattr(obj, name)) for name, (label, _) in HINTS.items()]
        is_office = bool(user.is_superuser or user.roles & FUNDER_OFFICERS)
        return {
            "report": obj,
            "answers": [] if obj.status in UNREAD else answers,
            "entries": trail.history(obj) if is_office else [],
        }
