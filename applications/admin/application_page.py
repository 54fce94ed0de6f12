"""What the admin's page of an application shows, by what the reader may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.urls import reverse

from applications.form_schema import sheet_of
from applications.letters.recipients import leads
from applications.lifecycle import LIVE_CANDIDATE, AssessmentStatus, TrailEvent
from applications.models import Answer, Application, Assessment, AssessmentVisit, Document, LateAdmission
from applications.models.call import Section
from core.accounts.models import User
from core.audit import trail
from core.visibility import visible


@dataclass(frozen=True)
class OwnTask:
    """What an assessor has still to do for the application."""

    sentence: str
    link: str
    url: str

    @classmethod
    def among(cls, assessments: list[Assessment], user: User) -> "OwnTask | None":
        own = next((one for one in assessments if one.assessor_id == user.pk), None)
        if own is None or own.status not in {AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN}:
            return None
        url = reverse("admin:applications_assessment_change", args=[own.pk])
        if own.status == AssessmentStatus.BEGUN:
            return cls("", "Continue your assessment", url)
        sentence = "Before you read this application, say whether you have a conflict of interest."
        return cls(sentence, "Declare your interest", url)


def context(application: Application, user: User) -> dict[str, Any]:
    """Facts, answers, documents, the sheet, scores, visits and history, each only for those who may read it."""
    reads = user.has_perm("applications.read_application", application)
    assessments = list(visible_assessments(application, user))
    sees_workings = user.has_perm("applications.view_salary", application)
    candidate = application.candidates.filter(status__in=LIVE_CANDIDATE).first()
    found = {
        "application": application,
        "reads": reads,
        "own_task": OwnTask.among(assessments, user),
        "candidate": candidate,
        "sections": answers_by_section(application) if reads else [],
        "documents": current_documents(application, with_cv=candidate is not None) if reads else [],
        "sheet": sheet(application) if sees_workings or user.has_perm("applications.view_total", application) else None,
        "sees_workings": sees_workings,
        "assessments": assessments,
        "visits": visible(AssessmentVisit, user).filter(application=application),
    }
    if user.has_perm("applications.view_application_history", application):
        found |= office_file(application, assessments)
    return found


def office_file(application: Application, assessments: list[Assessment]) -> dict[str, Any]:
    """What only the office reads: how the application came, who declared what, and its history."""
    return {
        "is_office": True,
        "admission": admission_of(application),
        "reaches_nobody": application.is_entered and not leads(application.organisation_id).exists(),
        "interests": application.interests.select_related("person"),
        "is_same_browser": trail.history(application).filter(event=TrailEvent.CANDIDATE_SAME_BROWSER).exists(),
        "entries": trail.history(application, *assessments).exclude(event=TrailEvent.SCORES_SAVED),
    }


def admission_of(application: Application) -> LateAdmission | None:
    """The late admission of its organisation to its call, asked for or confirmed."""
    admissions = LateAdmission.objects.select_related("asked_by", "confirmed_by")
    return admissions.filter(call=application.call_id, organisation=application.organisation_id).first()


def visible_assessments(application: Application, user: User) -> QuerySet[Assessment]:
    rows = visible(Assessment, user).filter(application=application).select_related("assessor")
    is_complete = Q(status=AssessmentStatus.COMPLETE)
    return rows.annotate(total=Sum(F("scores__score") * F("scores__criterion__weight"), filter=is_complete))


def answers_by_section(application: Application) -> list[tuple[str, list[Answer]]]:
    """The answers by section of the form, each with its question and criterion; sections without any are left out."""
    answers = list(application.answers.select_related("question__criterion"))
    sections = [(label, [row for row in answers if row.question.section == value]) for value, label in Section.choices]
    return [(label, rows) for label, rows in sections if rows]


def current_documents(application: Application, *, with_cv: bool) -> list[Document]:
    rows = application.documents.filter(replaced_at=None)
    return [row for row in rows if with_cv or row.kind != Document.Kind.CV]


def sheet(application: Application) -> dict[str, Any]:
    """The grant worked out from the current salary, or the sentence that says why it cannot be."""
    try:
        budget = sheet_of(application)
    except ValueError as refusal:
        return {"refusal": str(refusal)}
    missing = application.erasure or "The salary, the days or the months are missing."
    return {"budget": budget} if budget else {"refusal": missing}
