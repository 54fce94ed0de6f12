"""The assessors' desk: declare, read beside the criteria, score as you go, finish, then see the others."""

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Subquery, Sum, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from applications.actions import assessments, score_boxes
from applications.admin import conflicts
from applications.admin.application_page import current_documents
from applications.admin.columns import ApplicationColumns
from applications.admin.forms import DeclareForm, RecuseForm, ScoreForm
from applications.admin.score_matrix import sheets, side_by_side, with_scores
from applications.lifecycle import ASSESSMENT, LIVE_CANDIDATE, AssessmentStatus
from applications.models import Assessment, Call, Candidate, Criterion, Score
from applications.models.assessment import Party
from core.accounts.requests import signed_in
from core.admin import LatestFilter, StepButton
from core.admin.history import by_and_at
from core.admin.readonly import ReadingAdmin
from core.dates import say_day, say_time
from core.forms import posted, run_action
from core.permissions import may_ever

OPEN = (AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN)
PROPOSED = Candidate.objects.filter(application=OuterRef("application"), status__in=LIVE_CANDIDATE)
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
class AssessmentAdmin(ApplicationColumns, ReadingAdmin):
    """Assessments: one's own to do; others' to read, for an assessor once their own is finished."""

    list_permission = "applications.view_submitted_applications"
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
            done="You have stood aside. We are emailing the grants officer.",
            is_grave=True,
        ),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        if self.is_list(request):
            return rows.annotate(sum_total=TOTAL).only(*LISTED)
        waiting = Assessment.objects.filter(assessor=signed_in(request), status__in=OPEN).exclude(pk=OuterRef("pk"))
        return rows.select_related(
            "application__call", "application__organisation", "application__post", "assessor"
        ).annotate(
            candidate_name=Subquery(PROPOSED.values("name")[:1]),
            candidate_job=Subquery(PROPOSED.values("job_title")[:1]),
            next_pk=Subquery(waiting.order_by("assigned_at", "pk").values("pk")[:1]),
        )

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        assesses = signed_in(request).has_perm("applications.assess_applications")
        return ("status", "assigned_at", "pk") if assesses else ("-assigned_at", "pk")

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
        return str(row.sum_total) if is_finished and row.sum_total is not None else "–"

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
            "next_url": next_url(assessment),
            **more,
        }
        return TemplateResponse(request, f"admin/applications/assessment/{template}.html", context)

    def refuse(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        """Say why nothing more is taken, as when a page from before was sent again."""
        sentence = f"This assessment is {assessment.get_status_display()}, so nothing has changed."
        if wants_json(request):
            return JsonResponse({"refused": sentence}, status=409)
        return self.again(request, assessment, messages.ERROR, sentence)

    def again(self, request: HttpRequest, assessment: Assessment, level: int, sentence: str) -> HttpResponse:
        self.message_user(request, sentence, level)
        return HttpResponseRedirect(reverse("admin:applications_assessment_change", args=(assessment.pk,)))

    def declare(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        """Ask for a declaration of interest before anything is shown."""
        form = DeclareForm(request.POST if request.POST.get("do") == "declare" else None)
        if form.is_bound and form.is_valid():
            facts = form.cleaned_data
            if run_action(form, assessments.declare, assessment, **facts, **by_and_at(request)):
                return self.again(request, assessment, messages.SUCCESS, "We have saved your declaration.")
        calls = Call.objects.select_related("programme__funder", "programme__host")
        assessment.application.call = calls.get(pk=assessment.application.call_id)
        declared = conflicts.declared(assessment.application, signed_in(request).works_for)
        return self.show(request, assessment, "declare", form=form, step_buttons=[], **declared)

    def score(self, request: HttpRequest, assessment: Assessment) -> HttpResponse:
        prefetch_related_objects([assessment], "application__call__criteria")
        criteria, texts = assessment.application.call.criteria.all(), score_boxes.saved(assessment)
        form = ScoreForm(posted(request), criteria=criteria, texts=texts, by=signed_in(request))
        if request.method == "POST":
            return self.take(request, assessment, form)
        return self.scoring(request, assessment, form)

    def take(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> HttpResponse:
        """Save the scores first, so that nothing is lost if finishing is refused."""
        is_whole = form.is_valid()
        is_saved = self.save_scores(request, assessment, form)
        if wants_json(request):
            return answer(request, form)
        wants_to_complete = is_whole and is_saved and request.POST.get("do") == "complete"
        if wants_to_complete and self.complete(request, assessment, form):
            sentence = f"Your assessment of {assessment.application} is complete."
            return self.again(request, assessment, messages.SUCCESS, sentence)
        if form.errors:
            return self.scoring(request, assessment, form)
        saved = f"Saved at {saved_at(request)}. You can complete it when every criterion has a score and a reason."
        return self.again(request, assessment, messages.SUCCESS, saved)

    def save_scores(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> bool:
        """Save each box that can be saved; whether none was changed in another window meanwhile."""
        facts = {"marks": form.marks(), "overall_view": form.cleaned_data.get("overall_view", ""), "sent": form.sent}
        facts |= {"token": form.token, "while_typing": wants_json(request), **by_and_at(request)}
        if not run_action(form, assessments.save, assessment, **facts):
            return False
        if form.result.conflicts:
            form.show_conflicts(form.result)
            return False
        form.show_saved(form.result)
        return True

    def complete(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> bool:
        if run_action(form, assessments.complete, assessment, **by_and_at(request)):
            return True
        if isinstance(form.refusal, assessments.Unfinished):
            form.errors.clear()
            for name, sentence in form.refusal.gaps.items():
                form.add_error(name, sentence)
        return False

    def scoring(self, request: HttpRequest, assessment: Assessment, form: ScoreForm) -> HttpResponse:
        answers = list(assessment.application.answers.select_related("question"))
        is_proposed = bool(getattr(assessment, "candidate_name", ""))
        parts = [
            {
                "criterion": criterion,
                "answers": [one for one in answers if one.question.criterion_id == criterion.pk],
                "score": form[f"score_{criterion.letter}"],
                "reason": form[f"reason_{criterion.letter}"],
            }
            for criterion in form.criteria
        ]
        return self.show(
            request,
            assessment,
            "scoring",
            form=form,
            parts=parts,
            other_answers=[one for one in answers if one.question.criterion_id is None],
            documents=current_documents(assessment.application, with_cv=is_proposed),
        )

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        is_stub = obj.status == AssessmentStatus.RECUSED
        criteria = [] if is_stub else list(Criterion.objects.filter(call=obj.application.call_id))
        others = [] if is_stub else list(with_scores(signed_in(request)).filter(application=obj.application_id))
        given = [] if is_stub else list(obj.scores.select_related("criterion"))
        return {
            "is_stub": is_stub,
            "criteria": criteria,
            "given": given,
            "table": side_by_side(sheets(others), criteria) if others else None,
            "others": [one for one in others if one.pk != obj.pk],
        }


def next_url(assessment: Assessment) -> str:
    next_pk = getattr(assessment, "next_pk", None)
    return reverse("admin:applications_assessment_change", args=(next_pk,)) if next_pk else ""


def saved_at(request: Any) -> str:
    return say_time(request.arrived_at.replace(second=0))


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the page saves by itself and wants a word rather than a page."""
    return request.headers.get("Accept") == "application/json"


def answer(request: Any, form: ScoreForm) -> JsonResponse:
    """Say to the page that saves by itself how it went, and what it has seen now."""
    saved = form.result
    told: dict[str, Any] = {"problems": {name: str(messages[0]) for name, messages in form.errors.items()}}
    if saved is None:
        return JsonResponse({**told, "refused": " ".join(told["problems"].values())}, status=409)
    told["seen"] = json.dumps(saved.seen)
    if saved.conflicts:
        labels = "; ".join(str(form.fields[one.name].label) for one in saved.conflicts)
        refused = f"You changed this in another window too: {labels}. Save to see both."
        return JsonResponse({**told, "refused": refused}, status=409)
    return JsonResponse({**told, "saved": f"Saved at {saved_at(request)}"})
