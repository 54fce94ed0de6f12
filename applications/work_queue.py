"""What waits for whom in this part of the journey."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from applications.actions import virus_scans
from applications.lifecycle import (
    HANDED_IN,
    OPEN_ASSESSMENT,
    CallStatus,
    CandidateStatus,
    ExpressionStatus,
    Status,
    VisitStatus,
)
from applications.models import (
    Application,
    Assessment,
    AssessmentVisit,
    Call,
    Candidate,
    Document,
    ExpressionOfInterest,
    LateAdmission,
)
from applications.visibility import office_programmes
from core.accounts.rules import is_assessor
from core.dates import london
from core.text import plural
from core.work_queue import WorkItem, figures, least_of, number_of

MOST_NAMED = 10
WEEK = timedelta(days=7)
SAID_NO = [CandidateStatus.DECLINED, CandidateStatus.WITHDRAWN]

STANDING = Document.objects.filter(application=OuterRef("application"), kind=OuterRef("kind"), replaced_at__isnull=True)
LOST = Document.objects.filter(
    ~Exists(STANDING), scan=Document.Scan.INFECTED, application__status__in=[Status.SUBMITTED, Status.SHORTLISTED]
)


def items(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield each piece of work that waits for this person."""
    if user.organisation_ids:
        yield from for_an_applicant(user, now)
        yield from for_who_is_invited(user, now)
    if office_programmes(user):
        yield from for_the_office(user, now)
    if is_assessor(user):
        yield from for_an_assessor(user)


def for_an_applicant(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield the own organisations' drafts that can still be submitted, each with what stands in its way: one query."""
    drafts = Application.objects.whole().filter(
        organisation_id__in=user.organisation_ids,
        status=Status.DRAFT,
        call__status=CallStatus.PUBLISHED,
        entered_by__isnull=True,
    )
    for application in drafts.annotate(lost=Count("candidates", filter=Q(candidates__status__in=SAID_NO))):
        if not application.is_open(now):
            continue
        closes_at = application.closes_at
        yield WorkItem(
            said_of_draft(application, application.person, application.lost),
            application.get_absolute_url(),
            london(closes_at).date() if closes_at else None,
        )


def for_who_is_invited(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield the own expressions of interest that lead to an open call and have not been used: one query."""
    invited = ExpressionOfInterest.objects.filter(
        organisation_id__in=user.organisation_ids, status=ExpressionStatus.INVITED, application__isnull=True
    )
    for expression in invited.select_related("call"):
        call = expression.call
        if call is not None and call.is_open(now):
            due_on = london(call.closes_at).date() if call.closes_at else None
            yield WorkItem(f"You are invited to apply to “{call}”", expression.get_absolute_url(), due_on)


def said_of_draft(application: Application, candidate: Candidate | None, lost: int) -> str:
    """Say what a draft waits for: somebody else to propose, an answer, or to be finished."""
    about = f"the application for {application.post}"
    if candidate is None and lost:
        return f"Propose somebody else: the person named in {about} has said no"
    if candidate is not None and candidate.remark:
        return f"{candidate.name} says that something is wrong: {about}"
    if candidate is not None and candidate.status == CandidateStatus.ASKED:
        return f"{candidate.name} has not answered yet: {about}"
    if candidate is not None and candidate.status == CandidateStatus.CONFIRMED:
        return f"Check and submit {about}"
    return f"Finish and submit {about}"


def for_the_office(user: Any, now: datetime) -> Iterator[WorkItem]:
    """Yield what the funder's officers have to do: one query, and one more when a file is lost."""
    found = office_figures(user, now)
    yield from to_sift_or_finish(found)
    if waiting := found["interest"]:
        sentence = f"{plural(waiting, 'expression of interest', 'expressions of interest')} to answer"
        address = reverse("admin:applications_expressionofinterest_changelist")
        yield WorkItem(sentence, f"{address}?status__exact={ExpressionStatus.RECEIVED}")
    if late := found["late"]:  # asked for by somebody else
        address = f"{reverse('admin:applications_lateadmission_changelist')}?waits=yes"
        yield WorkItem(f"{plural(late, 'late admission')} to confirm", address, london(found["late_until"]).date())
    yield from files(user, found)
    yield from visits(found)
    if drafts := found["drafts"]:
        address = f"{reverse('admin:applications_call_changelist')}?status__exact={CallStatus.DRAFT}"
        yield WorkItem(f"{plural(drafts, 'draft call')} to finish", address)


def office_figures(user: Any, now: datetime) -> dict[str, Any]:
    """Count what waits for the funder's officers, in one query."""
    programmes = office_programmes(user)
    applications = Application.objects.filter(call__programme__in=programmes)
    closed = Q(call__closes_at__lte=now) | Q(call__kind=Call.Kind.ROLLING)
    entered = applications.filter(entered_by__isnull=False, status=Status.DRAFT, call__status=CallStatus.PUBLISHED)
    admissions = LateAdmission.objects.filter(call__programme__in=programmes, confirmed_at__isnull=True)
    admissions = admissions.filter(closes_at__gt=now).exclude(asked_by=user)
    coming = AssessmentVisit.objects.coming().filter(application__call__programme__in=programmes)
    of_programmes = Q(application__call__programme__in=programmes)
    soon = coming.filter(starts_at__gte=now, starts_at__lt=now + WEEK)
    return figures(
        user,
        to_sift=number_of(applications.filter(closed, status=Status.SUBMITTED)),
        entered=number_of(entered),
        entered_until=least_of(entered.filter(own_closes_at__gt=now), "own_closes_at"),
        interest=number_of(
            ExpressionOfInterest.objects.filter(programme__in=programmes, status=ExpressionStatus.RECEIVED)
        ),
        late=number_of(admissions),
        late_until=least_of(admissions, "closes_at"),
        slow=number_of(virus_scans.waiting().filter(of_programmes, received_at__lte=now - virus_scans.TOO_LONG)),
        lost=number_of(LOST.filter(of_programmes)),
        over=number_of(coming.filter(starts_at__lt=now)),
        soon=number_of(soon),
        next_visit=least_of(soon, "starts_at"),
        drafts=number_of(Call.objects.filter(programme__in=programmes, status=CallStatus.DRAFT)),
    )


def to_sift_or_finish(found: dict[str, Any]) -> Iterator[WorkItem]:
    """Yield applications to shortlist, and those that came by post or e-mail and are being entered."""
    listed = reverse("admin:applications_application_changelist")
    if count := found["to_sift"]:
        yield WorkItem(f"{plural(count, 'application')} to shortlist", f"{listed}?status__exact={Status.SUBMITTED}")
    if count := found["entered"]:
        sentence = f"{plural(count, 'application')} that came by post or e-mail to finish"
        due = london(found["entered_until"]).date() if found["entered_until"] else None
        yield WorkItem(sentence, f"{listed}?came=office&status__exact={Status.DRAFT}", due)


def files(user: Any, found: dict[str, Any]) -> Iterator[WorkItem]:
    """Yield what is wrong with files: those that wait too long for the virus scan, and those it took out for good."""
    listed = reverse("admin:applications_application_changelist")
    if slow := found["slow"]:
        yield WorkItem(
            f"{plural(slow, 'file has', 'files have')} waited over an hour for the virus scan: is the scanner running?",
            listed,
        )
    lost = LOST.filter(application__call__programme__in=office_programmes(user))
    lost = lost.select_related("application__organisation").order_by("-scanned_at")[:MOST_NAMED]
    for document in lost if found["lost"] else ():
        application = document.application
        yield WorkItem(
            f"{application.organisation}, {application}: the virus scan took out the {document.get_kind_display()}",
            reverse("admin:applications_application_change", args=[application.pk]),
        )


def visits(found: dict[str, Any]) -> Iterator[WorkItem]:
    """Yield the visits of the coming seven days, and those that are over and not yet noted as held."""
    listed = reverse("admin:applications_assessmentvisit_changelist")
    if found["over"]:
        yield WorkItem(
            f"{plural(found['over'], 'visit')} to note as held", f"{listed}?status__exact={VisitStatus.CONFIRMED}"
        )
    if found["soon"]:
        yield WorkItem(
            f"{plural(found['soon'], 'visit')} in the next seven days", listed, london(found["next_visit"]).date()
        )


def for_an_assessor(user: Any) -> Iterator[WorkItem]:
    """Yield what this person has still to score."""
    own = Assessment.objects.filter(
        assessor=user, status__in=OPEN_ASSESSMENT, application__status__in=HANDED_IN
    ).count()
    if own:
        yield WorkItem(f"{plural(own, 'application')} to score", reverse("admin:applications_assessment_changelist"))
