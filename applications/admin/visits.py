"""Assessment visits: when, where, who is asked, and who came."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from applications.actions import attendance, visits
from applications.admin import bulk_steps
from applications.admin.columns import ApplicationColumns
from applications.admin.names import searched_without_names
from applications.admin.visit_forms import HoldForm, MoveForm, ReplaceForm
from applications.lifecycle import VISIT
from applications.models import AssessmentVisit
from applications.rules.visit_words import still_to_write
from applications.visibility.names import Reader
from applications.visibility.visit_words import needs_for, notes_for
from applications.work_queue import VISITS_OVER, VISITS_SOON, VISITS_TO_CONFIRM
from core.accounts.requests import signed_in
from core.admin import LatestFilter, StepButton, tasks_filter
from core.admin.bulk import BulkAdmin
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import say_deadline


@admin.register(AssessmentVisit)
class VisitAdmin(ApplicationColumns, BulkAdmin, ReadingAdmin):
    """Visits, the next one first."""

    list_permission = "applications.view_submitted_applications"
    menu_place = 5
    lifecycle = VISIT
    bulk = bulk_steps.OF_VISITS
    page_template = "admin/applications/assessmentvisit/page.html"
    list_display = ("reference", "organisation", "when", "place", "status_name")
    list_display_links = ("reference",)
    list_filter = (
        tasks_filter(VISITS_TO_CONFIRM, VISITS_OVER, VISITS_SOON),
        "status",
        "starts_at",
        ("application__call", LatestFilter),
    )
    search_fields = (
        "application__reference",
        "application__organisation__name",
        "application__organisation__aliases",
        "application__candidates__name",
    )
    ordering = ("starts_at", "pk")
    steps = {
        "confirm": StepButton(
            "Confirm", visits.confirm, "applications.confirm_assessmentvisit", done="We are emailing everyone invited."
        ),
        "hold": StepButton(
            "Record as held",
            visits.hold,
            "applications.hold_assessmentvisit",
            form=HoldForm,
            precheck=visits.refuse_before_start,
            done="You have recorded the visit as held.",
        ),
        "move": StepButton(
            "Move",
            visits.move,
            "applications.move_assessmentvisit",
            form=MoveForm,
            done="We are emailing new invitations.",
        ),
        "replace": StepButton(
            "Change who comes",
            attendance.replace,
            "applications.replace_attendee_assessmentvisit",
            form=ReplaceForm,
            done="We are emailing whoever comes and whoever does not.",
        ),
        "cancel": StepButton(
            "Cancel the visit",
            visits.cancel,
            "applications.cancel_assessmentvisit",
            confirm="We will email everyone invited and remove the visit from their calendars.",
            done="You have cancelled the visit.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssessmentVisit]:
        rows = super().get_queryset(request)
        return rows.select_related("application__organisation", "application__call", "arranged_by")

    def get_search_fields(self, request: HttpRequest) -> Any:
        return searched_without_names(super().get_search_fields(request), request)

    def bulk_label(self, row: AssessmentVisit) -> str:
        return f"{row.application}, {row.application.organisation}: {say_deadline(row.starts_at)}"

    @admin.display(description="when", ordering="starts_at")
    def when(self, visit: AssessmentVisit) -> str:
        return say_deadline(visit.starts_at)

    def page(self, request: HttpRequest, obj: AssessmentVisit) -> dict[str, Any]:
        user = request.user
        reader = Reader.of(user, obj.application)
        sees_history = user.has_perm("applications.view_assessmentvisit_history", obj)
        return {
            "visit": reader.visit(obj),
            "attendees": reader.attendees(obj.attendees.all()),
            "entries": trail.history(obj) if sees_history else [],
            "sees_history": sees_history,
            **self.words(request, obj),
            "sees_application": user.has_perm("applications.view_application", obj.application),
        }

    def words(self, request: HttpRequest, visit: AssessmentVisit) -> dict[str, Any]:
        user = signed_in(request)
        visits_it = user.has_perm("applications.visit_assessmentvisit", visit)
        return {
            "needs": needs_for(user, visit),
            "own_page": reverse("visit", args=[visit.uid]) if visits_it else "",
            "notes": notes_for(user, visit),
            "waits_for": still_to_write(visit) if visit.held_at else (),
        }
