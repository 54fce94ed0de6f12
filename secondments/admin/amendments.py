"""Changes of grants in the admin: the office approves, confirms, turns down and withdraws them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import LatestFilter, StepButton
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from secondments.actions import amendments
from secondments.forms.amendments import TurnDownForm
from secondments.lifecycle import AMENDMENT
from secondments.models import Amendment
from secondments.views.amendment_page import AmendmentPage

PARTIES = (
    "grant__programme__host",
    "grant__programme__funder",
    "grant__organisation",
    "grant__post__call",
    "grant__placement__secondee",
    "asked_by",
    "recorded_by",
    "confirmed_by",
)


@admin.register(Amendment)
class AmendmentAdmin(ReadingAdmin):
    names_people = False
    menu_place = 16
    lifecycle = AMENDMENT
    page_template = "admin/secondments/amendment/page.html"
    list_display = ("reference", "organisation_name", "kind_name", "last_on", "asked_at", "status_name")
    list_display_links = ("reference",)
    list_select_related = ("grant__organisation",)
    list_filter = ("status", "kind", ("grant__programme", LatestFilter))
    search_fields = ("grant__reference", "grant__organisation__name")
    search_help_text = "By reference or organisation"
    steps = {
        "record": StepButton(
            "Approve",
            amendments.record,
            "secondments.record_amendment",
            precheck=amendments.refuse_impossible_now,
            confirm="Everyone has agreed. Someone else has to confirm your approval before anything is signed.",
            done="You have approved {thing}. Another officer or the director must confirm it.",
        ),
        "confirm": StepButton(
            "Confirm",
            amendments.confirm,
            "secondments.confirm_amendment",
            precheck=amendments.refuse_impossible_now,
            confirm="We make the supplementary agreement and ask both sides to sign it. Nothing changes before that.",
            done="{thing} is confirmed. We are asking both sides to sign.",
        ),
        "turn_down": StepButton(
            "Turn down",
            amendments.turn_down,
            "secondments.turn_down_amendment",
            form=TurnDownForm,
            done="{thing} is turned down.",
            is_grave=True,
        ),
        "withdraw": StepButton(
            "Withdraw",
            amendments.withdraw,
            "secondments.withdraw_amendment",
            form=TurnDownForm,
            done="{thing} is withdrawn.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Amendment]:
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows
        return rows.select_related(*PARTIES)

    @admin.display(description="grant", ordering="grant__reference")
    def reference(self, amendment: Amendment) -> str:
        return f"{amendment.grant.reference}, change {amendment.number}"

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation_name(self, amendment: Amendment) -> str:
        return str(amendment.grant.organisation)

    @admin.display(description="change", ordering="kind")
    def kind_name(self, amendment: Amendment) -> str:
        return amendment.get_kind_display()

    @admin.display(description="status", ordering="status")
    def status_name(self, amendment: Amendment) -> str:
        return amendment.get_status_display()

    def page(self, request: HttpRequest, obj: Amendment) -> dict[str, Any]:
        return {
            "amendment": obj,
            "grant": obj.grant,
            "page": AmendmentPage(request.user, obj),
            "entries": trail.history_for(request.user, obj),
        }
