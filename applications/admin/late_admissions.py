"""Late admissions in the admin: asked for on the call's page, confirmed here by another person."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from applications.actions import late_admissions
from applications.models import LateAdmission
from applications.work_queue import LATE
from core.admin import LatestFilter, StepButton, StepForm, StepsAdmin, tasks_filter
from core.dates import say_deadline, say_moment


class WaitsFilter(admin.SimpleListFilter):
    """Those that wait for a second person, or not."""

    title = "state"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "to confirm"), ("no", "confirmed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LateAdmission]) -> QuerySet[LateAdmission]:
        return queryset.filter(confirmed_at__isnull=self.value() == "yes") if self.value() else queryset


class ConfirmForm(StepForm):
    """Nothing is asked: what is confirmed stands above the button."""

    panel = "admin/applications/_late.html"

    def panel_context(self) -> dict[str, Any]:
        return {"admission": self.thing}


@admin.register(LateAdmission)
class LateAdmissionAdmin(StepsAdmin):
    """Single organisations let in after the close."""

    list_display = ("organisation", "call", "until", "standing")
    list_select_related = ("organisation", "call", "asked_by", "confirmed_by")
    list_filter = (tasks_filter(LATE), WaitsFilter, ("call", LatestFilter))
    search_fields = ("organisation__name",)
    fields = ("organisation", "call", "until", "reason", "asked", "state")
    readonly_fields = ("until", "asked", "state")
    steps = {
        "confirm": StepButton(
            "Confirm",
            late_admissions.confirm,
            "applications.confirm_lateadmission",
            form=ConfirmForm,
            precheck=late_admissions.refuse_late_admission,
            done="{thing} is confirmed. We are emailing its leads.",
        ),
        "drop": StepButton(
            "Do not admit",
            late_admissions.drop,
            "applications.drop_lateadmission",
            confirm="We have not emailed anyone and will not. The call's history keeps the reason.",
            done="You have dropped the late admission.",
            is_grave=True,
        ),
    }

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description="deadline to submit", ordering="closes_at")
    def until(self, admission: LateAdmission) -> str:
        return say_deadline(admission.closes_at)

    @admin.display(description="state", ordering="confirmed_at")
    def standing(self, admission: LateAdmission) -> str:
        return "confirmed" if admission.confirmed_at else "to confirm"

    @admin.display(description="asked for")
    def asked(self, admission: LateAdmission) -> str:
        return f"by {admission.asked_by}, {say_moment(admission.asked_at)}"

    @admin.display(description="state", ordering="confirmed_at")
    def state(self, admission: LateAdmission) -> str:
        if admission.confirmed_at is None:
            return "waiting for a second person"
        return f"confirmed by {admission.confirmed_by}, {say_moment(admission.confirmed_at)}"
