"""Who reads what people need at a visit, and who writes notes of it."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from rules.predicates import predicate

from applications.lifecycle import COMING_VISIT, Status, VisitStatus
from applications.models import AssessmentVisit, Attendee, Interest
from applications.rules.assessments import arranges_its_visits
from applications.rules.cases import closed_to
from core.accounts.models import User
from core.permissions import permit

VISITORS = (Attendee.Capacity.FUNDER, Attendee.Capacity.HOST)
OVER = (VisitStatus.CONFIRMED, VisitStatus.HELD)


def visitors_of(visit: AssessmentVisit) -> QuerySet[User]:
    """Who visits for funder and host, with an account and without a conflict of interest; not those who were absent."""
    expected = visit.attendees.filter(capacity__in=VISITORS).exclude(attended=False)
    conflicted = Interest.objects.binding().filter(application=visit.application_id)
    people = User.objects.filter(is_active=True, email__in=expected.values("email"))
    return people.exclude(pk__in=conflicted.values("person")).order_by("name", "pk")


def still_to_write(visit: AssessmentVisit) -> QuerySet[User]:
    return visitors_of(visit).exclude(pk__in=visit.visitor_notes.values("written_by"))


def are_all_in(visit: AssessmentVisit) -> bool:
    return visit.visitor_notes.exists() and not still_to_write(visit).exists()


@predicate
def visits(user: User | AnonymousUser, visit: AssessmentVisit | None) -> bool:
    """Comes, or came, to the visit for the funder or the host, without a conflict of interest with its application."""
    if visit is None or not isinstance(user, User) or not user.is_active:
        return False
    if visit.application_id in closed_to(user):
        return False
    return visit.attendees.filter(capacity__in=VISITORS, email__iexact=user.email).exists()


@predicate
def is_coming(_user: Any, visit: AssessmentVisit | None) -> bool:
    return visit is not None and visit.status in COMING_VISIT


@predicate
def is_not_cancelled(_user: Any, visit: AssessmentVisit | None) -> bool:
    return visit is not None and visit.status != VisitStatus.CANCELLED


@predicate
def is_noted(_user: Any, visit: AssessmentVisit | None) -> bool:
    return visit is not None and visit.status in OVER and visit.application.status == Status.SHORTLISTED


permit("applications.visit_assessmentvisit", visits, when=is_not_cancelled)
permit("applications.read_needs_assessmentvisit", arranges_its_visits | visits, when=is_coming)
permit(
    "applications.note_assessmentvisit",
    visits,
    "Only those who visit for the funder or the host write notes of the visit.",
    when=is_noted,
)
