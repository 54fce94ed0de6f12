"""Applications as the office, the assessors and the committee read them, and what the office does with them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from applications.actions import assessments as assessment_actions
from applications.actions import legal_holds, shortlisting, visits
from applications.admin import conflicts
from applications.admin.forms import ArrangeForm, AssignForm, HoldBackForm
from applications.admin.score_matrix import mean_score
from applications.form_schema import sheet_of
from applications.letters.recipients import leads
from applications.lifecycle import APPLICATION, LIVE_CANDIDATE, AssessmentStatus, Status, TrailEvent
from applications.models import Application, Assessment, AssessmentVisit, Candidate, LateAdmission
from applications.models.call import Section
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS, Role
from core.admin import LatestFilter, StepButton, StepForm
from core.admin.readonly import ReadingAdmin
from core.audit import trail
from core.dates import london
from core.visibility import visible
from core.work_queue import number_of

# Let in after the close with a second person's word, and then handed in (on paper: received) after the close.
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
COUNTS = {"count_asked": number_of(ASKED), "count_finished": number_of(ASKED.filter(status=AssessmentStatus.COMPLETE))}
# What the list shows of its rows: the words of an application are many, and so are those of a call.
LISTED = (
    *("reference", "draft_reference", "status", "submitted_at", "days_per_week"),
    *("came_by", "entered_by", "invitation", "organisation__name", "post__job_title"),
)


class ConflictForm(StepForm):
    """A committee member's declaration."""

    panel = conflicts.PANEL
    explanation = forms.CharField(
        label="What the conflict of interest is", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def panel_context(self) -> dict[str, Any]:
        """What the organisation declared, beside whom this person works for."""
        return conflicts.declared(self.thing, self.by.works_for)


class HowItCameFilter(admin.SimpleListFilter):
    """Applications that did not come in the usual way."""

    title = "how it came"
    parameter_name = "came"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the unusual ways."""
        return [("late", "late"), ("office", "entered by the office"), ("invited", "by invitation")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep those that came this way."""
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
    """What was handed in: found, read, shortlisted, given to assessors, visited."""

    readers = frozenset({*FUNDER_OFFICERS, *ASSESSORS, Role.COMMITTEE})
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
    search_fields = ("reference", "organisation__name")
    search_help_text = "By reference or organisation"
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
            done="The assessors have been asked.",
        ),
        "arrange": StepButton(
            "Arrange a visit",
            visits.arrange,
            "applications.add_assessmentvisit",
            form=ArrangeForm,
            when=lambda application: application.status == Status.SHORTLISTED,
            done="The invitations are on their way.",
        ),
        "declare": StepButton(
            "Declare a conflict of interest",
            assessment_actions.declare_conflict,
            "applications.declare_application",
            form=ConflictForm,
            done="You have stood aside, and no longer see this application.",
        ),
        "turn_down": StepButton(
            "Turn down",
            shortlisting.turn_down,
            "applications.turn_down_application",
            confirm="The organisation's leads are told by letter at once. It does not go to the committee.",
            when=lambda application: application.status == Status.SUBMITTED,
            done="{thing} has been turned down.",
            is_grave=True,
        ),
        "hold": StepButton(
            "Hold back from deletion",
            legal_holds.hold,
            "applications.hold_application",
            form=HoldBackForm,
            when=lambda application: not application.hold_reason and application.erased_at is None,
            done="Nothing of it is deleted until somebody lets it go.",
        ),
        "let_go": StepButton(
            "Let it be deleted in time",
            legal_holds.let_go,
            "applications.hold_application",
            confirm="It is deleted when its time is over; if it is over now, in the coming night.",
            when=lambda application: bool(application.hold_reason),
            done="It is no longer held back.",
        ),
    }

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch with each row what the list or the page shows of it."""
        real: Any = super().get_queryset(request).filter(is_rehearsal=False)
        rows = real.annotate(candidate_name=CANDIDATE_NAME, is_late=IS_LATE)
        if not self.is_list(request):
            return rows.select_related(
                "organisation", "post", "call__programme__funder", "call__programme__host", "entered_by"
            )
        return rows.annotate(**COUNTS, mean_score=mean_score(request.user)).only(*LISTED)

    # --- the list ---

    @admin.display(description="reference", ordering="reference")
    def shown_reference(self, application: Application) -> str:
        """The reference."""
        return application.shown_reference

    @admin.display(description="organisation", ordering="organisation__name")
    def organisation_name(self, application: Application) -> str:
        """Who applies."""
        return application.organisation.name

    @admin.display(description="post")
    def post_title(self, application: Application) -> str:
        """What for."""
        return application.post.job_title

    @admin.display(description="secondee")
    def candidate_name(self, application: Any) -> str:
        """The proposed secondee."""
        return application.candidate_name or "–"

    @admin.display(description="status", ordering="status")
    def status_name(self, application: Any) -> str:
        """Where it stands, and whether it was admitted late, entered by the office, or invited."""
        ways = ["late"] if application.is_late else []
        ways += [application.get_came_by_display().lower()] if application.is_entered else []
        ways += ["invited"] if application.invitation_id else []
        return ", ".join([Status(application.status).label, *ways])

    @admin.display(description="submitted", ordering="submitted_at")
    def submitted(self, application: Application) -> str:
        """When it was handed in."""
        at = application.submitted_at
        return f"{london(at).day} {london(at):%b %Y, %H:%M}" if at else "–"

    @admin.display(description="days", ordering="days_per_week")
    def days(self, application: Application) -> str:
        """Days a week."""
        return f"{application.days_per_week.normalize():f}" if application.days_per_week else "–"

    @admin.display(description="assessed")
    def assessed(self, application: Any) -> str:
        """How many of those asked have finished."""
        return f"{application.count_finished} of {application.count_asked}" if application.count_asked else "–"

    @admin.display(description="mean", ordering="mean_score")
    def mean(self, application: Any) -> str:
        """The mean score, to those who may see it."""
        return "–" if application.mean_score is None else f"{application.mean_score:.1f}"

    # --- the page ---

    def page(self, request: HttpRequest, obj: Application) -> dict[str, Any]:
        """Give what this person may read: facts, answers, papers, the sheet, scores, visits, history."""
        user: Any = request.user
        reads = user.has_perm("applications.read_application", obj)
        assessments = list(assessments_shown(user, obj))
        own = next((one for one in assessments if one.assessor_id == user.pk), None)
        is_office = bool(user.is_superuser or user.roles & FUNDER_OFFICERS)
        return {
            "application": obj,
            "reads": reads,
            "is_office": is_office,
            "own": own,
            "candidate": obj.candidates.filter(status__in=LIVE_CANDIDATE).first(),
            "sections": sections(obj) if reads else [],
            "documents": papers(obj) if reads else [],
            "sheet": sheet(obj) if user.has_perm("applications.view_salary", obj) else None,
            "assessments": assessments,
            "admission": admission_of(obj) if is_office else None,
            "reaches_nobody": is_office and obj.is_entered and not leads(obj.organisation_id).exists(),
            "interests": obj.interests.select_related("person") if is_office else [],
            "visits": visible(AssessmentVisit, user).filter(application=obj),
            "entries": trail.history(obj, *assessments).exclude(event=TrailEvent.SCORES_SAVED) if is_office else [],
        }


def admission_of(application: Application) -> LateAdmission | None:
    """The late admission of its organisation to its call, asked for or confirmed."""
    found = LateAdmission.objects.select_related("asked_by", "confirmed_by")
    return found.filter(call=application.call_id, organisation=application.organisation_id).first()


def assessments_shown(user: Any, application: Application) -> QuerySet[Any]:
    """The assessments this person may see, each with its total."""
    rows = visible(Assessment, user).filter(application=application).select_related("assessor")
    return rows.annotate(total=Sum(F("scores__score") * F("scores__criterion__weight")))


def sections(application: Application) -> list[tuple[str, list[Any]]]:
    """The answers by section of the form, each with its question and criterion."""
    answers = list(application.answers.select_related("question__criterion"))
    by_section = [
        (label, [one for one in answers if one.question.section == value]) for value, label in Section.choices
    ]
    return [(label, found) for label, found in by_section if found]


def papers(application: Application) -> list[Any]:
    """The current CV and statement; the CV only while somebody is proposed."""
    current = application.documents.filter(replaced_at=None)
    return [paper for paper in current if paper.kind != "cv" or application.candidate_name]  # type: ignore[attr-defined]


def sheet(application: Application) -> dict[str, Any]:
    """The grant worked out from the current salary, or the sentence that says why it cannot be."""
    try:
        budget = sheet_of(application)
    except ValueError as refusal:
        return {"refusal": str(refusal)}
    missing = application.erasure or "The salary, the days or the months are missing."
    return {"budget": budget} if budget else {"refusal": missing}
