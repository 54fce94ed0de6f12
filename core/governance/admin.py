"""Bodies with their seats, and meetings with the members present; later apps add to a meeting's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path

from core.accounts.roles import DECIDES_ON_GRANTS
from core.admin import LatestFilter, StepButton, StepsAdmin, tasks_filter
from core.admin.history import by_and_at
from core.admin.workplace import rows_at_work
from core.audit import trail
from core.governance import work_queue
from core.governance.actions import agenda, meetings, minutes, seats
from core.governance.agenda import minutes_of
from core.governance.forms import (
    ArrangeForm,
    AttendanceForm,
    ConfirmForm,
    ItemForm,
    MinutesForm,
    entries_for,
)
from core.governance.minutes_page import minutes_view
from core.governance.models import Body, Meeting, Seat
from core.governance.trail_events import TrailEvent

if TYPE_CHECKING:
    SeatStacks = admin.StackedInline[Seat, Body]
    BodyChoices = forms.ModelChoiceField[Body]
else:
    SeatStacks = admin.StackedInline
    BodyChoices = forms.ModelChoiceField

Part = Callable[[HttpRequest, Meeting], tuple[str, dict[str, Any]]]


class SeatInline(SeatStacks):
    """Who sits on the body since when, and until when they did."""

    model = Seat
    template = "admin/governance/body/seats.html"
    fields: ClassVar[tuple[Any, ...]] = (("person", "organisation"), ("from_on", "until_on", "is_voting", "is_chair"))
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Body | None = None) -> bool:
        return request.user.has_perm("governance.view_seat", obj)

    def has_add_permission(self, request: HttpRequest, obj: Body | None = None) -> bool:
        return obj is not None and request.user.has_perm("governance.add_seat", obj)

    def has_change_permission(self, request: HttpRequest, obj: Body | None = None) -> bool:
        return request.user.has_perm("governance.change_seat", obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Body | None = None) -> tuple[str, ...]:
        """What follows from the role of a body is not typed; who votes and who chairs is."""
        return ("person", "organisation", "from_on", "until_on") if obj and obj.role else ()


@admin.register(Body)
class BodyAdmin(StepsAdmin):
    """A body of a programme and who sits on it."""

    list_display = ("name", "programme", "members", "quorum")
    list_select_related = ("programme",)
    list_filter = (("programme", LatestFilter),)
    fields = ("programme", "name", "purpose", "role", "quorum")
    inlines = (SeatInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Body]:
        sitting = Count("seats", filter=Q(seats__until_on__isnull=True))
        rows: QuerySet[Body] = super().get_queryset(request)
        return rows.annotate(sitting=sitting)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        """A body stays in its programme, and which role brings a seat on it is told when it is made."""
        return (*super().get_readonly_fields(request, obj), "role", *(["programme"] if obj else []))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        for seat in formset.new_objects:
            seats.announce(seat, **by_and_at(request))

    @admin.display(description="members")
    def members(self, body: Any) -> int:
        return int(body.sitting)


class BodyField(BodyChoices):
    """Bodies, each with its programme."""

    def label_from_instance(self, body: Body) -> str:
        return f"{body}, {body.programme}"


def note_papers_on_the_page(request: HttpRequest, meeting: Meeting) -> None:
    facts = by_and_at(request)
    if request.method != "GET" or meeting.body.role == DECIDES_ON_GRANTS:
        return
    waiting = work_queue.with_papers(facts["by"], facts["at"])
    if waiting.filter(pk=meeting.pk).exists():
        trail.record(TrailEvent.PAPERS_OPENED, meeting, **facts)


@admin.register(Meeting)
class MeetingAdmin(StepsAdmin):
    """A meeting of a body; later apps add steps, and to `parts` what their part of the page shows.

    A part is a function of the request and the meeting that returns a template and its context.
    """

    menu_place = 7
    change_form_template = "admin/governance/meeting/change_form.html"
    list_display = ("held_on", "body", "programme", "note")
    list_filter = (tasks_filter(*work_queue.TASKS), ("body", LatestFilter))
    date_hierarchy = "held_on"
    fields = ("body", "held_on", "quorum", "note")
    parts: ClassVar[list[Part]] = []
    steps = {
        "attendance": StepButton(
            "Record who was present",
            meetings.record_attendance,
            "governance.record_attendance",
            form=AttendanceForm,
            precheck=meetings.check_attendance,
            done="You have recorded who was present.",
        ),
        "item": StepButton(
            "Add an item to the agenda",
            agenda.add_item,
            "governance.change_agenda",
            form=ItemForm,
            done="The item is on the agenda.",
        ),
        "arrange": StepButton(
            "Arrange the agenda",
            agenda.arrange,
            "governance.change_agenda",
            form=ArrangeForm,
            when=lambda meeting: meeting.agenda.exists(),
            done="You have arranged the agenda.",
        ),
        "minutes": StepButton(
            "Write the minutes",
            minutes.draft,
            "governance.draft_minutes",
            form=MinutesForm,
            precheck=minutes.refuse_drafting,
            done="We have saved the minutes. The chair or the director confirms them.",
        ),
        "confirm-minutes": StepButton(
            "Confirm the minutes",
            minutes.confirm,
            "governance.confirm_minutes",
            form=ConfirmForm,
            confirm="Read the minutes. They cannot be changed after this. We email the members that they are ready.",
            precheck=minutes.refuse_confirming,
            done="You have confirmed the minutes. We are emailing the members.",
        ),
    }

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(minutes_view)
        return [path("<int:pk>/minutes.pdf", view, name="governance_meeting_minutes"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        return super().get_queryset(request).select_related("body__programme")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """A new meeting takes over the quorum of its body."""
        return [name for name in self.fields if obj or name != "quorum"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[Any, ...]:
        """A meeting stays one of its body."""
        return (*super().get_readonly_fields(request, obj), *(["body"] if obj else []))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "body":
            options.setdefault("form_class", BodyField)
            options["queryset"] = rows_at_work(Body, request.user).select_related("programme")
        return super().formfield_for_foreignkey(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        if not change:
            obj.quorum = obj.body.quorum
        super().save_model(request, obj, form, change)

    @admin.display(description="programme", ordering="body__programme__name")
    def programme(self, meeting: Meeting) -> str:
        return str(meeting.body.programme)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        meeting = kwargs.get("obj")
        if meeting is not None:
            present = meeting.attendances.select_related("seat__person", "seat__organisation")
            context["present"] = [str(one.seat) for one in present]
            context["agenda"] = entries_for(meeting, request.user)
            written = minutes_of(meeting)
            context["minutes"] = written if request.user.has_perm("governance.view_minutes", written) else None
            context["parts"] = [part(request, meeting) for part in self.parts]
            note_papers_on_the_page(request, meeting)
        return super().render_change_form(request, context, *args, **kwargs)
