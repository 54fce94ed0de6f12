"""Times offered for assessment visits: to whom, who has chosen, and who visits."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from applications.actions import visit_slots
from applications.admin.columns import StatusColumn
from applications.admin.visit_slot_forms import VisitorForm
from applications.lifecycle import SLOT
from applications.models import VisitSlot
from core.admin import LatestFilter, StepButton
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import say_deadline
from core.text import plural


@admin.register(VisitSlot)
class VisitSlotAdmin(StatusColumn, ReadingAdmin):
    """Visit times, the next one first."""

    menu_place = 6
    lifecycle = SLOT
    page_template = "admin/applications/visitslot/page.html"
    list_display = ("when", "where", "visitors", "offered_to", "chosen_by", "status_name")
    list_display_links = ("when",)
    list_filter = ("status", "starts_at", ("call", LatestFilter))
    search_fields = ("place", "funder_visitor__name", "host_visitor__name")
    ordering = ("starts_at", "pk")
    steps = {
        "replace-visitor": StepButton(
            "Change who visits",
            visit_slots.replace_visitor,
            "applications.replace_visitor_visitslot",
            form=VisitorForm,
            done="We are emailing whoever visits and whoever does not.",
        ),
        "withdraw": StepButton(
            "Withdraw this time",
            visit_slots.withdraw,
            "applications.withdraw_visitslot",
            confirm="We will email the organisations that could choose it, and take it out of the visitors' calendars.",
            done="You have withdrawn the time.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[VisitSlot]:
        rows: QuerySet[VisitSlot] = super().get_queryset(request)
        people = ("funder_visitor", "host_visitor", "offered_by", "call__programme", "visit__application__organisation")
        counted = Count("offers", filter=Q(offers__ended_at=None))
        found: QuerySet[VisitSlot] = rows.select_related(*people).annotate(count_open=counted)
        return found

    @admin.display(description="when", ordering="starts_at")
    def when(self, slot: VisitSlot) -> str:
        return say_deadline(slot.starts_at)

    @admin.display(description="where", ordering="place")
    def where(self, slot: VisitSlot) -> str:
        return slot.place or "at the organisation"

    @admin.display(description="who visits")
    def visitors(self, slot: VisitSlot) -> str:
        return f"{slot.funder_visitor}, {slot.host_visitor}"

    @admin.display(description="may still choose it")
    def offered_to(self, row: Any) -> str:
        return plural(row.count_open, "organisation") if row.count_open else "–"

    @admin.display(description="chosen by")
    def chosen_by(self, slot: VisitSlot) -> str:
        return str(slot.visit.application.organisation) if slot.visit else "–"

    def page(self, request: HttpRequest, obj: VisitSlot) -> dict[str, Any]:
        offers = obj.offers.select_related("application__organisation").order_by("application__reference")
        return {"slot": obj, "offers": offers, "entries": trail.history(obj)}
