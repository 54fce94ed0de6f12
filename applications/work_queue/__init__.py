"""What waits for whom in this part of the journey."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from applications.actions import slot_endings, virus_scans
from applications.lifecycle import (
    HANDED_IN,
    OPEN_ASSESSMENT,
    AssessmentStatus,
    CallStatus,
    CandidateStatus,
    ExpressionStatus,
    OutcomeStatus,
    Status,
)
from applications.models import (
    Application,
    Assessment,
    Call,
    Document,
    ExpressionOfInterest,
    JointView,
    LateAdmission,
)
from applications.rules.deputies import waiting_for_deputy
from applications.rules.joint_views import differing
from applications.visibility import interests, is_open, of_office
from applications.work_queue import calls, committee, redacted_copies, visits
from applications.work_queue.drafts import next_for_draft
from applications.work_queue.redacted_copies import COPIES_TO_CHECK as COPIES_TO_CHECK
from applications.work_queue.redacted_copies import COPIES_TO_MAKE as COPIES_TO_MAKE
from applications.work_queue.scope import assesses, day_of, in_hand, of_application
from applications.work_queue.scope import in_office as in_office
from applications.work_queue.visits import VISITS_OVER as VISITS_OVER
from applications.work_queue.visits import VISITS_SOON as VISITS_SOON
from applications.work_queue.visits import VISITS_TO_CHOOSE as VISITS_TO_CHOOSE
from applications.work_queue.visits import VISITS_TO_CONFIRM as VISITS_TO_CONFIRM
from applications.work_queue.visits import VISITS_WITHOUT_TIMES as VISITS_WITHOUT_TIMES
from core.accounts.models import Membership, User
from core.accounts.roles import ASSESSORS
from core.dates import london
from core.text import plural
from core.work_queue import Task, WorkItem, figures, least_of, number_of

MOST_NAMED = 10
REFUSED_STATUSES = [CandidateStatus.DECLINED, CandidateStatus.WITHDRAWN]

CURRENT = Document.objects.filter(application=OuterRef("application"), kind=OuterRef("kind"), replaced_at__isnull=True)
LOST = Document.objects.filter(
    ~Exists(CURRENT), scan=Document.Scan.INFECTED, application__status__in=[Status.SUBMITTED, Status.SHORTLISTED]
)


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    if user.organisation_ids:
        yield from for_an_applicant(user, now)
        yield from for_who_is_invited(user, now)
        yield from for_who_chooses(user, now)
    if in_office(user):
        yield from for_the_office(user, now)
    if assesses(user):
        yield from for_an_assessor(user, now)
    yield from committee.items(user, now)


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


def for_who_chooses(user: User, now: datetime) -> Iterator[WorkItem]:
    """Applications of organisations that the person leads, with a time for the visit to choose: one query."""
    led = user.memberships.filter(standing=Membership.Standing.LEAD).values("organisation")
    rows = Application.objects.filter(slot_endings.to_choose(now), organisation__in=led)
    for application in rows.select_related("organisation"):
        sentence = f"Choose a time for the assessment visit: {application}{whose(application, user)}"
        yield WorkItem(sentence, reverse("application_visit", args=[application.shown_reference]))


def to_shortlist(user: User, now: datetime) -> QuerySet[Application]:
    closed = Q(call__closes_at__lte=now) | Q(call__kind=Call.Kind.ROLLING)
    rows = in_hand(user).filter(closed, status=Status.SUBMITTED)
    return rows.exclude(shortlist_outcomes__status=OutcomeStatus.PREPARED)


def to_release(user: User, _now: datetime) -> QuerySet[Application]:
    """Applications with a prepared outcome of shortlisting."""
    return in_hand(user).filter(shortlist_outcomes__status=OutcomeStatus.PREPARED)


def entered(user: User, _now: datetime) -> QuerySet[Application]:
    return in_hand(user).filter(entered_by__isnull=False, status=Status.DRAFT, call__status=CallStatus.PUBLISHED)


def late(user: User, now: datetime) -> QuerySet[LateAdmission]:
    """Late admissions asked for by somebody else."""
    rows = of_office(LateAdmission.objects.exclude(asked_by=user), user, "call__programme")
    return rows.filter(confirmed_at__isnull=True, closes_at__gt=now, call__status=CallStatus.PUBLISHED)


def interest(user: User, _now: datetime) -> QuerySet[ExpressionOfInterest]:
    return of_office(ExpressionOfInterest.objects.filter(status=ExpressionStatus.RECEIVED), user, "programme")


def to_score(user: User, _now: datetime) -> QuerySet[Assessment]:
    return Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT, application__status__in=HANDED_IN)


def views_to_record(user: User, _now: datetime) -> QuerySet[Application]:
    """Shortlisted applications that the person has assessed, for whose side nobody has recorded a view."""
    finished = Assessment.objects.filter(application=OuterRef("pk"), assessor=user, status=AssessmentStatus.COMPLETE)
    recorded = JointView.objects.filter(application=OuterRef("application"), party=OuterRef("party"))
    rows = Application.objects.filter(Exists(finished.exclude(Exists(recorded))), status=Status.SHORTLISTED)
    return rows.filter(call__programme__in=user.programmes_as(*ASSESSORS)).filter(is_open(user, "pk"))


def views_apart(user: User, _now: datetime) -> QuerySet[Application]:
    due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT)
    return differing(in_hand(user).filter(status=Status.SHORTLISTED).exclude(pk__in=due.values("application")))


def to_review(user: User, now: datetime) -> QuerySet[Application]:
    return in_hand(user).filter(pk__in=interests.to_review(user, london(now).date()).values("application"))


TO_SHORTLIST = Task("shortlist", Application, "to shortlist", to_shortlist, in_office)
TO_RELEASE = Task("release", Application, "with an outcome to release", to_release, in_office)
ENTERED = Task("enter", Application, "to complete for the organisation", entered, in_office)
LATE = Task("confirm", LateAdmission, "to confirm", late, in_office)
INTEREST = Task("answer", ExpressionOfInterest, "to answer", interest, in_office)
TO_REVIEW = Task("review", Application, "with a conflict of interest to review", to_review, in_office)
VIEWS_APART = Task("resolve", Application, "with views that differ", views_apart, in_office)
VIEWS_TO_RECORD = Task("view", Application, "for which to record your side's view", views_to_record, assesses)
TO_SCORE = Task("score", Assessment, "to score", to_score, assesses)

OF_APPLICATIONS = (
    TO_SHORTLIST,
    TO_RELEASE,
    ENTERED,
    VISITS_TO_CHOOSE,
    VISITS_WITHOUT_TIMES,
    VIEWS_TO_RECORD,
    VIEWS_APART,
    TO_REVIEW,
    COPIES_TO_MAKE,
    COPIES_TO_CHECK,
)


def for_the_office(user: User, now: datetime) -> Iterator[WorkItem]:
    """What waits for the grants office, in its programmes: one query, and one more when a file is lost."""
    found = office_figures(user, now)
    if count := found["to_shortlist"]:
        yield WorkItem(f"{plural(count, 'application')} to shortlist", TO_SHORTLIST.url)
    if count := found["to_release"]:
        yield WorkItem(f"{plural(count, 'application')} with a prepared outcome to release", TO_RELEASE.url)
    if count := found["entered"]:
        sentence = f"{plural(count, 'application')} that came by post or email to complete"
        yield WorkItem(sentence, ENTERED.url, day_of(found["entered_until"]))
    if count := found["interest"]:
        sentence = plural(count, "expression of interest to answer", "expressions of interest to answer")
        yield WorkItem(sentence, INTEREST.url)
    yield from differences(found, user)
    if count := found["late"]:
        yield WorkItem(f"{plural(count, 'late admission')} to confirm", LATE.url, day_of(found["late_until"]))
    yield from files(found, user)
    yield from visits.for_the_office(found)
    yield from redacted_copies.for_the_office(found)
    yield from calls.for_the_office(found)


def differences(found: dict[str, Any], user: User) -> Iterator[WorkItem]:
    if count := found["apart"]:
        sentence = f"{plural(count, 'application')} on which funder and host differ, to resolve"
        yield WorkItem(sentence, VIEWS_APART.url)
    if count := found["without_deputy"]:
        yield WorkItem(f"{plural(count, 'application')} to name a deputy for: you stood aside", deputy_page(user))
    if count := found["to_review"]:
        yield WorkItem(f"{plural(count, 'application')} with a conflict of interest to review", TO_REVIEW.url)


def deputy_page(user: User) -> str:
    first = waiting_for_deputy(user).order_by("pk").values_list("call", flat=True)[0]
    return reverse("admin:applications_call_interests", args=[first])


def office_figures(user: User, now: datetime) -> dict[str, Any]:
    scanning = of_application(virus_scans.waiting(), user)
    return figures(
        user,
        to_shortlist=number_of(to_shortlist(user, now)),
        to_release=number_of(to_release(user, now)),
        entered=number_of(entered(user, now)),
        entered_until=least_of(entered(user, now).filter(own_closes_at__gt=now), "own_closes_at"),
        interest=number_of(interest(user, now)),
        late=number_of(late(user, now)),
        late_until=least_of(late(user, now), "closes_at"),
        slow=number_of(scanning.filter(received_at__lte=now - virus_scans.TOO_LONG)),
        lost=number_of(of_application(LOST, user)),
        **visits.office_figures(user, now),
        apart=number_of(views_apart(user, now)),
        to_review=number_of(to_review(user, now)),
        without_deputy=number_of(waiting_for_deputy(user)),
        **redacted_copies.office_figures(user, now),
        **calls.office_figures(user, now),
    )


def files(found: dict[str, Any], user: User) -> Iterator[WorkItem]:
    """Files that wait too long for the virus scan, and those of live applications that it removed."""
    if found["slow"]:
        applications = reverse("admin:applications_application_changelist")
        yield WorkItem("Files have waited over an hour for the virus scan: is the scanner running?", applications)
    if not found["lost"]:
        return
    lost = of_application(LOST, user).select_related("application__organisation")
    for document in lost.order_by("-scanned_at")[:MOST_NAMED]:
        application = document.application
        yield WorkItem(
            f"{application.organisation}, {application}: the virus scan deleted the {document.get_kind_display()}",
            reverse("admin:applications_application_change", args=[application.pk]),
        )


def for_an_assessor(user: User, now: datetime) -> Iterator[WorkItem]:
    if count := to_score(user, now).count():
        yield WorkItem(f"{plural(count, 'application')} to score", TO_SCORE.url)
    if count := views_to_record(user, now).count():
        sentence = f"{plural(count, 'application')} for which to record the view of your side"
        yield WorkItem(sentence, VIEWS_TO_RECORD.url)
