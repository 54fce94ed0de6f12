"""How long applications and what belongs to them are kept, what is deleted then, and what stays and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from applications.actions import file_deletion
from applications.lifecycle import ExpressionStatus, Status
from applications.models import (
    Answer,
    Application,
    Assessment,
    AssessmentVisit,
    Attendee,
    CallInvitation,
    Candidate,
    Conversation,
    Document,
    ExpressedStrand,
    ExpressionOfInterest,
    Interest,
    LateAdmission,
    Score,
    SectionSave,
)
from applications.models.application import ApplicationQuerySet
from core.retention.rules import Kept, Part, Rule, ago

YEAR, TWO_YEARS, AFTER_CLOSE = 12, 24, 90  # months, months, days
UNDER_NUMBER = "Reference, organisation, dates, outcome, scores without their reasons"

# Everything about a person in an application that was handed in; the grant file's rule takes the same.
PARTS = (
    Part(
        Application,
        "pk",
        "contact_phone whose_idea present_hours withdrawn_reason declared_conflicts current_salary wants_enhancement "
        "other_funding hold_reason",
    ),
    Part(Answer, "application", "text"),
    Part(Candidate, "application", "name email job_title confirmed_digest remark"),
    Part(Document, "application", "original_name"),
    Part(Interest, "application", "explanation"),
    Part(Assessment, "application", "overall_view"),
    Part(Score, "assessment__application", "reason"),
    Part(AssessmentVisit, "application", "place absence_reason notes"),
    Part(Attendee, "visit__application"),
)


def applications() -> ApplicationQuerySet:
    """Those with their content, and not held back from deletion."""
    return Application.objects.filter(erased_at__isnull=True, hold_reason="")


def drafts(at: datetime) -> QuerySet[Application]:
    """Drafts, rehearsals among them, 90 days past their own deadline; without one, a year after the last entry."""
    saved = (
        SectionSave.objects.filter(application=OuterRef("pk"))
        .order_by()
        .values("application")
        .annotate(last=Max("saved_at"))
    )
    documents = Document.objects.filter(application=OuterRef("pk")).order_by().values("application")
    uploaded = documents.annotate(last=Max("received_at"))
    written_at = Greatest(
        "started_at",
        Coalesce(Subquery(saved.values("last")), "started_at"),
        Coalesce(Subquery(uploaded.values("last")), "started_at"),
    )
    unfinished = applications().filter(status=Status.DRAFT).with_deadline().alias(written_at=written_at)
    over = Q(deadline__lte=ago(at, days=AFTER_CLOSE))
    return unfinished.filter(over | Q(deadline__isnull=True, written_at__lte=ago(at, months=YEAR)))


def decided(at: datetime) -> QuerySet[Application]:
    """Those not awarded, a year after they were told; one on the reserve list a year after it was put there."""
    released = [Status.UNSUCCESSFUL, Status.OFFER_DECLINED, Status.RESERVE]
    return applications().filter(status__in=released, released_at__lte=ago(at, months=YEAR))


def withdrawn(at: datetime) -> QuerySet[Application]:
    return applications().filter(status=Status.WITHDRAWN, withdrawn_at__lte=ago(at, months=YEAR))


def undecided(at: datetime) -> QuerySet[Application]:
    waiting = [Status.SUBMITTED, Status.SHORTLISTED]
    return applications().filter(status__in=waiting, submitted_at__lte=ago(at, months=TWO_YEARS))


def expressions(before: datetime, *, is_answered: bool) -> QuerySet[ExpressionOfInterest]:
    """Expressions of interest whose last entry (sent, answered, spoken of) was no later than `before`."""
    spoken = (
        Conversation.objects.filter(expression=OuterRef("pk"))
        .order_by()
        .values("expression")
        .annotate(last=Max("noted_at"))
    )
    last = Greatest(
        "sent_at",
        Coalesce("answered_at", "sent_at"),
        Coalesce(Subquery(spoken.values("last")), "sent_at"),
    )
    old = ExpressionOfInterest.objects.filter(erased_at__isnull=True).alias(last_at=last).filter(last_at__lte=before)
    waits = Q(status=ExpressionStatus.RECEIVED)
    return old.exclude(waits) if is_answered else old.filter(waits)


def codes(at: datetime) -> QuerySet[CallInvitation]:
    return CallInvitation.objects.filter(erased_at__isnull=True, expires_at__lte=ago(at, months=YEAR))


def late_admissions(at: datetime) -> QuerySet[LateAdmission]:
    return LateAdmission.objects.filter(erased_at__isnull=True, closes_at__lte=ago(at, months=YEAR))


def lines_on_late_admissions(keys: list[Any]) -> Q:
    """What the trail says of them with their calls, and with the drafts whose deadline they moved."""
    lines = Q(pk__in=[])
    for admission in LateAdmission.objects.filter(pk__in=keys):
        when = Q(at__in=[at for at in (admission.asked_at, admission.confirmed_at) if at])
        drafts = Application.objects.filter(call=admission.call_id, organisation=admission.organisation_id)
        on_drafts = Q(thing_type="applications.application", thing_id__in=[str(draft.pk) for draft in drafts])
        lines |= when & (on_drafts | Q(thing_type="applications.call", thing_id=str(admission.call_id)))
    return lines


def files_of(keys: list[Any], at: datetime) -> None:
    file_deletion.take_out(Document.objects.filter(application__in=keys), at=at)


TABLE: tuple[Kept, ...] = (
    Rule(
        "Applications never submitted, with all their answers and files",
        "90 days after their deadline; where the call has none, 12 months after the last entry",
        is_about_secondee=True,
        due=drafts,
        files=files_of,
        sweep=file_deletion.erase_due,
        is_whole=True,
        has_files=Q(pk__in=Document.objects.exclude(file="").values("application")),
    ),
    Rule(
        "Unsuccessful applications: CV, statement, salary, the proposed secondee, answers, reasons of the assessors",
        "12 months after the decision",
        UNDER_NUMBER,
        is_about_secondee=True,
        due=decided,
        parts=PARTS,
        files=files_of,
        sweep=file_deletion.erase_due,
    ),
    Rule(
        "Withdrawn applications (the same)",
        "12 months after the withdrawal",
        UNDER_NUMBER,
        is_about_secondee=True,
        due=withdrawn,
        parts=PARTS,
        files=files_of,
        sweep=file_deletion.erase_due,
    ),
    Rule(
        "Applications on which nobody decided (the same)",
        "24 months after they were submitted",
        UNDER_NUMBER,
        due=undecided,
        parts=PARTS,
        files=files_of,
        sweep=file_deletion.erase_due,
    ),
    Kept(
        "CVs of people who decline or withdraw", "their answer", "That there was one, and when", is_about_secondee=True
    ),
    Kept("Files in which the virus scan finds something", "the finding", "That there was one, and when"),
    Kept("Access needs for a visit", "the visit: they are told to the officer and not entered here"),
    Kept("Links to the equality questions that nobody used", "the decision, at the latest 30 days after the close"),
    Rule(
        "Expressions of interest that were answered or withdrawn, with the conversations about them",
        "12 months after the last entry",
        "Reference, organisation, dates, outcome",
        due=lambda at: expressions(ago(at, months=YEAR), is_answered=True),
        parts=(
            Part(ExpressionOfInterest, "pk", "about person_in_mind outcome"),
            Part(ExpressedStrand, "expression", "text"),
            Part(Conversation, "expression"),
        ),
    ),
    Rule(
        "Expressions of interest that nobody answered",
        "24 months after the last entry",
        due=lambda at: expressions(ago(at, months=TWO_YEARS), is_answered=False),
        is_whole=True,
    ),
    Rule(
        "Addresses to which codes for a call by invitation were sent",
        "12 months after the code's last day",
        "Organisation, dates, how often it was used",
        due=codes,
        parts=(Part(CallInvitation, "pk", "email"),),
    ),
    Rule(
        "Reasons for admitting an organisation after the close",
        "12 months after its deadline",
        "Organisation, dates, who asked and who confirmed",
        due=late_admissions,
        parts=(Part(LateAdmission, "pk", "reason"),),
        lines=lines_on_late_admissions,
    ),
)

# What says something about a person and yet outlives the rules, by the reason why.
STAYS = {
    "who did what in their work here, as the trail shows it": (
        "Call.published_by Clarification.published_by CallInvitation.issued_by LateAdmission.asked_by "
        "LateAdmission.confirmed_by ExpressionOfInterest.sent_by ExpressionOfInterest.answered_by "
        "Application.started_by Application.entered_by Application.submitted_by SectionSave.saved_by "
        "Document.received_from Interest.person Assessment.assessor Assessment.assigned_by AssessmentVisit.arranged_by"
    ),
    "decides for good who may open the application": "Interest.has_conflict Interest.declared_at",
    "a figure that compares rounds, without its reason and without the person it was about": "Score.score",
    "how often and when somebody without a name answered": (
        "Candidate.status Candidate.asked_at Candidate.confirmed_at Candidate.declined_at Candidate.withdrawn_at "
        "Candidate.remarked_at"
    ),
    "the digest of a link that has ended; nothing can be read from it": "Candidate.token_digest",
    "a count, of nobody": "EqualityTally.count",
}
