"""Which findings and changes a person sees, and of which programmes they study the learning."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from core.accounts.models import Programme, User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.visibility import shows
from learning.models import Change, ConfidentialMessage, Finding


def programmes_studied(user: User | AnonymousUser) -> QuerySet[Programme]:
    """The programmes whose learning a person sees: as their officer, director or learning partner."""
    if not isinstance(user, User) or not user.is_active:
        return Programme.objects.none()
    if user.is_superuser:
        return Programme.objects.all()
    return Programme.objects.filter(pk__in=user.programmes_as(*FUNDER_OFFICERS, Role.LEARNING_PARTNER))


def partnered(user: User) -> frozenset[int]:
    return user.programmes_as(Role.LEARNING_PARTNER)


@shows(Finding)
def visible_findings(rows: QuerySet[Finding], user: User | AnonymousUser) -> QuerySet[Finding]:
    return rows.filter(programme__in=programmes_studied(user).order_by())


@shows(Change)
def visible_changes(rows: QuerySet[Change], user: User | AnonymousUser) -> QuerySet[Change]:
    return rows.filter(finding__programme__in=programmes_studied(user).order_by())


@shows(ConfidentialMessage)
def visible_confidential_messages(
    rows: QuerySet[ConfidentialMessage], user: User | AnonymousUser
) -> QuerySet[ConfidentialMessage]:
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    return rows.filter(Q(sender=user) | Q(programme__in=partnered(user)))
