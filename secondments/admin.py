"""Placements in the admin: to read; they are worked on in the pages of the service."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from core.admin import StepsAdmin
from secondments.models import Placement


@admin.register(Placement)
class PlacementAdmin(StepsAdmin):
    """Read-only, with a link to the page of each; a placement is opened from its grant."""

    list_display = ("reference", "organisation", "secondee", "starts_on", "ends_on", "status", "page")
    list_filter = ("status",)
    list_select_related = ("grant__organisation", "secondee")
    search_fields = ("reference", "grant__organisation__name", "secondee__name")
    search_help_text = "By reference, organisation or secondee"
    fields = (
        "reference", "page", "grant", "strands", "secondee", "line_manager", "home_manager", "days_per_week",
        "starts_on", "ends_on", "status", "opened_at", "started_at", "ended_at",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, placement: Placement) -> str:
        return str(placement.grant.organisation)

    @admin.display(description="page")
    def page(self, placement: Placement) -> str:
        address, name = placement.get_absolute_url(), placement.reference
        return format_html('<a href="{}" aria-label="Open {}">Open</a>', address, name)
