"""The assessors' desk: declare, read beside the criteria, score as you go, finish, then see the others."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.actions import assessments
from applications.admin import conflicts
from applications.admin.forms import DeclareForm, RecuseForm, ScoreForm
from applications.admin.score_matrix import sheets, side_by_side, with_scores
from applications.lifecycle import ASSESSMENT, AssessmentStatus
from applications.models import Assessment, Call, Candidate, Criterion, Score
from applications.models.assessment import Party
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS, Role
from core.admin import LatestFilter, StepButton
from core.admin.readonly import ReadingAdmin
from core.dates import say_day, say_time
from core.lifecycle import Refused

OPEN = (AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN)
PROPOSED = Candidate.objects.filter(application=OuterRef("application")).exclude(status__in=["declined", "withdrawn"])
# A sum of its own for each row of the page; joined, the scores of every assessment would be grouped first.
SCORES = Score.objects.filter(assessment=OuterRef("pk")).order_by().values("assessment")
TOTAL = Subquery(SCORES.annotate(total=Sum(F("score") * F("criterion__weight"))).values("total"))
# What the list shows of its rows: the words of an application are many, and so are those of an assessment.
LISTED = (
    *("party", "status", "assigned_at", "assessor__name", "assessor__email"),
    *("application__reference", "application__draft_reference"),
    *("application__organisation__name", "application__post__job_title"),
)


@admin.register(Assessment)
class AssessmentAdmin(ReadingAdmin):
    """Assessments: one's own to do, others' to read once one's own is finished."""

    readers = frozenset({*FUNDER_OFFICERS, *ASSESSORS, Role.COMMITTEE})
    lifecycle = ASSESSMENT
    page_template = "admin/applications/assessment/page.html"
    list_display = ("reference", "organisation", "post", "assessor_name", "party_name", "status_name", "asked", "total")
    list_display_links = ("reference",)
    list_select_related = ("application__organisation", "application__post", "assessor")
    list_filter = ("status", "party", ("application__call", LatestFilter))
    search_fields = ("application__reference", "application__organisation__name")
    search_help_text = "By reference or organisation"
    steps = {
        "recuse": StepButton(
            "Stand aside",
            assessments.recuse,
            "applications.recuse_assessment",
            form=RecuseForm,
            when=lambda assessment: assessment.status == AssessmentStatus.BEGUN,
            done="You have stood aside. The grants officer has been told.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: Any) -> Any:
        """Fetch with each row what the list or the page shows of it."""
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows.annotate(sum_total=TOTAL).only(*LISTED)
        waiting = Assessment.objects.filter(assessor=request.user, status__in=OPEN).exclude(pk=OuterRef("pk"))
        return rows.select_related(
            "application__call", "application__organisation", "application__post", "assessor"
        ).annotate(
            candidate_name=Subquery(PROPOSED.values("name")[:1]),
            candidate_job=Subquery(PROPOSED.values("job_title")[:1]),
            next_pk=Subquery(waiting.order_by("assigned_at", "pk").values("pk")[:1]),
        )

    # --- the list ---

    def get_ordering(self, request: Any) -> tuple[str, ...]:
        """Put what an assessor has still to do first; to the office, what was asked last."""
        is_assessor = bool(request.user.roles & ASSESSORS)
        return ("status", "assigned_at", "pk") if is_assessor else ("-assigned_at", "pk")

    @admin.display(description="application", ordering="application__reference")
    def reference(self, assessment: Assessment) -> str:
        """The application's reference."""
        return str(assessment.application)

    @admin.display(description="organisation", ordering="application__organisation__name")
    def organisation(self, assessment: Assessment) -> str:
        """Who applies."""
        return str(assessment.application.organisation)

    @admin.display(description="post")
    def post(self, assessment: Assessment) -> str:
        """What for."""
        return str(assessment.application.post)

    @admin.display(description="assessor", ordering="assessor")
    def assessor_name(self, assessment: Assessment) -> str:
        """Who reads it."""
        return str(assessment.assessor)

    @admin.display(description="for the", ordering="party")
    def party_name(self, assessment: Assessment) -> str:
        """On whose side."""
        return Party(assessment.party).label

    @admin.display(description="status", ordering="status")
    def status_name(self, assessment: Assessment) -> str:
        """Where it stands."""
        return AssessmentStatus(assessment.status).label

    @admin.display(description="asked on", ordering="assigned_at")
    def asked(self, assessment: Assessment) -> str:
        """Since when it waits."""
        return say_day(assessment.assigned_at)

    @admin.display(description="total")
    def total(self, assessment: Any) -> str:
        """The total of a finished one."""
        is_finished = assessment.status == AssessmentStatus.COMPLETE
        return str(assessment.sum_total) if is_finished and assessment.sum_total is not None else "–"

    # --- the page ---

    def change_view(
        self, request: Any, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for the declaration, take the scores, or show what was given."""
        assessment = self.find(request, object_id)
        is_own = assessment.assessor_id == request.user.pk and bool(request.user.roles & ASSESSORS)
        if request.method == "POST" and not is_own:
            raise PermissionDenied
        if is_own and assessment.status == AssessmentStatus.ASSIGNED:
            return self.declare(request, assessment)
        if is_own and assessment.status == AssessmentStatus.BEGUN:
            return self.score(request, assessment)
        if request.method == "POST":
            return self.refuse(request, assessment)
        return self.show(request, assessment, "page", **self.page(request, assessment))

    def show(self, request: HttpRequest, assessment: Any, template: str, **more: Any) -> HttpResponse:
        """Answer with one of the assessment's pages."""
        context = {
            **self.frame(request, assessment),
            "title": f"{assessment.application}: {assessment.application.organisation}",
            "assessment": assessment,
            "application": assessment.application,
            "next_url": next_url(assessment),
            **more,
        }
        return TemplateResponse(request, f"admin/applications/assessment/{template}.html", context)

    def refuse(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        """Say why nothing more is taken, as when a page from before was sent again."""
        sentence = f"This assessment is {assessment.get_status_display()}, so nothing was changed."
        if wants_json(request):
            return JsonResponse({"refused": sentence}, status=409)
        return self.again(request, assessment, messages.ERROR, sentence)

    def again(self, request: HttpRequest, assessment: Assessment, level: int, sentence: str) -> HttpResponse:
        """Go to the assessment's page and say something there."""
        self.message_user(request, sentence, level)
        return HttpResponseRedirect(reverse("admin:applications_assessment_change", args=(assessment.pk,)))

    def declare(self, request: Any, assessment: Any) -> HttpResponse:
        """Ask for a declaration of interest before anything is shown."""
        form = DeclareForm(request.POST if request.POST.get("do") == "declare" else None)
        if form.is_bound and form.is_valid():
            try:
                assessments.declare(assessment, by=request.user, at=request.arrived_at, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
            else:
                return self.again(request, assessment, messages.SUCCESS, "Your declaration is kept.")
        near = Call.objects.select_related("programme__funder", "programme__host")
        assessment.application.call = near.get(pk=assessment.application.call_id)
        told = conflicts.declared(assessment.application, request.user.works_for)
        return self.show(request, assessment, "declare", form=form, step_buttons=[], **told)

    def score(self, request: Any, assessment: Any) -> HttpResponse:
        """Keep what was sent, finish if that was asked, else show the form."""
        criteria = Criterion.objects.filter(call=assessment.application.call_id)
        if request.method == "POST":
            return self.take(request, assessment, ScoreForm(request.POST, criteria=criteria))
        kept = {score.criterion_id: score for score in assessment.scores.all()}
        form = ScoreForm(criteria=criteria, initial={"overall_view": assessment.overall_view})
        for criterion in form.criteria:
            if found := kept.get(criterion.pk):
                form.initial[f"score_{criterion.letter}"] = found.score
                form.initial[f"reason_{criterion.letter}"] = found.reason
        return self.scoring(request, assessment, form)

    def take(self, request: Any, assessment: Any, form: ScoreForm) -> HttpResponse:
        """Keep the scores first, so that nothing is lost if finishing is refused."""
        act: dict[str, Any] = {"by": request.user, "at": request.arrived_at}
        try:
            if form.is_valid():
                view = form.cleaned_data["overall_view"]
                assessments.save(assessment, marks=form.marks(), overall_view=view, **act)
                if request.POST.get("do") == "complete":
                    assessments.complete(assessment, overall_view=view, **act)
                    return self.finished(request, assessment)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        if wants_json(request):
            return answer(request, form)
        if form.errors:
            return self.scoring(request, assessment, form)
        saved = f"Saved at {saved_at(request)}. Finish when every criterion has a score and a reason."
        return self.again(request, assessment, messages.SUCCESS, saved)

    def finished(self, request: HttpRequest, assessment: Any) -> HttpResponse:
        """Say that it is done, and how many wait."""
        sentence = f"Your assessment of {assessment.application} is complete, and its scores stand."
        return self.again(request, assessment, messages.SUCCESS, sentence)

    def scoring(self, request: HttpRequest, assessment: Any, form: ScoreForm) -> HttpResponse:
        """Show the application beside the criteria."""
        answers = list(assessment.application.answers.select_related("question"))
        parts = [
            {
                "criterion": criterion,
                "answers": [one for one in answers if one.question.criterion_id == criterion.pk],
                "score": form[f"score_{criterion.letter}"],
                "reason": form[f"reason_{criterion.letter}"],
            }
            for criterion in form.criteria
        ]
        papers = assessment.application.documents.filter(replaced_at=None)
        return self.show(
            request,
            assessment,
            "scoring",
            form=form,
            parts=parts,
            other_answers=[one for one in answers if one.question.criterion_id is None],
            documents=[one for one in papers if one.kind != "cv" or assessment.candidate_name],
        )

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Give what was scored and why, and beside it the others' that this person may see."""
        is_stub = obj.status == AssessmentStatus.RECUSED
        criteria = [] if is_stub else list(Criterion.objects.filter(call=obj.application.call_id))
        others = [] if is_stub else list(with_scores(request.user).filter(application=obj.application_id))
        given = [] if is_stub else list(obj.scores.select_related("criterion"))
        return {
            "is_stub": is_stub,
            "criteria": criteria,
            "given": given,
            "table": side_by_side(sheets(others), criteria) if others else None,
            "others": [one for one in others if one.pk != obj.pk],
        }


def next_url(assessment: Any) -> str:
    """The address of the next one that waits for this person, empty if none does."""
    found = assessment.next_pk
    return reverse("admin:applications_assessment_change", args=(found,)) if found else ""


def saved_at(request: Any) -> str:
    """The time of saving as a person reads it, to the minute."""
    return say_time(request.arrived_at.replace(second=0))


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the page saves by itself and wants a word rather than a page."""
    return request.headers.get("Accept") == "application/json"


def answer(request: Any, form: ScoreForm) -> JsonResponse:
    """Say to the page that saves by itself how it went."""
    if form.errors:
        first = next(iter(form.errors.values()))[0]
        return JsonResponse({"refused": str(first)}, status=409)
    return JsonResponse({"saved": f"Saved at {saved_at(request)}"})
