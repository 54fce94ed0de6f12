"""Meetings of the Grants Committee, and who pays into the fund."""

from django.contrib import admin

from core.admin import StepsAdmin
from grants.models import CommitteeMeeting, Funder


@admin.register(CommitteeMeeting)
class CommitteeMeetingAdmin(StepsAdmin):
    list_display = ("held_on", "programme", "note")
    list_select_related = ("programme",)
    date_hierarchy = "held_on"


@admin.register(Funder)
class FunderAdmin(StepsAdmin):
    list_display = ("organisation", "programme", "is_housing")
    list_select_related = ("organisation", "programme")
