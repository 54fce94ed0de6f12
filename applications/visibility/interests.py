"""Who is still to declare their interests, and which conflicts under a measure the office reviews."""

from datetime import date

from django.db.models import Q, QuerySet

from applications.lifecycle import APPLICATION, LIVE, NOT_HANDED_IN, CallStatus, Status
from applications.models import Application, Interest
from core.accounts.models import User
from core.accounts.roles import Role

# Applications on which the committee may still decide, in a round that is not decided.
IS_UNDECIDED = Q(status__in=[Status.SUBMITTED, *APPLICATION.steps["offer"].sources]) & ~Q(
    call__status__in=[CallStatus.DECIDED, CallStatus.ARCHIVED]
)


def to_review(user: User, day: date) -> QuerySet[Interest]:
    """Of people other than this one who stay despite a conflict, those whose day of review has come."""
    staying = Interest.objects.filter(handling=Interest.Handling.STAYS, application__status__in=LIVE)
    return staying.filter(review_on__lte=day).exclude(person=user)


def closed_until_declared(user: User) -> QuerySet[Application]:
    """Applications before a committee of which a member has not yet said whether they have a conflict of interest."""
    rows = Application.objects.filter(call__programme__in=user.programmes_as(Role.COMMITTEE), is_rehearsal=False)
    declared = Interest.objects.filter(person=user).values("application")
    return rows.exclude(status__in=NOT_HANDED_IN).exclude(pk__in=declared)


def asked_to_declare(user: User) -> QuerySet[Application]:
    return closed_until_declared(user).filter(IS_UNDECIDED)
