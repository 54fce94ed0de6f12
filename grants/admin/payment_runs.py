"""Payment runs: the file for the bank, and the whole run recorded as paid."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path

from core import step_up
from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.lifecycle import refusal_of
from core.money.amounts import format_pounds
from core.spreadsheets import Column, csv_stream
from grants.actions import payment_runs
from grants.forms.steps import PayForm
from grants.lifecycle import PAYMENT_RUN
from grants.models import Instalment, PaymentRun
from grants.work_queue import tasks_with

COLUMNS = (
    Column("sort_code", "Sort code", "Six digits."),
    Column("account_number", "Account number", "Eight digits."),
    Column("account_name", "Account name", "As the organisation entered it."),
    Column("amount", "Amount", "In pounds.", "money"),
    Column("reference", "Reference", "The grant's reference and the number of the instalment."),
)


def lines(rows: list[Instalment]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        details = row.bank_account.details if row.bank_account else {}
        reference = f"{row.grant.reference} {row.number}"
        yield details["sort_code"], details["number"], details["name"], row.amount, reference


def held_of(run: PaymentRun, request: HttpRequest) -> str:
    """Why the file for the bank is not given out."""
    return refusal_of(payment_runs.refuse_held_run, run, request.arrived_at)  # type: ignore[attr-defined]


@admin.register(PaymentRun)
class PaymentRunAdmin(ReadingAdmin):
    names_people = False
    menu_place = 13
    lifecycle = PAYMENT_RUN
    page_template = "admin/grants/paymentrun/page.html"
    list_display = ("name", "payments", "money", "status_name", "made_at")
    list_display_links = ("name",)
    list_filter = (tasks_filter(*tasks_with(PaymentRun)), "status", ("programme", LatestFilter))
    search_fields = ("payment_reference",)
    search_help_text = "By payment reference"
    ordering = ("-made_at", "-pk")
    steps = {
        "pay": StepButton(
            "Record as paid",
            payment_runs.pay,
            "grants.pay_paymentrun",
            precheck=payment_runs.refuse_untaken,
            form=PayForm,
            done="{thing} is paid. We are sending each remittance advice.",
        ),
    }

    def get_urls(self) -> list[URLPattern]:
        file = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/file.csv", file, name="grants_paymentrun_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        run: PaymentRun = self.find(request, str(pk))
        if not request.user.has_perm("grants.take_paymentrun", run):
            raise Http404
        step_up.demand(request, "grants.take_paymentrun", f"The file for the bank: {run}")
        if held := held_of(run, request):
            messages.error(request, held)
            return redirect(run)
        rows = payment_runs.take(run, **by_and_at(request))
        # Made whole before the first byte: the file is noted as taken, and holds what was checked.
        response = HttpResponse(b"".join(csv_stream(COLUMNS, lines(rows))), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="payment-run-{run.number}.csv"'
        response["Cache-Control"] = "no-store"
        return response

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentRun]:
        rows = super().get_queryset(request)
        return rows if self.is_list(request) else rows.select_related("programme", "made_by", "paid_by")

    @admin.display(description="payment run", ordering="number")
    def name(self, run: PaymentRun) -> str:
        return str(run)

    @admin.display(description="total", ordering="total")
    def money(self, run: PaymentRun) -> str:
        return format_pounds(run.total)

    @admin.display(description="status", ordering="status")
    def status_name(self, run: PaymentRun) -> str:
        return run.get_status_display()

    def page(self, request: HttpRequest, obj: PaymentRun) -> dict[str, Any]:
        rows = obj.instalments.select_related("grant__organisation", "bank_account").order_by("pk")
        may_take = request.user.has_perm("grants.take_paymentrun", obj)
        return {
            "run": obj,
            "rows": rows,
            "held": held_of(obj, request) if may_take else "",
            "may_take": may_take,
            "entries": trail.history_for(request.user, obj),
        }
