"""How long applications and what belongs to them are kept, and what is due when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from applications.actions import file_deletion
from applications.lifecycle import LIVE_CANDIDATE, ExpressionStatus, Status
from applications.models import (
    Answer,
    AnswerRevision,
    Application,
    Assessment,
    CallInvitation,
    Candidate,
    CaseMessage,
    CaseNote,
    Conversation,
    Document,
    DocumentPage,
    EligibilityAnswer,
    Enquiry,
    ExpressedStrand,
    ExpressionDraft,
    ExpressionOfInterest,
    FieldSave,
    Interest,
    JointView,
    LateAdmission,
    NoteVersion,
    Score,
    SectionSave,
    ShortlistOutcome,
    StandingSubmission,
    ViewResolution,
)
from applications.models.application import ApplicationQuerySet
from applications.periods import (
    ANSWER_REVISION,
    ENQUIRY,
    EQUALITY_LINK,
    EXPRESSION_ANSWERED,
    EXPRESSION_DRAFT,
    EXPRESSION_UNANSWERED,
    INVITATION_CODE,
    LATE_ADMISSION,
    NEVER_SUBMITTED,
    NEVER_SUBMITTED_WITHOUT_DEADLINE,
    UNDECIDED,
    UNSUCCESSFUL,
    WITHDRAWN,
)
from applications.retention import visits
from applications.retention.copies import COPIES
from core.governance.models import Minute
from core.retention import duties
from core.retention.duties import Duty
from core.retention.rules import Line, Part, Rule

UNDER_NUMBER = "Reference, organisation, dates, outcome, scores without their reasons"
# Everything about a person in an application that was submitted; the grant file's rule takes the same.
PARTS = (
    Part(Application, "pk"),
    Part(Answer, "application"),
    Part(AnswerRevision, "application"),
    Part(Candidate, "application"),
    Part(StandingSubmission, "application"),
    Part(Document, "application"),
    Part(DocumentPage, "document__application"),
    Part(Interest, "application"),
    Part(EligibilityAnswer, "application"),
    Part(ShortlistOutcome, "application"),
    Part(Assessment, "application"),
    Part(Score, "assessment__application"),
    Part(JointView, "application"),
    Part(ViewResolution, "application"),
    Part(CaseMessage, "application"),
    Part(CaseNote, "application"),
    Part(NoteVersion, "note__application"),
    *visits.PARTS,
    Part(Minute, "item__case"),
)
OF_APPLICATION = (*PARTS, Part(SectionSave, "application"), Part(FieldSave, "application"))
UNDECIDED_STATUSES = (Status.DRAFT, Status.SUBMITTED, Status.SHORTLISTED, Status.RESERVE)
HELD = ("the application is held: a complaint, a request or a dispute", "the hold ends")
UNDER_WAY = ("the application is under way; the proposed secondee can withdraw from it first", "its decision")


def applications() -> ApplicationQuerySet:
    return Application.objects.filter(erased_at__isnull=True, hold_reason="")


def drafts(at: datetime) -> QuerySet[Application]:
    """Drafts, rehearsals among them, counted from their own deadline; without one, from the last entry."""
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
    begun = applications().with_deadline().alias(written_at=written_at)
    without_deadline = Q(deadline__isnull=True, written_at__lte=NEVER_SUBMITTED_WITHOUT_DEADLINE.before(at))
    over = Q(deadline__lte=NEVER_SUBMITTED.before(at)) | without_deadline
    cancelled = Q(status=Status.CALL_CANCELLED, version=0, call__cancelled_at__lte=NEVER_SUBMITTED.before(at))
    return begun.filter(cancelled | over & Q(status=Status.DRAFT))


def decided(before: datetime) -> QuerySet[Application]:
    """Those not awarded, counted from when they were told; on the reserve list, from when they were put there."""
    released = [Status.UNSUCCESSFUL, Status.OFFER_DECLINED, Status.RESERVE]
    return applications().filter(status__in=released, released_at__lte=before)


def withdrawn(before: datetime) -> QuerySet[Application]:
    over = Q(status=Status.WITHDRAWN, withdrawn_at__lte=before)
    over |= Q(status=Status.CALL_CANCELLED, version__gt=0, call__cancelled_at__lte=before)
    return applications().filter(over)


def undecided(before: datetime) -> QuerySet[Application]:
    waiting = [Status.SUBMITTED, Status.SHORTLISTED]
    return applications().filter(status__in=waiting, submitted_at__lte=before)


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


def codes(before: datetime) -> QuerySet[CallInvitation]:
    return CallInvitation.objects.filter(erased_at__isnull=True, expires_at__lte=before)


def late_admissions(before: datetime) -> QuerySet[LateAdmission]:
    return LateAdmission.objects.filter(erased_at__isnull=True, closes_at__lte=before)


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


def sweep(at: datetime) -> None:
    """Delete what was taken out from the storage, in earlier runs too. Raises what the storage raises."""
    file_deletion.erase_due()


def kept(rows: Mapping[type[Model], set[Any]], _at: datetime) -> Iterator[Duty]:
    """What stays although somebody asks for erasure: of applications that are held, or still being decided on."""
    held = Application.objects.exclude(hold_reason="").values_list("pk", flat=True)
    going_on = Candidate.objects.filter(status__in=LIVE_CANDIDATE, application__status__in=UNDECIDED_STATUSES)
    because = dict.fromkeys(going_on.values_list("application", flat=True), UNDER_WAY) | dict.fromkeys(held, HELD)
    yield from duties.among(OF_APPLICATION, rows, because)


TABLE: tuple[Line, ...] = (
    Rule(
        "Applications never submitted, with all their answers and files",
        f"{NEVER_SUBMITTED}; where the call has none, {NEVER_SUBMITTED_WITHOUT_DEADLINE}",
        is_about_secondee=True,
        case="if the application is never submitted",
        due=drafts,
        files=files_of,
        sweep=sweep,
        is_whole=True,
        has_files=Q(pk__in=Document.objects.exclude(file="").values("application")),
    ),
    Rule(
        "Unsuccessful applications: CV, statement, salary, the proposed secondee, answers, reasons of the assessors",
        UNSUCCESSFUL,
        UNDER_NUMBER,
        is_about_secondee=True,
        case="if it is unsuccessful",
        due=decided,
        parts=PARTS,
        files=files_of,
        sweep=sweep,
    ),
    Rule(
        "Withdrawn applications, and those whose call was cancelled (the same)",
        WITHDRAWN,
        UNDER_NUMBER,
        is_about_secondee=True,
        case="if it is withdrawn",
        due=withdrawn,
        parts=PARTS,
        files=files_of,
        sweep=sweep,
    ),
    Rule(
        "Applications without a decision (the same)",
        UNDECIDED,
        UNDER_NUMBER,
        is_about_secondee=True,
        case="if no decision is made",
        due=undecided,
        parts=PARTS,
        files=files_of,
        sweep=sweep,
    ),
    Rule(
        "Earlier versions of answers, which the organisation can bring back",
        ANSWER_REVISION,
        due=lambda before: AnswerRevision.objects.filter(replaced_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
    Line(
        "CVs of people who decline or withdraw", "their answer", "That there was one, and when", is_about_secondee=True
    ),
    Line("Files in which the virus scan finds something", "the finding", "That there was one, and when"),
    *visits.TABLE,
    Line("Links to the equality questions that were not used", f"the decision, at the latest {EQUALITY_LINK}"),
    Rule(
        "Expressions of interest that were answered or withdrawn, with the conversations about them",
        EXPRESSION_ANSWERED,
        "Reference, organisation, dates, outcome",
        due=lambda before: expressions(before, is_answered=True),
        parts=(
            Part(ExpressionOfInterest, "pk"),
            Part(ExpressedStrand, "expression"),
            Part(Conversation, "expression"),
            Part(ExpressionDraft, "expression"),
        ),
    ),
    Rule(
        "Expressions of interest that were not answered",
        EXPRESSION_UNANSWERED,
        due=lambda before: expressions(before, is_answered=False),
        is_whole=True,
    ),
    Rule(
        "What was typed in the form of an expression of interest and not sent",
        EXPRESSION_DRAFT,
        due=lambda before: ExpressionDraft.objects.filter(saved_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "Questions about a call, with the email address of the person who asked",
        ENQUIRY,
        due=lambda before: Enquiry.objects.filter(asked_at__lte=before),
        is_whole=True,
        is_noted=False,
    ),
    Rule(
        "Addresses to which codes for a call by invitation were sent",
        INVITATION_CODE,
        "Organisation, dates, how often it was used",
        due=codes,
        parts=(Part(CallInvitation, "pk"),),
    ),
    Rule(
        "Reasons for admitting an organisation after the close",
        LATE_ADMISSION,
        "Organisation, dates, who asked and who confirmed",
        due=late_admissions,
        parts=(Part(LateAdmission, "pk"),),
        lines=lines_on_late_admissions,
    ),
    COPIES,
)
