"""Who pays into the fund beside the programme's own funder, standard conditions, and when reports are asked for."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from applications.admin.programmes import OfProgramme, ProgrammeAdmin
from core.admin import StepButton, StepsAdmin
from grants.actions import report_schedules
from grants.models import ConditionTemplate, Funder, ReportSchedule


@admin.register(Funder)
class FunderAdmin(StepsAdmin):
    list_display = ("organisation", "programme")
    list_select_related = ("organisation", "programme")


class FunderInline(OfProgramme):
    """Who else pays into the programme's fund."""

    model = Funder
    fields = ("organisation",)
    verbose_name_plural = "other funders"


class ReportScheduleInline(OfProgramme):
    """When reports were asked for, the latest first: what a grant was offered under stays."""

    model = ReportSchedule
    verbose_name_plural = "report schedules, the latest first"
    fields = readonly_fields = ("__str__", "set_at", "set_by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ConditionTemplateInline(OfProgramme):
    """The standard conditions; one that is no longer offered stays for who reads this list."""

    model = ConditionTemplate
    fields = ("position", "label", "text", "is_offered")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})}}


class ReportScheduleForm(forms.Form):
    """How many reports, or every how many months, and how long after the end the last is due."""

    number = forms.IntegerField(
        label="How many reports, spread evenly",
        required=False,
        help_text="With 2, one is due at the midpoint. Or leave this empty and fill in the next.",
    )
    every_months = forms.IntegerField(label="One report every how many months", required=False)
    months_to_write = forms.IntegerField(
        label="Months after the end by which the last report is due",
        initial=1,
        help_text="Grants that are offered already keep the schedule they have, also when they are extended.",
    )


ProgrammeAdmin.inlines = (*ProgrammeAdmin.inlines, FunderInline, ReportScheduleInline, ConditionTemplateInline)
ProgrammeAdmin.steps |= {
    "set-reports": StepButton(
        "Set the report schedule",
        report_schedules.set_schedule,
        "grants.add_reportschedule",
        form=ReportScheduleForm,
        done="We have set the report schedule for grants that are offered from now on.",
    ),
}
