"""Calls for proposals: written as a draft, then published and only extended, cancelled, decided, archived."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from applications.actions import call_endings, calls, form_sections, role_drafts
from applications.admin import call_steps, late_and_paper, names, preparing, shortlisting
from applications.admin.call_form import (
    FIGURES,
    CallForm,
    CancelForm,
    CriterionInline,
    EligibilityInline,
    PostInline,
    QuestionInline,
    paid_in_words,
)
from applications.admin.columns import StatusColumn
from applications.admin.comparing import matrix_view
from applications.admin.dealing_out import deal_view
from applications.admin.interests import interests_view
from applications.admin.section_form import SectionsForm
from applications.lifecycle import CALL, HANDED_IN, CallStatus
from applications.models import Application, Call
from applications.work_queue import calls as call_tasks
from core.accounts.models import Programme
from core.admin import LatestFilter, StepButton, StepsAdmin, tasks_filter
from core.dates import LocalDateTimeField, clock_name, say_day, say_deadline
from core.lifecycle import Refused
from core.money.amounts import format_pounds
from core.visibility import visible


def listed(lines: list[str]) -> SafeString:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in lines)))


def is_empty_draft(call: Call) -> bool:
    return call.status == CallStatus.DRAFT and not (call.criteria.exists() and call.questions.exists())


@admin.register(Call)
class CallAdmin(StatusColumn, StepsAdmin):
    """Calls: their words, their dates, their figures, and the way to those who applied."""

    menu_place = 1
    form = CallForm
    lifecycle = CALL
    change_form_template = "admin/applications/call/change_form.html"
    editable_moments = ("opens_at", "closes_at")
    list_display = ("title", "status_name", "kind", "opens", "closes", "handed_in")
    list_filter = (tasks_filter(*call_tasks.TASKS), "status", "kind", ("programme", LatestFilter))
    list_select_related = ("programme",)
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}
    view_on_site = False  # linked above the form, in words
    inlines = (PostInline, CriterionInline, QuestionInline, EligibilityInline)
    formfield_overrides = {
        models.DateTimeField: {"form_class": LocalDateTimeField, "widget": LocalDateTimeField.widget},
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple},
    }
    readonly_fields = ("dates_in_words", "terms_in_words", "names_in_words")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "programme",
                    "kind",
                    "title",
                    "slug",
                    "goal",
                    "priorities_meeting",
                    "strands",
                    "names_in_words",
                )
            },
        ),
        ("What it says", {"fields": ("summary", "brief", "welcome")}),
        (
            "Dates",
            {
                "fields": (
                    "dates_in_words",
                    "opens_at",
                    "closes_at",
                    ("visits_from_on", "visits_to_on"),
                    "decision_week_on",
                    "start_month_on",
                    "grace_seconds",
                ),
                "description": f"All times are {clock_name()}. We work out the weekdays.",
            },
        ),
        (
            "Pay and terms",
            {"fields": FIGURES, "description": "The live sheet and every award use these figures."},
        ),
        ("Status", {"fields": ("status", "published_at", "published_by")}),
    )
    steps = {
        "fill-in": StepButton(
            "Add the standard criteria and questions",
            calls.fill_in,
            "applications.change_call",
            when=is_empty_draft,
            done="We have added the criteria and questions. Change them as this call needs.",
        ),
        "sections": StepButton(
            "Change the sections of the form",
            form_sections.set_sections,
            "applications.change_call",
            form=SectionsForm,
            when=lambda call: call.is_draft,
            done="We have changed the sections. Choose the section of each question below.",
        ),
        "ask-comments": preparing.ASK,
        "publish": call_steps.PUBLISH,
        "answer": call_steps.CLARIFY,
        "reply": call_steps.REPLY,
        "invite": call_steps.INVITE,
        "release": shortlisting.RELEASE,
        "extend": call_steps.EXTEND,
        **late_and_paper.STEPS,
        **names.OF_CALL,
        "decide": StepButton(
            "Mark as decided",
            calls.decide,
            "applications.decide_call",
            confirm="Every application to this call has a decision.",
            precheck=call_endings.refuse_undecided,
        ),
        "archive": StepButton("Archive", calls.archive, "applications.archive_call"),
        "cancel": StepButton(
            "Cancel the call",
            calls.cancel,
            "applications.cancel_call",
            form=CancelForm,
            is_grave=True,
            precheck=calls.refuse_released,
        ),
    }

    # --- the list ---

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name == "applications_call_changelist":
            # Counted for the rows of the page only; joined, every application would be grouped first.
            of_call = Application.objects.real().filter(call=OuterRef("pk"), status__in=HANDED_IN)
            in_hand = visible(of_call, request.user).order_by()  # as many as the list behind it shows
            count = in_hand.values("call").annotate(count=Count("pk")).values("count")
            rows = rows.annotate(count_handed_in=Coalesce(Subquery(count), 0))
        return rows

    @admin.display(description="opens", ordering="opens_at")
    def opens(self, call: Call) -> str:
        return say_deadline(call.opens_at)

    @admin.display(description="closes", ordering="closes_at")
    def closes(self, call: Call) -> str:
        return say_deadline(call.closes_at) if call.closes_at else "rolling"

    @admin.display(description="submitted", ordering="count_handed_in")
    def handed_in(self, row: Any) -> str | SafeString:
        if not row.count_handed_in:
            return "none"
        listed = reverse("admin:applications_application_changelist")
        return format_html('<a href="{}?call__id__exact={}">{}</a>', listed, row.pk, row.count_handed_in)

    # --- the page ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The content may be changed until the call is published."""
        is_draft = obj is None or obj.status == CallStatus.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, "view", obj)

    def get_inlines(self, request: HttpRequest, obj: Call | None) -> Any:
        return self.inlines if obj else (PostInline,)

    def get_fieldsets(self, request: HttpRequest, obj: Call | None = None) -> Any:
        """Without the status for a new call; with the figures in words for a published one."""
        fieldsets = [(name, {**part}) for name, part in super().get_fieldsets(request, obj)]
        if obj is None:
            return fieldsets[:-1]
        if obj.status != CallStatus.DRAFT:  # read, not typed: in words
            told = {"Dates": ("dates_in_words",), "Pay and terms": ("terms_in_words", "pay_principle")}
            return [(name, {**part, "fields": told.get(str(name), part["fields"])}) for name, part in fieldsets]
        return fieldsets

    def get_prepopulated_fields(self, request: HttpRequest, obj: Call | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = {**super().get_changeform_initial_data(request)}
        own = visible(Programme, request.user)
        published = Call.objects.filter(published_at__isnull=False, programme__in=own)
        last = published.order_by("-opens_at").first()
        if last is not None:
            figures = {name: getattr(last, name) for name in (*FIGURES, "welcome")}
            # Calls of before were not asked for each of them.
            repeated = {name: value for name, value in figures.items() if value != ""}
            initial = {"programme": last.programme_id, **repeated, **initial}
        return initial

    @admin.display(description="in words")
    def dates_in_words(self, call: Call) -> SafeString | str:
        if not call.pk:
            return "Shown with their weekdays when you have saved the call."
        lines = [f"Opens {say_deadline(call.opens_at)}"]
        if call.closes_at:
            lines.append(f"Closes {say_deadline(call.closes_at)}")
        if call.visits_from_on and call.visits_to_on:
            lines.append(f"Assessment visits {say_day(call.visits_from_on)} to {say_day(call.visits_to_on)}")
        if call.decision_week_on:
            lines.append(f"Decision in the week of {say_day(call.decision_week_on)}")
        if call.start_month_on:
            lines.append(f"Start in {call.start_month_on:%B %Y}")
        return listed(lines)

    @admin.display(description="names")
    def names_in_words(self, call: Call) -> str:
        return names.says_of_names(call) if call.pk else "Assessors see who is proposed, unless you hide names."

    @admin.display(description="in words")
    def terms_in_words(self, call: Call) -> SafeString:
        low, high = format_pounds(call.band_minimum, whole=True), format_pounds(call.band_maximum, whole=True)
        return listed(
            [
                f"Pay band {low} to {high} a year",
                *paid_in_words(call),
                f"At least {call.least_days.normalize():f} days a week",
                f"{call.term_months} months, extended by at most {call.longest_extension_months}",
            ]
        )

    def save_model(self, request: HttpRequest, obj: Call, form: Any, change: bool) -> None:
        """Save a draft, unless it was published since the form was fetched."""
        if change and not Call.objects.select_for_update().filter(pk=obj.pk, status=CallStatus.DRAFT).exists():
            raise Refused("This call has just been published, so you cannot change its words. Nothing has changed.")
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        role_drafts.keep_versions(form.instance, by=request.user, at=request.arrived_at)
        if not change:
            calls.fill_in(form.instance, by=request.user, at=request.arrived_at)
            self.message_user(
                request,
                "We have added the criteria and questions of the programme's last call, or the standard ones. "
                "Check them before you publish.",
                messages.INFO,
            )

    def get_formset_kwargs(self, request: Any, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        late_and_paper.make_way_for_deletions(request, obj)
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        return kwargs

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        call = self.get_object(request, object_id)
        shown = preparing.shown_beside(call, request.user, request.arrived_at) if call else {}
        shown |= extra_context or {}
        return super().change_view(request, object_id, form_url, shown)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(matrix_view(self))
        deal = self.admin_site.admin_view(deal_view(self))
        declaring = self.admin_site.admin_view(interests_view(self))
        return [
            path("<int:pk>/matrix/", view, name="applications_call_matrix"),
            path("<int:pk>/deal/", deal, name="applications_call_deal"),
            path("<int:pk>/interests/", declaring, name="applications_call_interests"),
            *super().get_urls(),
        ]
