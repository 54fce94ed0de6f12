"""Contributions and the ledger as finance and the office read and record them; what pays for an award."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.text import capfirst

from core.accounts.models import Programme
from core.admin import LatestFilter, StepButton
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import london
from core.money.amounts import format_pounds
from grants.actions import allocations, contributions
from grants.admin import accounts
from grants.admin.decisions import DecisionAdmin
from grants.admin.position import position_of
from grants.forms.fund import AllocationForm, ContributionForm, ReceiptForm, ReverseForm
from grants.models import Contribution, Decision, LedgerLine
from grants.models.pool import positions_of

FIELDS = ("programme", "label", "funder", "amount", "pledged_on", "goal", "strand", "kind")


def take_in(contribution: Contribution, **acting: Any) -> int:
    return contributions.take_in(contribution.programme, **acting)


def leaves_grants_out(contribution: Contribution) -> bool:
    return contributions.left_out(contribution.programme).exists()


@admin.register(Contribution)
class ContributionAdmin(ReadingAdmin):
    names_people = False
    menu_place = 23
    form = ContributionForm
    page_template = "admin/grants/contribution/page.html"
    change_list_template = "admin/grants/contribution/change_list.html"
    list_display = ("label", "funder", "purpose", "programme", "recorded_at")
    list_select_related = ("funder", "goal", "strand", "programme")
    list_filter = (("programme", LatestFilter), "kind")
    search_fields = ("label", "funder__name")
    search_help_text = "By name or funder"
    steps = {
        "receive": StepButton(
            "Record money received",
            contributions.receive,
            "grants.receive_contribution",
            form=ReceiptForm,
            done="We have recorded what came in.",
        ),
        "take-in": StepButton(
            "Take in earlier grants",
            take_in,
            "grants.take_in_grants",
            confirm="We commit the grants that were made before the first contribution, and note what was paid.",
            when=leaves_grants_out,
            done="The earlier grants are in the ledger.",
        ),
    }

    def get_urls(self) -> list[URLPattern]:
        pages = {"position": self.position_view, "due": self.due_view, "by-status": self.by_status_view}
        own = [
            path(
                f"<int:pk>/{at}/", self.admin_site.admin_view(view), name=f"grants_contribution_{at.replace('-', '_')}"
            )
            for at, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        first: dict[int, Contribution] = {}
        for one in self.get_queryset(request).select_related("programme").order_by("pk"):
            first.setdefault(one.programme_id, one)
        return super().changelist_view(request, {"funds": list(first.values()), **(extra_context or {})})

    def position_view(self, request: Any, pk: int) -> HttpResponseBase:
        if request.GET.get("file") == "pdf":
            return accounts.position_pdf(request, self.fund_of(request, pk))
        return position_of(request, self.fund_of(request, pk))

    def due_view(self, request: Any, pk: int) -> HttpResponseBase:
        return accounts.payments_due_of(request, self.fund_of(request, pk))

    def by_status_view(self, request: Any, pk: int) -> HttpResponseBase:
        return accounts.by_status_of(request, self.fund_of(request, pk))

    def fund_of(self, request: HttpRequest, pk: int) -> Programme:
        """The programme whose fund this contribution belongs to."""
        contribution: Contribution = self.find(request, str(pk))
        if not request.user.has_perm("grants.view_fund", contribution):
            raise Http404
        return contribution.programme

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("grants.add_contribution")

    def get_fields(self, request: HttpRequest, obj: Contribution | None = None) -> tuple[str, ...]:
        return FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return ()

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"pledged_on": london(request.arrived_at).date()}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        one_button = {"show_save_and_add_another": False, "show_save_and_continue": False}
        title = {"title": "Record a contribution"}
        return super().add_view(request, form_url, {**title, **one_button, **(extra_context or {})})

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **{**kwargs, "fields": ContributionForm.Meta.fields})
        return type(made.__name__, (made,), {"acting": by_and_at(request)})

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        form.save_m2m = lambda: None
        return form.result

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to the action, which has written it."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Leave it to the action, which has a line of its own."""

    @admin.display(description="may pay for")
    def purpose(self, contribution: Contribution) -> str:
        return contribution.restriction

    def page(self, request: HttpRequest, obj: Contribution) -> dict[str, Any]:
        [(_, position)] = positions_of([obj])
        lines = obj.ledger.select_related("grant", "recorded_by")
        return {
            "contribution": obj,
            "position": position,
            "lines": self.lines_for(request, lines),
            "entries": trail.history_for(request.user, obj),
        }

    def lines_for(self, request: HttpRequest, lines: QuerySet[LedgerLine]) -> list[LedgerLine]:
        return [line for line in lines if request.user.has_perm("grants.view_ledgerline", line)]


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadingAdmin):
    names_people = False
    menu_place = 24
    page_template = "admin/grants/ledgerline/page.html"
    list_display = ("happened_on", "kind_name", "contribution", "grant", "money", "reason")
    list_display_links = ("happened_on", "kind_name")
    list_select_related = ("contribution", "grant")
    list_filter = ("kind", "happened_on", ("contribution__programme", LatestFilter))
    search_fields = ("contribution__label", "grant__reference", "reason")
    search_help_text = "By contribution, grant or reason"
    ordering = ("-happened_on", "-pk")
    steps = {
        "reverse": StepButton(
            "Reverse",
            contributions.reverse,
            "grants.reverse_ledgerline",
            form=ReverseForm,
            precheck=contributions.refuse_reversal,
            confirm="The line stays, and another with the same amount below zero follows it.",
            done="{thing} is reversed.",
            is_grave=True,
        ),
    }

    @admin.display(description="kind", ordering="kind")
    def kind_name(self, line: LedgerLine) -> str:
        return capfirst(line.get_kind_display())

    @admin.display(description="amount", ordering="amount")
    def money(self, line: LedgerLine) -> str:
        return format_pounds(line.amount)

    def page(self, request: HttpRequest, obj: LedgerLine) -> dict[str, Any]:
        return {"line": obj, "reversal": LedgerLine.objects.filter(reverses=obj).first()}


def is_chosen(decision: Decision) -> bool:
    return decision.is_paid_by_pool and decision.allocations.filter(confirmed_at=None).exists()


DecisionAdmin.steps = {
    **DecisionAdmin.steps,
    "choose-allocation": StepButton(
        "Choose what pays",
        allocations.choose,
        "grants.choose_allocation",
        form=AllocationForm,
        when=attrgetter("is_paid_by_pool"),
        precheck=allocations.refuse_settled,
        done="We have noted what pays. Amounts that you chose must be confirmed by someone else.",
    ),
    "confirm-allocation": StepButton(
        "Confirm what pays",
        allocations.confirm,
        "grants.confirm_allocation",
        confirm="You are confirming which contributions pay for this award. This cannot be changed afterwards.",
        when=is_chosen,
        done="What pays for this award is confirmed.",
    ),
}
