"""Placements in the admin: to read; the work on them is done on their own pages."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html

from core.admin import StepsAdmin
from secondments.models import Placement


@admin.register(Placement)
class PlacementAdmin(StepsAdmin):
    """A list for the funder's officers, with a link to the page of each."""

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
        """Leave opening to the page of the agreed grant."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Show, and change nothing."""
        return False

    @admin.display(description="organisation", ordering="grant__organisation__name")
    def organisation(self, placement: Placement) -> str:
        """Name the seconding organisation."""
        return str(placement.grant.organisation)

    @admin.display(description="page")
    def page(self, placement: Placement) -> str:
        """Lead to the placement's own page."""
        address, name = placement.get_absolute_url(), placement.reference
        return format_html('<a href="{}" aria-label="Open {}">Open</a>', address, name)
