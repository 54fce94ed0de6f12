"""Applications as the office, the assessors and the committee read them, and what the office does with them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from applications.actions import assessments as assessment_actions
from applications.actions import candidate_corrections, legal_holds, shortlisting, visits
from applications.admin import application_page, conflicts
from applications.admin.forms import AssignForm, CandidateAddressForm, HoldBackForm
from applications.admin.score_matrix import mean_score
from applications.admin.visit_forms import ArrangeForm
from applications.lifecycle import APPLICATION, LIVE_CANDIDATE, AssessmentStatus, Status
from applications.models import Application, Assessment, Candidate, LateAdmission
from core.accounts.requests import signed_in
from core.admin import LatestFilter, StepButton, StepForm
from core.admin.readonly import ReadingAdmin
from core.dates import london
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
CANDIDATE_NAME = Subquery(
    Candidate.objects.filter(application=OuterRef("pk"), status__in=LIVE_CANDIDATE).values("name")[:1]
)
ASKED = Assessment.objects.filter(application=OuterRef("pk")).exclude(status=AssessmentStatus.RECUSED)
# What the list shows of its rows: the words of an application are many, and so are those of a call.
LISTED = (
    *("reference", "draft_reference", "status", "submitted_at", "days_per_week"),
    *("came_by", "entered_by", "invitation", "organisation__name", "post__job_title"),
)


class ConflictForm(StepForm):
    """What a member of the committee or the office declares."""

    panel = conflicts.PANEL
    explanation = forms.CharField(
        label="What the conflict of interest is", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def panel_context(self) -> dict[str, Any]:
        return conflicts.declared(self.thing, self.by.works_for)


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
class ApplicationAdmin(ReadingAdmin):
    """Submitted applications: found, read, shortlisted, assigned to assessors, visited."""

    list_permission = "applications.view_submitted_applications"
    lifecycle = APPLICATION
    page_template = "admin/applications/application/page.html"
    list_display = (
        "shown_reference",
        "organisation_name",
        "candidate_name",
        "post_title",
        "status_name",
        "submitted",
        "days",
        "assessed",
        "mean",
    )
    list_display_links = ("shown_reference",)
    list_select_related = ("organisation", "post")
    list_filter = ("status", HowItCameFilter, ("call", LatestFilter))
    search_fields = ("reference", "organisation__name", "organisation__aliases", "candidates__name")
    search_help_text = "By reference, organisation or proposed secondee"
    ordering = ("-submitted_at", "pk")
    steps = {
        "shortlist": StepButton(
            "Shortlist",
            shortlisting.shortlist,
            "applications.shortlist_application",
            done="{thing} is on the shortlist.",
        ),
        "assign": StepButton(
            "Assign assessors",
            assessment_actions.assign_both,
            "applications.assign_application",
            form=AssignForm,
            when=lambda application: application.status in {Status.SUBMITTED, Status.SHORTLISTED},
            done="We are emailing the assessors.",
        ),
        "arrange": StepButton(
            "Arrange a visit",
            visits.arrange,
            "applications.add_assessmentvisit",
            form=ArrangeForm,
            when=lambda application: application.status == Status.SHORTLISTED,
            done="We are emailing the invitations.",
        ),
        "address": StepButton(
            "Correct the secondee's address",
            candidate_corrections.correct_address,
            "applications.correct_candidate_address",
            form=CandidateAddressForm,
            done="You have corrected the address. We are emailing both addresses and the organisation.",
        ),
        "declare": StepButton(
            "Declare a conflict of interest",
            assessment_actions.declare_conflict,
            "applications.declare_application",
            form=ConflictForm,
            done="You have stood aside and can no longer see this application.",
        ),
        "turn_down": StepButton(
            "Turn down",
            shortlisting.turn_down,
            "applications.turn_down_application",
            confirm="We will email the organisation's leads now. The application does not go to the committee.",
            when=lambda application: application.status == Status.SUBMITTED,
            done="{thing} has been turned down.",
            is_grave=True,
        ),
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
        rows = real.annotate(candidate_name=CANDIDATE_NAME, is_late=IS_LATE)
        if not self.is_list(request):
            return rows.select_related(
                "organisation", "post", "call__programme__funder", "call__programme__host", "entered_by"
            )
        # An assessor learns who else has finished only after their own assessment: each finished one counts when seen.
        user, finished = signed_in(request), ASKED.filter(status=AssessmentStatus.COMPLETE)
        counts = {"count_asked": number_of(ASKED), "count_finished": number_of(visible(finished, user))}
        return rows.annotate(**counts, mean_score=mean_score(user)).only(*LISTED)

    @admin.display(description="reference", ordering="reference")
    def shown_reference(self, application: Application) -> str:
        return application.shown_reference

    @admin.display(description="organisation", ordering="organisation__name")
    def organisation_name(self, application: Application) -> str:
        return application.organisation.name

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
        return f"{london(at).day} {london(at):%b %Y, %H:%M}" if at else "–"

    @admin.display(description="days", ordering="days_per_week")
    def days(self, application: Application) -> str:
        return f"{application.days_per_week.normalize():f}" if application.days_per_week else "–"

    @admin.display(description="assessed")
    def assessed(self, row: Any) -> str:
        return f"{row.count_finished} of {row.count_asked}" if row.count_asked else "–"

    @admin.display(description="mean", ordering="mean_score")
    def mean(self, row: Any) -> str:
        return "–" if row.mean_score is None else f"{row.mean_score:.1f}"

    def page(self, request: HttpRequest, obj: Application) -> dict[str, Any]:
        return application_page.context(obj, signed_in(request))
