"""Applications as the office, the assessors and the committee read them, and what the office does with them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse

from applications.actions import assessments as assessment_actions
from applications.actions import candidate_corrections, legal_holds, shortlisting, visit_slots, visits
from applications.admin import (
    application_page,
    bulk_steps,
    conflicts,
    interests,
    joint_views,
    messages,
    names,
    notes,
    search,
)
from applications.admin import shortlisting as shortlisting_steps
from applications.admin.forms import AssignForm, CandidateAddressForm, HoldBackForm
from applications.admin.list_filters import (
    ConflictFilter,
    DaysFilter,
    MissingFilter,
    SpreadFilter,
    round_filters,
)
from applications.admin.score_matrix import mean_score
from applications.admin.visit_forms import ArrangeForm
from applications.admin.visit_slot_forms import OfferForm
from applications.lifecycle import APPLICATION, AssessmentStatus, Status
from applications.models import Application, Assessment, LateAdmission
from applications.scoring import BEST
from applications.visibility import names_only
from applications.visibility.names import Reader, shown_name
from applications.work_queue import OF_APPLICATIONS
from core.accounts.requests import signed_in
from core.admin import StageFilter, StepButton, StepForm, tasks_filter
from core.admin.bulk import BulkAdmin
from core.admin.readonly import ReadingAdmin
from core.dates import say_moment
from core.visibility import visible
from core.work_queue import number_of

# Admitted after the close, and then submitted (on paper: received) after the close.
IS_LATE = Exists(
    LateAdmission.objects.filter(
        call=OuterRef("call"),
        organisation=OuterRef("organisation"),
        confirmed_at__isnull=False,
        call__closes_at__lt=Coalesce(OuterRef("came_at"), OuterRef("submitted_at")),
    )
)
ASKED = Assessment.objects.filter(application=OuterRef("pk")).exclude(status=AssessmentStatus.RECUSED)
# What the list shows of its rows: the words of an application are many, and so are those of a call.
LISTED = (
    *("reference", "draft_reference", "status", "submitted_at", "days_per_week"),
    *("came_by", "entered_by", "invitation", "organisation__name", "call__title", "post__job_title"),
)


class ConflictForm(StepForm):
    """What a member of the committee or the office declares."""

    panel = conflicts.PANEL
    explanation = forms.CharField(
        label="What the conflict of interest is", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def panel_context(self) -> dict[str, Any]:
        return conflicts.declared(Reader.of(self.by, self.thing).application, self.by.works_for)


class HowItCameFilter(admin.SimpleListFilter):
    """Applications that did not come in the usual way."""

    title = "how it came"
    parameter_name = "came"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("late", "late"), ("office", "entered by the office"), ("invited", "by invitation")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        match self.value():
            case "late":
                return queryset.filter(IS_LATE)
            case "office":
                return queryset.filter(entered_by__isnull=False)
            case "invited":
                return queryset.filter(invitation__isnull=False)
        return queryset


@admin.register(Application)
class ApplicationAdmin(BulkAdmin, ReadingAdmin):
    """Submitted applications: found, read, shortlisted, assigned to assessors, visited."""

    list_permission = "applications.view_submitted_applications"
    menu_place = 3
    lifecycle = APPLICATION
    page_template = "admin/applications/application/page.html"
    list_display = (
        "shown_reference",
        "organisation_name",
        "candidate_name",
        "call_title",
        "post_title",
        "status_name",
        "submitted",
        "days",
        "assessed",
        "mean",
    )
    list_display_links = ("shown_reference",)
    list_select_related = ("organisation", "call", "post")
    list_filter = (
        tasks_filter(*OF_APPLICATIONS),
        StageFilter,
        "status",
        HowItCameFilter,
        *round_filters(),
        DaysFilter,
        MissingFilter,
        SpreadFilter,
        ConflictFilter,
    )
    search_fields = ("reference", "organisation__name", "organisation__aliases", "candidates__name")
    search_help_text = "Words of answers, or a reference, organisation or proposed secondee"
    ordering = ("-submitted_at", "pk")
    bulk = bulk_steps.STEPS
    steps = {
        **shortlisting_steps.STEPS,
        "assign": StepButton(
            "Assign assessors",
            assessment_actions.assign_both,
            "applications.assign_application",
            form=AssignForm,
            when=lambda application: application.status in {Status.SUBMITTED, Status.SHORTLISTED},
            precheck=shortlisting.refuse_before_close,
            done="We are emailing the assessors.",
        ),
        "offer-times": StepButton(
            "Offer visit times",
            visit_slots.offer,
            "applications.add_assessmentvisit",
            form=OfferForm,
            precheck=visit_slots.refuse_offering,
            when=lambda application: application.status == Status.SHORTLISTED,
            done="We are emailing the organisation, which chooses a time.",
        ),
        "arrange": StepButton(
            "Arrange a visit",
            visits.arrange,
            "applications.add_assessmentvisit",
            form=ArrangeForm,
            precheck=visits.refuse_second,
            when=lambda application: application.status == Status.SHORTLISTED,
            done="We are emailing the invitations.",
        ),
        **joint_views.STEPS,
        "message": messages.SEND,
        "note": notes.WRITE,
        **names.STEPS,
        "address": StepButton(
            "Correct the secondee's address",
            candidate_corrections.correct_address,
            "applications.correct_candidate_address",
            form=CandidateAddressForm,
            precheck=candidate_corrections.refuse_no_candidate,
            done="You have corrected the address. We are emailing both addresses and the organisation.",
        ),
        "declare": StepButton(
            "Declare a conflict of interest",
            assessment_actions.declare_conflict,
            "applications.declare_application",
            form=ConflictForm,
            done="You have stood aside and can no longer see this application.",
        ),
        "handle": interests.HANDLE,
        "review": interests.REVIEW,
        "hold": StepButton(
            "Put on hold",
            legal_holds.hold,
            "applications.hold_application",
            form=HoldBackForm,
            when=lambda application: not application.hold_reason and application.erased_at is None,
            done="We will not delete anything of this application until someone removes the hold.",
        ),
        "let_go": StepButton(
            "Remove the hold",
            legal_holds.let_go,
            "applications.hold_application",
            confirm="We will delete it when its retention period ends. If it has ended, we will delete it tonight.",
            when=lambda application: bool(application.hold_reason),
            done="You have removed the hold.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        real: Any = super().get_queryset(request).filter(is_rehearsal=False)
        rows = real.annotate(candidate_name=shown_name(request.user), is_late=IS_LATE)
        if not self.is_list(request):
            return rows.select_related(
                "organisation", "post", "call__programme__funder", "call__programme__host", "entered_by"
            )
        # An assessor learns who else has finished only after their own assessment: each finished one counts when seen.
        # How many were asked is told to whoever meets more of the case than names.
        user, finished = signed_in(request), ASKED.filter(status=AssessmentStatus.COMPLETE)
        asked = ASKED.exclude(application__in=names_only(user))
        counts = {"count_asked": number_of(asked), "count_finished": number_of(visible(finished, user))}
        return rows.annotate(**counts, mean_score=mean_score(user)).only(*LISTED)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """Also in the answers, where the person reads them: what cannot be read cannot be found."""
        fields = self.get_search_fields(request)
        return search.found(queryset, search_term, fields, signed_in(request)), False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().change_view(request, object_id, *args, **kwargs)
        except Http404:
            if answer := interests.asked_first(request, object_id):
                return answer
            raise

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        asked = {"to_declare": interests.still_to_declare(request)}
        return super().changelist_view(request, {"here": asked, **(extra_context or {})})

    def bulk_label(self, row: Application) -> str:
        return f"{row}, {row.organisation}"

    @admin.display(description="reference", ordering="reference")
    def shown_reference(self, application: Application) -> str:
        return application.shown_reference

    @admin.display(description="organisation", ordering="organisation__name")
    def organisation_name(self, application: Application) -> str:
        return application.organisation.name

    @admin.display(description="call", ordering="call__title")
    def call_title(self, application: Application) -> str:
        return str(application.call)

    @admin.display(description="post")
    def post_title(self, application: Application) -> str:
        return application.post.job_title

    @admin.display(description="secondee")
    def candidate_name(self, row: Any) -> str:
        return row.candidate_name or "–"

    @admin.display(description="status", ordering="status")
    def status_name(self, row: Any) -> str:
        ways = ["late"] if row.is_late else []
        ways += [row.get_came_by_display().lower()] if row.is_entered else []
        ways += ["invited"] if row.invitation_id else []
        return ", ".join([Status(row.status).label, *ways])

    @admin.display(description="submitted", ordering="submitted_at")
    def submitted(self, application: Application) -> str:
        at = application.submitted_at
        return say_moment(at) if at else "–"

    @admin.display(description="days", ordering="days_per_week")
    def days(self, application: Application) -> str:
        return f"{application.days_per_week.normalize():f}" if application.days_per_week else "–"

    @admin.display(description="assessed")
    def assessed(self, row: Any) -> str:
        return f"{row.count_finished} of {row.count_asked}" if row.count_asked else "–"

    @admin.display(description="mean", ordering="mean_score")
    def mean(self, row: Any) -> str:
        return "–" if row.mean_score is None else f"{row.mean_score:.1f} of {BEST}"

    def page(self, request: HttpRequest, obj: Application) -> dict[str, Any]:
        at = request.arrived_at  # type: ignore[attr-defined]
        return application_page.context(obj, signed_in(request), at)
