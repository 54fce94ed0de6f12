"""The assessors' desk: declare, read beside the criteria, score as you go, finish, then see the others."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from applications.actions import assessments, reminding, revisions
from applications.admin import bulk_steps, conflicts, list_filters
from applications.admin.columns import ApplicationColumns
from applications.admin.forms import DeclareForm, RecuseForm
from applications.admin.names import OPEN_TO_ASSESSOR, searched_without_names
from applications.admin.offline import offline_view
from applications.admin.revising import ReviseForm
from applications.admin.score_matrix import sheets, side_by_side, total_of, with_scores
from applications.admin.scoring import Scoring, wants_json
from applications.lifecycle import ASSESSMENT, LIVE_CANDIDATE, AssessmentStatus
from applications.models import Assessment, Call, Candidate, Criterion, Score
from applications.models.assessment import Party
from applications.scoring import BEST
from applications.visibility.names import Reader, shown_name
from core.accounts.requests import signed_in
from core.admin import StepButton
from core.admin.bulk import BulkAdmin
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.dates import say_day
from core.forms import run_action
from core.permissions import may_ever

OPEN = (AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN)
PROPOSED = Candidate.objects.filter(application=OuterRef("application"), status__in=LIVE_CANDIDATE)
# A sum of its own for each row of the page; joined, the scores of every assessment would be grouped first.
SCORES = Score.objects.filter(assessment=OuterRef("pk")).order_by().values("assessment")
BEST_TOTAL = Subquery(SCORES.annotate(best=BEST * Sum("criterion__weight")).values("best"))
# What the list shows of its rows: the words of an application are many, and so are those of an assessment.
LISTED = (
    *("party", "status", "assigned_at", "assessor__name", "assessor__email"),
    *("application__reference", "application__draft_reference"),
    *("application__organisation__name", "application__post__job_title"),
)


@admin.register(Assessment)
class AssessmentAdmin(Scoring, ApplicationColumns, BulkAdmin, ReadingAdmin):
    """Assessments: one's own to do; others' to read, for an assessor once their own is finished."""

    list_permission = "applications.view_submitted_applications"
    menu_place = 4
    lifecycle = ASSESSMENT
    page_template = "admin/applications/assessment/page.html"
    list_display = ("reference", "organisation", "post", "assessor_name", "party_name", "status_name", "asked", "total")
    list_display_links = ("reference",)
    list_select_related = ("application__organisation", "application__post", "assessor")
    list_filter = list_filters.OF_ASSESSMENTS
    bulk = bulk_steps.OF_ASSESSMENTS
    search_fields = (
        "application__reference",
        "application__organisation__name",
        "application__organisation__aliases",
        "application__candidates__name",
    )
    search_help_text = "By reference, organisation or proposed secondee"
    steps = {
        "open-name": OPEN_TO_ASSESSOR,
        "remind": bulk_steps.REMIND,
        "recuse": StepButton(
            "Stand aside",
            assessments.recuse,
            "applications.recuse_assessment",
            form=RecuseForm,
            when=lambda assessment: assessment.status == AssessmentStatus.BEGUN,
            done="You have stood aside. We are emailing the grants officer.",
            is_grave=True,
        ),
        "revise": StepButton(
            "Revise scores after the visit",
            revisions.revise,
            "applications.revise_assessment",
            form=ReviseForm,
            precheck=revisions.refuse_revising,
            done="We have kept your scores from before beside the revised ones.",
        ),
    }

    def bulk_rows(self, request: HttpRequest, name: str, keys: Iterable[Any]) -> list[Any]:
        rows = super().bulk_rows(request, name, keys)
        reminding.note_reminders(rows, request.arrived_at)  # type: ignore[attr-defined]  # set by the first middleware
        return rows

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows.annotate(sum_total=total_of(), best_total=BEST_TOTAL).only(*LISTED)
        waiting = Assessment.objects.filter(assessor=signed_in(request), status__in=OPEN).exclude(pk=OuterRef("pk"))
        before = waiting.filter(assigned_at__lte=OuterRef("assigned_at")).exclude(
            assigned_at=OuterRef("assigned_at"), pk__gt=OuterRef("pk")
        )
        return rows.select_related(
            "application__call", "application__organisation", "application__post", "assessor"
        ).annotate(
            candidate_name=shown_name(request.user, "application"),
            candidate_job=Subquery(PROPOSED.values("job_title")[:1]),
            previous_pk=Subquery(before.order_by("-assigned_at", "-pk").values("pk")[:1]),
            next_pk=Subquery(waiting.order_by("assigned_at", "pk").values("pk")[:1]),
        )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        assesses = signed_in(request).has_perm("applications.assess_applications")
        return ("status", "assigned_at", "pk") if assesses else ("-assigned_at", "pk")

    def get_urls(self) -> list[URLPattern]:
        offline = self.admin_site.admin_view(offline_view)
        return [path("call/<int:pk>/copy.pdf", offline, name="applications_assessment_offline"), *super().get_urls()]

    def get_search_fields(self, request: HttpRequest) -> Any:
        return searched_without_names(super().get_search_fields(request), request)

    @admin.display(description="post")
    def post(self, assessment: Assessment) -> str:
        return str(assessment.application.post)

    @admin.display(description="assessor", ordering="assessor")
    def assessor_name(self, assessment: Assessment) -> str:
        return str(assessment.assessor)

    @admin.display(description="for the", ordering="party")
    def party_name(self, assessment: Assessment) -> str:
        return Party(assessment.party).label

    @admin.display(description="asked on", ordering="assigned_at")
    def asked(self, assessment: Assessment) -> str:
        return say_day(assessment.assigned_at)

    @admin.display(description="total")
    def total(self, row: Any) -> str:
        is_finished = row.status == AssessmentStatus.COMPLETE
        return f"{row.sum_total} of {row.best_total}" if is_finished and row.sum_total is not None else "–"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        assessment = self.find(request, object_id)
        user = signed_in(request)
        if user.has_perm("applications.declare_assessment", assessment):
            return self.declare(request, assessment)
        if user.has_perm("applications.score_assessment", assessment):
            return self.score(request, assessment)
        if request.method == "POST" and not may_ever(user, "applications.score_assessment", assessment):
            raise PermissionDenied
        if request.method == "POST":
            return self.refuse(request, assessment)
        return self.show(request, assessment, "page", **self.page(request, assessment))

    def show(self, request: HttpRequest, assessment: Assessment, template: str, **more: Any) -> HttpResponse:
        context = {
            **self.frame(request, assessment),
            "title": f"{assessment.application}: {assessment.application.organisation}",
            "assessment": assessment,
            "application": assessment.application,
            "next_url": url_of(assessment, "next_pk"),
            "previous_url": url_of(assessment, "previous_pk"),
            **more,
        }
        return TemplateResponse(request, f"admin/applications/assessment/{template}.html", context)

    def refuse(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        """Say why nothing more is taken, as when a page from before was sent again."""
        sentence = f"This assessment is {assessment.get_status_display()}, so nothing has changed."
        if wants_json(request):
            return JsonResponse({"refused": sentence}, status=409)
        return self.again(request, assessment, messages.ERROR, sentence)

    def declare(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        """Ask for a declaration of interest before anything is shown."""
        form = DeclareForm(request.POST if request.POST.get("do") == "declare" else None)
        if form.is_bound and form.is_valid():
            facts = form.cleaned_data
            if run_action(form, assessments.declare, assessment, **facts, **by_and_at(request)):
                return self.again(request, assessment, messages.SUCCESS, "We have saved your declaration.")
        calls = Call.objects.select_related("programme__funder", "programme__host")
        assessment.application.call = calls.get(pk=assessment.application.call_id)
        reader = Reader.of(request.user, assessment.application)
        declared = conflicts.declared(reader.application, signed_in(request).works_for)
        return self.show(request, assessment, "declare", form=form, step_buttons=[], reader=reader, **declared)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        is_stub = obj.status == AssessmentStatus.RECUSED
        criteria = [] if is_stub else list(Criterion.objects.filter(call=obj.application.call_id))
        others = [] if is_stub else list(with_scores(signed_in(request)).filter(application=obj.application_id))
        given = [] if is_stub else list(obj.scores.select_related("criterion"))
        return {
            "is_stub": is_stub,
            "is_own": obj.assessor_id == signed_in(request).pk,
            "criteria": criteria,
            "given": given,
            "table": side_by_side(sheets(others), criteria) if others else None,
            "others": [one for one in others if one.pk != obj.pk],
        }


def url_of(assessment: Assessment, other: str) -> str:
    """The address of another one to score, annotated as `next_pk` or `previous_pk`."""
    key = getattr(assessment, other, None)
    return reverse("admin:applications_assessment_change", args=(key,)) if key else ""
