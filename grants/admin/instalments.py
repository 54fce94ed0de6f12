"""Payments: prepared, approved, paid, by three people."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.bulk import BulkAdmin, BulkStep
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import say_day
from core.lifecycle import refusal_of
from core.money.amounts import format_pounds
from core.permissions import may_ever
from grants.actions import holding, instalments, payment_runs, payments_undone
from grants.forms.steps import AllowForm, PayForm, ReturnForm, ReversePaymentForm, WithholdForm
from grants.lifecycle import INSTALMENT, InstalmentStatus
from grants.models import Instalment, PaymentRun
from grants.work_queue import tasks_with

RELATED = ("grant__organisation", "prepared_by")
WAITING = {
    InstalmentStatus.SCHEDULED: holding.refuse_held,
    InstalmentStatus.PREPARED: instalments.refuse_unapprovable,
    InstalmentStatus.APPROVED: instalments.refuse_unready,
}


def run_of(chosen: Sequence[Instalment]) -> str:
    return PaymentRun.objects.filter(instalments__in=[one.pk for one in chosen]).latest("pk").get_absolute_url()


@admin.register(Instalment)
class InstalmentAdmin(BulkAdmin, ReadingAdmin):
    names_people = False
    menu_place = 10
    lifecycle = INSTALMENT
    page_template = "admin/grants/instalment/page.html"
    list_display = ("reference", "organisation", "due_on", "money", "status_name")
    list_display_links = ("reference",)
    list_select_related = ("grant__organisation",)
    list_filter = (tasks_filter(*tasks_with(Instalment)), "status", "due_on", ("grant__post__call", LatestFilter))
    search_fields = ("grant__reference", "grant__organisation__name", "payment_reference")
    search_help_text = "By reference, organisation or payment reference"
    ordering = ("due_on", "pk")
    bulk = {
        "prepare": BulkStep(
            "Prepare payments",
            "prepare",
            partial(may_ever, name="grants.prepare_instalment"),
            "prepared. The director approves them.",
            confirm="You are preparing these payments. Someone else must approve them, and a third person pays.",
            related=RELATED,
        ),
        "approve": BulkStep(
            "Approve payments",
            "approve",
            partial(may_ever, name="grants.approve_instalment"),
            "approved. A finance officer pays them.",
            confirm="You are approving payments that someone else prepared. A third person must pay them.",
            related=RELATED,
        ),
        "run": BulkStep(
            "Make a payment run",
            "pay",
            partial(may_ever, name="grants.pay_instalment"),
            "in a payment run.",
            confirm="You are putting these payments into one file for the bank. If one changes, the run is void.",
            together=payment_runs.make,
            precheck=instalments.refuse_unready,
            onward=run_of,
            related=(*RELATED, "run"),
        ),
    }
    says_what_waits = False
    steps = {
        "give_back": StepButton(
            "Record as returned by the bank",
            payments_undone.give_back,
            "grants.give_back_instalment",
            form=ReturnForm,
            precheck=payments_undone.refuse_asked_back,
            done="{thing} is returned. We are asking the organisation for other bank details.",
            is_grave=True,
        ),
        "reverse": StepButton(
            "Reverse the record of payment",
            payments_undone.reverse,
            "grants.reverse_instalment",
            form=ReversePaymentForm,
            precheck=payments_undone.refuse_asked_back,
            done="The record of the payment is reversed. Reschedule {thing} to pay it.",
            is_grave=True,
        ),
        "prepare": StepButton(
            "Prepare",
            instalments.prepare,
            "grants.prepare_instalment",
            precheck=instalments.refuse_unpayable,
            done="{thing} is prepared.",
        ),
        "allow-overdue": StepButton(
            "Pay although a report is overdue",
            holding.allow,
            "grants.allow_instalment",
            precheck=holding.refuse_without_overdue,
            form=AllowForm,
            done="{thing} no longer waits for a report that is overdue. The other payments of the grant do.",
        ),
        "approve": StepButton(
            "Approve",
            instalments.approve,
            "grants.approve_instalment",
            precheck=instalments.refuse_unapprovable,
            confirm="You are approving a payment that someone else prepared. A third person must pay it.",
            done="{thing} is approved.",
        ),
        "pay": StepButton(
            "Record as paid",
            instalments.pay,
            "grants.pay_instalment",
            precheck=instalments.refuse_unready,
            form=PayForm,
            done="{thing} is paid. We are sending the remittance advice.",
        ),
        "withhold": StepButton(
            "Withhold",
            instalments.withhold,
            "grants.withhold_instalment",
            form=WithholdForm,
            done="{thing} is withheld.",
            is_grave=True,
        ),
        "reinstate": StepButton(
            "Reschedule",
            instalments.reinstate,
            "grants.reinstate_instalment",
            precheck=instalments.refuse_after_the_end,
            confirm="The preparation and approval start again.",
            done="{thing} is scheduled again.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instalment]:
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows
        return rows.select_related(
            *("grant__organisation", "prepared_by", "approved_by", "paid_by", "bank_account", "run"),
            "overdue_allowed_by",
        )

    def bulk_label(self, row: Instalment) -> str:
        return (
            f"{self.reference(row)}, {row.grant.organisation}: {format_pounds(row.amount)}, due {say_day(row.due_on)}"
        )

    @admin.display(description="instalment", ordering="grant__reference")
    def reference(self, instalment: Instalment) -> str:
        return f"{instalment.grant.reference}, {instalment.number}"

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, instalment: Instalment) -> str:
        return str(instalment.grant.organisation)

    @admin.display(description="amount", ordering="amount")
    def money(self, instalment: Instalment) -> str:
        return format_pounds(instalment.amount)

    @admin.display(description="status", ordering="status")
    def status_name(self, instalment: Instalment) -> str:
        return instalment.get_status_display()

    def page(self, request: HttpRequest, obj: Instalment) -> dict[str, Any]:
        check = WAITING.get(InstalmentStatus(obj.status))
        held = refusal_of(check, obj, request.arrived_at) if check else ""  # type: ignore[attr-defined]
        user, account, run = request.user, obj.bank_account, obj.run
        return {
            "instalment": obj,
            "held": held,
            "bank_account": account if account and user.has_perm("grants.view_bankaccount", account) else None,
            "run": run if run and user.has_perm("grants.view_paymentrun", run) else None,
            "sees_remittance": user.has_perm("grants.view_remittance", obj) and not obj.grant.erased_at,
            "entries": trail.history_for(user, obj),
        }
