"""What the admin's page of an application shows, by what the reader may see."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from applications.actions import eligibility, shortlisting
from applications.admin import joint_views, messages, notes
from applications.admin.times_offered import TimeOffered
from applications.form_schema import funding_in_words, sheet_of
from applications.letters.recipients import leads
from applications.lifecycle import LIVE_CANDIDATE, AssessmentStatus, Status, TrailEvent
from applications.models import Answer, Application, Assessment, AssessmentVisit, Document, LateAdmission
from applications.models.assessment import Party
from applications.models.document import OF_APPLICANTS, REDACTED
from applications.rules.joint_views import APART, why_unsettled
from applications.rules.names import hides_names
from applications.scoring import BEST
from applications.visibility.names import Reader
from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day
from core.governance.models import Meeting
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


@dataclass(frozen=True)
class Missing:
    """What has to happen before the committee decides, and where."""

    sentence: str
    link: str
    url: str


def before_committee(application: Application, assessments: list[Assessment], at: datetime) -> Iterator[Missing]:
    if application.status != Status.SHORTLISTED:
        return
    step = partial(reverse, "admin:applications_application_step")
    finished = {one.party for one in assessments if one.status == AssessmentStatus.COMPLETE}
    asked = {one.party for one in assessments if one.status in {AssessmentStatus.ASSIGNED, AssessmentStatus.BEGUN}}
    for side in Party:
        if side not in finished | asked:
            sentence = f"The {side} has no assessor yet."
            yield Missing(sentence, "Assign assessors", step(args=[application.pk, "assign"]))
        elif side not in finished:
            yield Missing(f"No assessment of the {side} is complete.", "See the assessments", "#assessments")
    if sentence := why_unsettled(application):
        is_apart = sentence == APART
        link = ("Record how it was resolved", step(args=[application.pk, "resolve"])) if is_apart else ("", "#views")
        yield Missing(sentence, link[0] or "See the views", link[1])
    yield from _meeting(application, london(at).date())


def _meeting(application: Application, today: date) -> Iterator[Missing]:
    since = london(application.submitted_at).date() if application.submitted_at else today
    meetings = Meeting.objects.of_committee(application.programme_id).filter(held_on__gte=since).order_by("held_on")
    first = meetings.first()
    if first is None:
        sentence = "No meeting of the Grants Committee is planned."
        yield Missing(sentence, "Add the meeting", reverse("admin:governance_meeting_add"))
    elif first.held_on > today:
        sentence = f"The Grants Committee meets on {say_day(first.held_on)}."
        yield Missing(sentence, "See the meeting", reverse("admin:governance_meeting_change", args=[first.pk]))


def context(application: Application, user: User, at: datetime) -> dict[str, Any]:
    """Facts, answers, documents, the sheet, scores, visits and history, each only for those who may read it."""
    reads = user.has_perm("applications.read_application", application)
    assessments = list(visible_assessments(application, user))
    sees_workings = user.has_perm("applications.view_salary", application)
    reader = Reader.of(user, application)
    candidate = reader.candidate(application.candidates.filter(status__in=LIVE_CANDIDATE).first())
    found = {
        "application": reader.application,
        "reader": reader,
        "reads": reads,
        "own_task": OwnTask.among(assessments, user),
        "candidate": candidate,
        "other_funding": funding_in_words(reader.application) if reads else [],
        "sections": answers_by_section(reader) if reads else [],
        "sheet": sheet(application) if sees_workings or user.has_perm("applications.view_total", application) else None,
        "sees_workings": sees_workings,
        "assessments": assessments,
        "visits": visible(AssessmentVisit, user).filter(application=application),
    }
    if reads:
        found |= papers_for(reader, user, with_cv=candidate is not None)
    is_office = user.has_perm("applications.view_office_file", application)
    found |= joint_views.context(application, user, is_office=is_office)
    found |= notes.context(application, user) | messages.context(application, user)
    if is_office:
        interests = list(application.interests.select_related("person", "handled_by"))
        found |= office_file(application)
        found["times"] = TimeOffered.of(application, user)
        found["has_to_say"] = all(one.person_id != user.pk for one in interests)
        if user.has_perm("applications.view_application_history", application):
            found |= {**found_by_others(application, assessments, at), "interests": interests}
    return found


def found_by_others(application: Application, assessments: list[Assessment], at: datetime) -> dict[str, Any]:
    """What tells of others' assessments: for the office, but not for an officer with one of their own to finish."""
    return {
        "before_committee": list(before_committee(application, assessments, at)),
        "entries": trail.history(application, *assessments).exclude(event=TrailEvent.SCORES_SAVED),
        "reads_story": True,
    }


def office_file(application: Application) -> dict[str, Any]:
    """What only the office reads: how the application came, and what was prepared for it."""
    return {
        "is_office": True,
        "admission": admission_of(application),
        "reaches_nobody": application.is_entered and not leads(application.organisation_id).exists(),
        "checklist": eligibility.findings(application),
        "outcome": shortlisting.prepared(application),
        "is_same_browser": trail.history(application).filter(event=TrailEvent.CANDIDATE_SAME_BROWSER).exists(),
    }


def admission_of(application: Application) -> LateAdmission | None:
    """The late admission of its organisation to its call, asked for or confirmed."""
    admissions = LateAdmission.objects.select_related("asked_by", "confirmed_by")
    return admissions.filter(call=application.call_id, organisation=application.organisation_id).first()


def visible_assessments(application: Application, user: User) -> QuerySet[Assessment]:
    rows = visible(Assessment, user).filter(application=application).select_related("assessor")
    is_complete = Q(status=AssessmentStatus.COMPLETE)
    return rows.annotate(
        total=Sum(
            Coalesce("scores__revised_score", "scores__score") * F("scores__criterion__weight"), filter=is_complete
        ),
        best=BEST * Sum("scores__criterion__weight", filter=is_complete),
    )


def answers_by_section(reader: Reader) -> list[tuple[str, list[Answer]]]:
    """The answers by section of the form, each with its question and criterion; sections without any are left out."""
    answers = reader.answers(reader.source.answers.select_related("question__criterion"))
    of_call = reader.source.call.form_sections
    sections = [(one.label, [row for row in answers if row.question.section == one]) for one in of_call]
    return [(label, rows) for label, rows in sections if rows]


def papers_for(reader: Reader, user: User, *, with_cv: bool) -> dict[str, Any]:
    wanted = [kind for kind in OF_APPLICANTS if with_cv or kind != Document.Kind.CV]
    wanted += [REDACTED[kind] for kind in wanted]
    rows = list(reader.source.documents.filter(replaced_at=None, kind__in=wanted).select_related("redacts"))
    originals = [row for row in rows if not row.is_redacted]
    copies = [row for row in rows if row.redacts is not None and row.redacts.replaced_at is None]
    if not reader.hides:
        makes_copies = hides_names(reader.source) and user.has_perm("applications.redact_application", reader.source)
        return {"documents": [*originals, *(copies if makes_copies else [])]}
    checked = [row for row in copies if row.checked_at is not None]
    ready = {row.redacts_id for row in checked}
    return {"documents": checked, "preparing": [row for row in originals if row.pk not in ready]}


def sheet(application: Application) -> dict[str, Any]:
    """The grant worked out from the current salary, or the sentence that says why it cannot be."""
    try:
        budget = sheet_of(application)
    except ValueError as refusal:
        return {"refusal": str(refusal)}
    missing = application.erasure or "The salary, the days or the months are missing."
    return {"budget": budget} if budget else {"refusal": missing}
