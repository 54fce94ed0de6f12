"""What waits for whom in this part of the journey."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
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
from applications.visibility import conflicts_of, of_office, office_programmes, without_conflict
from core.accounts.models import User
from core.dates import london
from core.permissions import may_ever
from core.text import plural
from core.work_queue import WorkItem, figures, least_of, number_of

MOST_NAMED = 10
WEEK = timedelta(days=7)
REFUSED_STATUSES = [CandidateStatus.DECLINED, CandidateStatus.WITHDRAWN]

CURRENT = Document.objects.filter(application=OuterRef("application"), kind=OuterRef("kind"), replaced_at__isnull=True)
LOST = Document.objects.filter(
    ~Exists(CURRENT), scan=Document.Scan.INFECTED, application__status__in=[Status.SUBMITTED, Status.SHORTLISTED]
)


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    if user.organisation_ids:
        yield from for_an_applicant(user, now)
        yield from for_who_is_invited(user, now)
    if office_programmes(user):
        yield from for_the_office(user, now)
    if may_ever(user, "applications.assess_applications"):
        yield from for_an_assessor(user)


def for_an_applicant(user: User, now: datetime) -> Iterator[WorkItem]:
    """The person's organisations' drafts that can still be submitted, each with what is to be done next: one query."""
    drafts = (
        Application.objects.whole()
        .select_related("standing")
        .filter(
            organisation_id__in=user.organisation_ids,
            status=Status.DRAFT,
            call__status=CallStatus.PUBLISHED,
            entered_by__isnull=True,
        )
    )
    for application in drafts.annotate(lost=Count("candidates", filter=Q(candidates__status__in=REFUSED_STATUSES))):
        if not application.is_open(now):
            continue
        closes_at = application.closes_at
        yield WorkItem(
            next_for_draft(application, application.person, application.lost) + whose(application, user),
            application.get_absolute_url(),
            london(closes_at).date() if closes_at else None,
        )


def whose(application: Application, user: User) -> str:
    """The organisation, for those who write for several."""
    return f", {application.organisation}" if len(user.organisation_ids) > 1 else ""


def for_who_is_invited(user: User, now: datetime) -> Iterator[WorkItem]:
    """Their expressions of interest that were invited to an open call and have not led to an application: one query."""
    invited = ExpressionOfInterest.objects.filter(
        organisation_id__in=user.organisation_ids, status=ExpressionStatus.INVITED, application__isnull=True
    )
    for expression in invited.select_related("call"):
        call = expression.call
        if call is not None and call.is_open(now):
            due_on = london(call.closes_at).date() if call.closes_at else None
            yield WorkItem(f"You are invited to apply to “{call}”", expression.get_absolute_url(), due_on)


def next_for_draft(application: Application, candidate: Candidate | None, lost: int) -> str:
    about = f"the application for {application.post}"
    is_copy = getattr(application, "standing", None) is not None
    if candidate is None and lost:
        return f"Propose someone else: the person named in {about} has said no"
    if candidate is not None and candidate.remark:
        return f"{candidate.name} says that something is wrong: {about}"
    if candidate is not None and candidate.status == CandidateStatus.ASKED:
        return f"{candidate.name} has not answered yet: {about}"
    if candidate is not None and candidate.status == CandidateStatus.CONFIRMED:
        return f"Check and submit {'your changes to ' if is_copy else ''}{about}"
    return f"Finish and submit {'your changes to ' if is_copy else ''}{about}"


def for_the_office(user: User, now: datetime) -> Iterator[WorkItem]:
    """What waits for the grants office, in its programmes: one query, and one more when a file is lost."""
    found = office_figures(user, now)
    yield from applications_to_handle(found)
    if waiting := found["interest"]:
        sentence = plural(waiting, "expression of interest to answer", "expressions of interest to answer")
        yield WorkItem(sentence, changelist("expressionofinterest", f"status__exact={ExpressionStatus.RECEIVED}"))
    if late := found["late"]:  # asked for by somebody else
        sentence = f"{plural(late, 'late admission')} to confirm"
        yield WorkItem(sentence, changelist("lateadmission", "waits=yes"), london(found["late_until"]).date())
    yield from files(found, user)
    yield from visits(found)
    if drafts := found["drafts"]:
        sentence = f"{plural(drafts, 'draft call')} to finish"
        yield WorkItem(sentence, changelist("call", f"status__exact={CallStatus.DRAFT}"))


def office_figures(user: User, now: datetime) -> dict[str, Any]:
    applications = of_office(Application.objects.filter(is_rehearsal=False), user, "call__programme")
    applications = applications.exclude(pk__in=conflicts_of(user).values("application"))
    closed = Q(call__closes_at__lte=now) | Q(call__kind=Call.Kind.ROLLING)
    entered = applications.filter(entered_by__isnull=False, status=Status.DRAFT, call__status=CallStatus.PUBLISHED)
    admissions = of_office(LateAdmission.objects.exclude(asked_by=user), user, "call__programme")
    admissions = admissions.filter(confirmed_at__isnull=True, closes_at__gt=now, call__status=CallStatus.PUBLISHED)
    interest = of_office(ExpressionOfInterest.objects.all(), user, "programme")
    coming = of_application(AssessmentVisit.objects.coming(), user)
    soon = coming.filter(starts_at__gte=now, starts_at__lt=now + WEEK)
    scanning = of_application(virus_scans.waiting(), user)
    return figures(
        user,
        to_shortlist=number_of(applications.filter(closed, status=Status.SUBMITTED)),
        entered=number_of(entered),
        entered_until=least_of(entered.filter(own_closes_at__gt=now), "own_closes_at"),
        interest=number_of(interest.filter(status=ExpressionStatus.RECEIVED)),
        late=number_of(admissions),
        late_until=least_of(admissions, "closes_at"),
        slow=number_of(scanning.filter(received_at__lte=now - virus_scans.TOO_LONG)),
        lost=number_of(of_application(LOST, user)),
        over=number_of(coming.filter(starts_at__lt=now)),
        soon=number_of(soon),
        next_visit=least_of(soon, "starts_at"),
        drafts=number_of(of_office(Call.objects.filter(status=CallStatus.DRAFT), user, "programme")),
    )


def of_application(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Rows of applications that the person deals with: in their programmes, without a conflict of interest."""
    return of_office(rows, user, "application__call__programme").filter(without_conflict(user))


def changelist(model: str, query: str = "") -> str:
    url = reverse(f"admin:applications_{model}_changelist")
    return f"{url}?{query}" if query else url


def applications_to_handle(found: dict[str, Any]) -> Iterator[WorkItem]:
    """Applications to shortlist, and those that came by post or email and are being entered."""
    if count := found["to_shortlist"]:
        sentence = f"{plural(count, 'application')} to shortlist"
        yield WorkItem(sentence, changelist("application", f"status__exact={Status.SUBMITTED}"))
    if count := found["entered"]:
        sentence = f"{plural(count, 'application')} that came by post or email to complete"
        due = london(found["entered_until"]).date() if found["entered_until"] else None
        yield WorkItem(sentence, changelist("application", f"came=office&status__exact={Status.DRAFT}"), due)


def files(found: dict[str, Any], user: User) -> Iterator[WorkItem]:
    """Files that wait too long for the virus scan, and those of live applications that it removed."""
    if slow := found["slow"]:
        waited = f"{plural(slow, 'file has', 'files have')} waited over an hour for the virus scan"
        yield WorkItem(f"{waited}: is the scanner running?", changelist("application"))
    if not found["lost"]:
        return
    lost = of_application(LOST, user).select_related("application__organisation")
    for document in lost.order_by("-scanned_at")[:MOST_NAMED]:
        application = document.application
        yield WorkItem(
            f"{application.organisation}, {application}: the virus scan deleted the {document.get_kind_display()}",
            reverse("admin:applications_application_change", args=[application.pk]),
        )


def visits(found: dict[str, Any]) -> Iterator[WorkItem]:
    """Visits of the coming seven days, and those that are over and not yet noted as held."""
    if found["over"]:
        sentence = f"{plural(found['over'], 'visit')} to record as held"
        yield WorkItem(sentence, changelist("assessmentvisit", f"status__exact={VisitStatus.CONFIRMED}"))
    if found["soon"]:
        sentence = f"{plural(found['soon'], 'visit')} in the next seven days"
        yield WorkItem(sentence, changelist("assessmentvisit"), london(found["next_visit"]).date())


def for_an_assessor(user: User) -> Iterator[WorkItem]:
    to_score = Assessment.objects.filter(status__in=OPEN_ASSESSMENT, application__status__in=HANDED_IN)
    own = to_score.filter(assessor=user).count()
    if own:
        yield WorkItem(f"{plural(own, 'application')} to score", changelist("assessment"))
