"""Assessment visits: when, where, who is asked, and who came."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from applications.actions import visits
from applications.admin.forms import HoldForm, MoveForm
from applications.lifecycle import VISIT
from applications.models import AssessmentVisit
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS, Role
from core.admin import LatestFilter, StepButton
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import say_deadline


@admin.register(AssessmentVisit)
class VisitAdmin(ReadingAdmin):
    """Visits, the next one first."""

    readers = frozenset({*FUNDER_OFFICERS, *ASSESSORS, Role.COMMITTEE})
    lifecycle = VISIT
    page_template = "admin/applications/assessmentvisit/page.html"
    list_display = ("reference", "organisation", "when", "place", "status_name")
    list_display_links = ("reference",)
    list_filter = ("status", "starts_at", ("application__call", LatestFilter))
    search_fields = ("application__reference", "application__organisation__name")
    ordering = ("starts_at", "pk")
    steps = {
        "confirm": StepButton(
            "Confirm", visits.confirm, "applications.confirm_assessmentvisit", done="Those invited have been told."
        ),
        "hold": StepButton(
            "Note that it was held",
            visits.hold,
            "applications.hold_assessmentvisit",
            form=HoldForm,
            done="The visit is noted as held.",
        ),
        "move": StepButton(
            "Move",
            visits.move,
            "applications.move_assessmentvisit",
            form=MoveForm,
            done="New invitations are on their way.",
        ),
        "cancel": StepButton(
            "Cancel the visit",
            visits.cancel,
            "applications.cancel_assessmentvisit",
            confirm="Everybody invited is told by letter, and the visit leaves their calendars.",
            done="The visit is cancelled.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssessmentVisit]:
        """Fetch the application and its organisation with each visit."""
        rows = super().get_queryset(request)
        return rows.select_related("application__organisation", "application__call", "arranged_by")

    @admin.display(description="application", ordering="application__reference")
    def reference(self, visit: AssessmentVisit) -> str:
        """The application's reference."""
        return str(visit.application)

    @admin.display(description="organisation", ordering="application__organisation__name")
    def organisation(self, visit: AssessmentVisit) -> str:
        """Who is visited."""
        return str(visit.application.organisation)

    @admin.display(description="when", ordering="starts_at")
    def when(self, visit: AssessmentVisit) -> str:
        """The time with its weekday."""
        return say_deadline(visit.starts_at)

    @admin.display(description="status", ordering="status")
    def status_name(self, visit: AssessmentVisit) -> str:
        """Where it stands."""
        return visit.get_status_display()

    def page(self, request: HttpRequest, obj: AssessmentVisit) -> dict[str, Any]:
        """Give who is asked and who came, and to the office its history."""
        user: Any = request.user
        is_office = bool(user.is_superuser or user.roles & FUNDER_OFFICERS)
        return {
            "visit": obj,
            "attendees": obj.attendees.all(),
            "entries": trail.history(obj) if is_office else [],
            "is_office": is_office,
            "sees_application": user.has_perm("applications.view_application", obj.application),
        }
