"""Who is still to declare their interests, and which conflicts under a measure the office reviews."""

from datetime import date

from django.db.models import Q, QuerySet

from applications.lifecycle import LIVE, NOT_HANDED_IN
from applications.models import Application, Interest
from applications.rules.cases import IS_UNDECIDED, left_open_by
from core.accounts.models import User
from core.accounts.roles import Role


def to_review(user: User, day: date) -> QuerySet[Interest]:
    """Of people other than this one who stay despite a conflict, those whose day of review has come."""
    staying = Interest.objects.filter(handling=Interest.Handling.STAYS, application__status__in=LIVE)
    return staying.filter(review_on__lte=day).exclude(person=user)


def closed_until_declared(user: User) -> QuerySet[Application]:
    """Applications of which a member of the committee or the office has yet to say whether they have a conflict."""
    is_before_committee = Q(call__programme__in=user.programmes_as(Role.COMMITTEE)) & ~Q(status__in=NOT_HANDED_IN)
    declared = Interest.objects.filter(person=user).values("application")
    is_closed = is_before_committee & ~Q(pk__in=declared) | Q(pk__in=left_open_by(user).values("pk"))
    return Application.objects.filter(is_closed, is_rehearsal=False)


def asked_to_declare(user: User) -> QuerySet[Application]:
    return closed_until_declared(user).filter(IS_UNDECIDED)
