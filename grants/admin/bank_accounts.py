"""Bank accounts that grants are paid into: checked by call-back, approved by another."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import StepButton, tasks_filter
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import london, say_day
from grants.actions import bank_accounts
from grants.forms.steps import CheckBankAccountForm, RefuseBankAccountForm
from grants.lifecycle import BANK_ACCOUNT
from grants.models import BankAccount
from grants.work_queue import tasks_with


@admin.register(BankAccount)
class BankAccountAdmin(ReadingAdmin):
    names_people = False
    menu_place = 12
    lifecycle = BANK_ACCOUNT
    page_template = "admin/grants/bankaccount/page.html"
    list_display = ("reference", "organisation", "last_four", "status_name", "usable_from_on")
    list_display_links = ("reference",)
    list_select_related = ("grant__organisation",)
    list_filter = (tasks_filter(*tasks_with(BankAccount)), "status")
    search_fields = ("grant__reference", "grant__organisation__name")
    search_help_text = "By reference or organisation"
    ordering = ("-entered_at", "-pk")
    steps = {
        "check": StepButton(
            "Record the call-back",
            bank_accounts.call_back,
            "grants.check_bankaccount",
            form=CheckBankAccountForm,
            done="The details are checked. Someone else approves them.",
        ),
        "approve": StepButton(
            "Approve",
            bank_accounts.approve,
            "grants.approve_bankaccount",
            confirm="You are approving bank details that someone else checked by phone. The account used until now "
            "is no longer used, and payments wait for some days. We email the organisation.",
            done="The bank details are approved.",
        ),
        "refuse": StepButton(
            "Refuse",
            bank_accounts.refuse,
            "grants.refuse_bankaccount",
            form=RefuseBankAccountForm,
            done="The bank details are refused. We are emailing the organisation.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankAccount]:
        rows = super().get_queryset(request)
        near = ("grant__organisation", "entered_by", "checked_by", "approved_by", "ended_by")
        return rows if self.is_list(request) else rows.select_related(*near)

    @admin.display(description="grant", ordering="grant__reference")
    def reference(self, account: BankAccount) -> str:
        return str(account.grant.reference)

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, account: BankAccount) -> str:
        return str(account.grant.organisation)

    @admin.display(description="status", ordering="status")
    def status_name(self, account: BankAccount) -> str:
        return account.get_status_display()

    def page(self, request: HttpRequest, obj: BankAccount) -> dict[str, Any]:
        waits = ""
        if obj.is_approved and not obj.is_usable(london(request.arrived_at).date()):  # type: ignore[attr-defined]
            waits = f"Payments into this account wait until {say_day(obj.usable_from_on)}."  # type: ignore[arg-type]
        return {"account": obj, "waits": waits, "entries": trail.history_for(request.user, obj)}
