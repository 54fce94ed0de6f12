"""Grants as the funder's people read them, and what the office does with them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from applications.admin.list_filters import DaysFilter, round_filters
from core.accounts.models import User
from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.money.amounts import format_pounds
from grants.actions import agreements, answer_days, grants, repayments
from grants.admin.pay import pay_view, programmes_with_pay
from grants.exports.readiness import readiness_of
from grants.forms.steps import AskRepaymentForm, MoreTimeForm
from grants.lifecycle import GRANT
from grants.models import Agreement, Grant
from grants.work_queue import tasks_with


def has_been_paid(grant: Grant) -> bool:
    return repayments.repayable(grant) > 0


def open_data_of(person: User | AnonymousUser, grant: Grant) -> dict[str, Any]:
    ready = readiness_of(grant)
    return {
        "ready": ready,
        "lacks": [
            (lack, bool(lack.permission) and person.has_perm(lack.permission, lack.thing)) for lack in ready.lacks
        ],
    }


@admin.register(Grant)
class GrantAdmin(ReadingAdmin):
    names_people = False
    menu_place = 9
    lifecycle = GRANT
    page_template = "admin/grants/grant/page.html"
    change_list_template = "admin/grants/grant/change_list.html"
    list_display = ("reference", "organisation", "role_name", "starts_on", "ends_on", "money", "status_name")
    list_display_links = ("reference",)
    list_select_related = ("organisation", "post")
    list_filter = (
        tasks_filter(*tasks_with(Grant)),
        "status",
        ("programme", LatestFilter),
        *round_filters("post__call", "post"),
        DaysFilter,
    )
    search_fields = ("reference", "organisation__name", "organisation__aliases")
    search_help_text = "By reference or organisation"
    steps = {
        "prepare_agreement": StepButton(
            "Prepare the funding agreement",
            agreements.prepare,
            "grants.prepare_agreement",
            precheck=agreements.refuse_signed,
            confirm="We make the agreement as a PDF and email the people who sign it. You can prepare it again "
            "until someone has signed.",
            done="The agreement of {thing} is ready to sign.",
        ),
        "give-time": StepButton(
            "Give more time to answer",
            answer_days.give_more_time,
            "grants.give_time_grant",
            form=MoreTimeForm,
            precheck=answer_days.refuse_without_day,
            done="We are emailing whoever has not answered the offer of {thing}.",
        ),
        "lapse": StepButton(
            "Let the offer lapse",
            grants.lapse,
            "grants.lapse_grant",
            precheck=answer_days.refuse_in_time,
            confirm="The day for an answer has passed. The offer ends, its place is free for the reserve list, and we "
            "email the organisation, the proposed secondee and the office. You cannot undo this. To wait longer, give "
            "more time instead.",
            done="The offer of {thing} has lapsed.",
            is_grave=True,
        ),
        "close": StepButton(
            "Close",
            grants.close,
            "grants.close_grant",
            precheck=grants.refuse_unsettled,
            confirm="Close the grant when everything is paid and reported.",
            done="{thing} is closed.",
        ),
        "ask-repayment": StepButton(
            "Ask for money back",
            repayments.ask,
            "grants.ask_repayment",
            form=AskRepaymentForm,
            when=has_been_paid,
            done="We are asking the organisation of {thing} to pay the money back. Finance records when it comes in.",
            is_grave=True,
        ),
    }

    def get_urls(self) -> list[URLPattern]:
        pay = path("pay/<int:pk>/", self.admin_site.admin_view(pay_view), name="grants_grant_pay")
        return [pay, *super().get_urls()]

    def changelist_view(self, request: Any, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"with_pay": programmes_with_pay(request.user), **(extra_context or {})}
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grant]:
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows
        return rows.select_related("organisation", "post__call", "programme__funder", "programme__host", "decision")

    @admin.display(description="post")
    def role_name(self, grant: Grant) -> str:
        return grant.role

    @admin.display(description="grant", ordering="total")
    def money(self, grant: Grant) -> str:
        return format_pounds(grant.total)

    @admin.display(description="status", ordering="status")
    def status_name(self, grant: Grant) -> str:
        return grant.get_status_display()

    def page(self, request: HttpRequest, obj: Grant) -> dict[str, Any]:
        """Show sums (the lines only to those who may see the salary), payments, reports, agreement and history."""
        user = request.user
        sees_salary = user.has_perm("grants.view_salary", obj)
        agreement = Agreement.objects.filter(grant=obj).first()
        instalments, reports = list(obj.instalments.order_by("due_on", "number")), list(obj.reports.all())
        return {
            "grant": obj,
            "sees_salary": sees_salary,
            "sees_decision": bool(obj.decision) and user.has_perm("grants.view_decision", obj.decision),
            "lines": list(obj.lines.all()) if sees_salary else [],
            "variations": list(obj.variations.all()),
            "agreement": agreement,
            "signatures": list(agreement.signatures.all()) if agreement else [],
            "instalments": instalments,
            "reports": reports,
            "reads_reports": user.has_perm("grants.view_evaluationreport", reports[0]) if reports else False,
            "open_data": open_data_of(user, obj),
            "entries": trail.history_for(user, obj, *instalments, *reports),
        }
