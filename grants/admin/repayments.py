"""Money asked back from organisations: recorded as it comes in, withdrawn, or reversed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.money.amounts import format_pounds
from grants.actions import repayments
from grants.forms.steps import ReceiveRepaymentForm, ReverseRepaymentForm
from grants.lifecycle import REPAYMENT
from grants.models import Repayment
from grants.work_queue import tasks_with


@admin.register(Repayment)
class RepaymentAdmin(ReadingAdmin):
    names_people = False
    menu_place = 14
    lifecycle = REPAYMENT
    page_template = "admin/grants/repayment/page.html"
    list_display = ("reference_name", "organisation", "money", "status_name", "asked_at")
    list_display_links = ("reference_name",)
    list_select_related = ("grant__organisation",)
    list_filter = (tasks_filter(*tasks_with(Repayment)), "status", ("grant__post__call", LatestFilter))
    search_fields = ("grant__reference", "grant__organisation__name", "reference")
    search_help_text = "By reference, organisation or the bank's reference"
    ordering = ("-asked_at", "-pk")
    steps = {
        "receive": StepButton(
            "Record the money received",
            repayments.receive,
            "grants.receive_repayment",
            form=ReceiveRepaymentForm,
            done="The money is recorded. We are emailing the organisation.",
        ),
        "withdraw": StepButton(
            "Withdraw",
            repayments.withdraw,
            "grants.withdraw_repayment",
            confirm="We will tell the organisation that nothing is to be paid back.",
            done="Nothing is to be paid back.",
        ),
        "reverse": StepButton(
            "Reverse the record of the money",
            repayments.reverse,
            "grants.reverse_repayment",
            form=ReverseRepaymentForm,
            done="The record is reversed. Ask for the money again.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Repayment]:
        rows = super().get_queryset(request)
        near = ("grant__organisation", "asked_by", "received_by", "ended_by")
        return rows if self.is_list(request) else rows.select_related(*near)

    @admin.display(description="grant", ordering="grant__reference")
    def reference_name(self, repayment: Repayment) -> str:
        return str(repayment.grant.reference)

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, repayment: Repayment) -> str:
        return str(repayment.grant.organisation)

    @admin.display(description="amount", ordering="amount")
    def money(self, repayment: Repayment) -> str:
        return format_pounds(repayment.amount)

    @admin.display(description="status", ordering="status")
    def status_name(self, repayment: Repayment) -> str:
        return repayment.get_status_display()

    def page(self, request: HttpRequest, obj: Repayment) -> dict[str, Any]:
        return {"repayment": obj, "entries": trail.history_for(request.user, obj)}
