"""On which applications a person acts: without a conflict of interest, after declaring, or for somebody else."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from applications.lifecycle import AssessmentStatus
from applications.models import Assessment, Interest
from applications.models.interest import BINDS
from applications.rules.cases import closed_to, deputises_on, left_open_by
from applications.rules.cases import to_declare as to_declare  # noqa: PLC0414 — others import it from here
from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, Role

# So many keys of cases are put into a query; more are looked up in it.
FEW = 100


def signs_in(user: Any) -> bool:
    return isinstance(user, User) and user.is_active


def conflicts_of(user: User) -> QuerySet[Interest]:
    return Interest.objects.binding().filter(person=user)


def is_open(user: User, to: str = "application") -> Q:
    """Without a conflict of interest, and declared on by the office; `to` leads to the application."""
    if user.is_staff and len(closed := closed_to(user)) <= FEW:
        return ~Q(**{f"{to}__in": sorted(closed)})
    found = ~Q(**{f"{to}__in": conflicts_of(user).values("application")})
    return found & ~Q(**{f"{to}__in": left_open_by(user).values("pk")}) if office_programmes(user) else found


def declared_by(user: User) -> QuerySet[Interest]:
    """What a person said or the office decided that lets them read on."""
    return Interest.objects.filter(~BINDS, person=user)


def office_programmes(user: Any) -> frozenset[int]:
    return user.programmes_as(*FUNDER_OFFICERS) if signs_in(user) else frozenset()


def deputised(user: User, *roles: Role) -> list[int]:
    """The keys of the applications on which the person stands in for a holder of one of these roles."""
    return sorted(case for case, role in deputises_on(user) if role in roles)


def in_office(user: User) -> Q:
    """Rows of applications that the person deals with as of the office, or as somebody's deputy."""
    found = Q(application__call__programme__in=office_programmes(user))
    return found | Q(application__in=deputised(user, *FUNDER_OFFICERS)) if user.is_staff else found


def names_only(user: User) -> QuerySet[Assessment, Any]:
    """The keys of the applications of which the person meets names only: asked to assess them, and has not declared.

    The office reads on once it is not asked any longer; an assessor whose assessment was closed before does not.
    """
    own = Assessment.objects.filter(assessor=user).exclude(application__in=declared_by(user).values("application"))
    return own.filter(Q(status=AssessmentStatus.ASSIGNED) | ~in_office(user)).values("application")
