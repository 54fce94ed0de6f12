"""On which cases a person acts: without a conflict of interest, after declaring, or for somebody who stood aside."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from rules.predicates import Predicate, predicate

from applications.lifecycle import OPEN_ASSESSMENT, UNDECIDED, AssessmentStatus, CallStatus
from applications.models import Application, Assessment, Deputy, Interest
from applications.models.interest import BINDS
from core.accounts.models import User
from core.accounts.roles import ASSESSORS, FUNDER_OFFICERS, Role
from core.accounts.rules import is_assessor
from core.permissions import way_up

CONFLICT, LEFT_OPEN = "conflict", "left open"


def standing(user: User) -> frozenset[tuple[str, int]]:
    """On which applications a person has a conflict, has left it open, or stands in, by role; one query a request."""
    if "standing" not in user.remembered:
        parts = [_marked(Interest.objects.binding().filter(person=user), "application", Value(CONFLICT))]
        parts.append(_marked(Deputy.objects.filter(person=user), "application", F("role")))
        if user.programmes_as(*FUNDER_OFFICERS):
            parts.append(_marked(left_open_by(user), "pk", Value(LEFT_OPEN)))
        user.remembered["standing"] = frozenset(parts[0].union(*parts[1:], all=True))
    return user.remembered["standing"]


def _marked(rows: QuerySet[Any], case: str, how: Value | F) -> QuerySet[Any, Any]:
    marked = rows.order_by().annotate(how=Cast(how, CharField()))
    return marked.values_list("how", case)  # type: ignore[no-any-return]


def conflicts_of(user: User) -> frozenset[int]:
    """The keys of the applications with which the person declared a conflict of interest."""
    return frozenset(case for how, case in standing(user) if how == CONFLICT)


def cases_to_assess(user: User) -> frozenset[int]:
    """The keys of the applications that an assessor was asked to assess and has not finished; one query a request."""
    if not is_assessor(user, None):
        return frozenset()
    if "cases to assess" not in user.remembered:
        due = Assessment.objects.filter(assessor=user, status__in=OPEN_ASSESSMENT)
        user.remembered["cases to assess"] = frozenset(due.values_list("application", flat=True))
    return user.remembered["cases to assess"]


def deputises_on(user: User) -> frozenset[tuple[int, str]]:
    """(application, role) of the cases on which a person stands in for somebody."""
    return frozenset((case, how) for how, case in standing(user) if how not in {CONFLICT, LEFT_OPEN})


def deputises(*roles: Role) -> Predicate:
    """Predicate: stands in for a holder of one of these roles on the thing's case; without a thing, on any."""

    def stands_in(user: User | AnonymousUser, thing: object = None) -> bool:
        if not isinstance(user, User) or not (user.is_active and user.is_staff and (cases := deputises_on(user))):
            return False
        keys = {case for case, role in cases if role in roles}
        return bool(keys) if thing is None else not keys.isdisjoint(cases_of(thing))

    return Predicate(stands_in, name="deputises:" + "|".join(sorted(roles)))


def cases_of(thing: object) -> set[int]:
    """The key of the application that a row belongs to, if any."""
    return {row.pk for row in way_up(thing) if isinstance(row, Application)}


# Applications on which the committee may still decide, in a round that is not decided.
IS_UNDECIDED = Q(status__in=UNDECIDED) & ~Q(call__status__in=[CallStatus.DECIDED, CallStatus.ARCHIVED])


def left_open_by(user: User) -> QuerySet[Application]:
    """The undecided applications on which an officer or director has yet to say whether they have a conflict.

    Not those that they were asked to assess, where they declare as assessors do, or that they entered or submitted.
    """
    rows = Application.objects.filter(IS_UNDECIDED, call__programme__in=user.programmes_as(*FUNDER_OFFICERS))
    asked = Assessment.objects.filter(assessor=user, status=AssessmentStatus.ASSIGNED)
    declared = Interest.objects.filter(person=user)
    rows = rows.exclude(pk__in=declared.values("application")).exclude(pk__in=asked.values("application"))
    return rows.exclude(Q(entered_by=user) | Q(submitted_by=user)).filter(is_rehearsal=False)


def left_open(user: User) -> frozenset[int]:
    return frozenset(case for how, case in standing(user) if how == LEFT_OPEN)


def closed_to(user: User) -> frozenset[int]:
    """The keys of the applications that are closed to the person: by a conflict, or until the office has declared."""
    return frozenset(case for how, case in standing(user) if how in {CONFLICT, LEFT_OPEN})


@predicate
def is_open_to(user: User | AnonymousUser, application: Application | None) -> bool:
    return application is not None and isinstance(user, User) and application.pk not in closed_to(user)


def declared_on(user: User) -> frozenset[int]:
    """The keys of the applications on which `has_declared` is true; one query a request."""
    if "declared on" not in user.remembered:
        declared = Interest.objects.filter(~BINDS, person=user)
        user.remembered["declared on"] = frozenset(declared.values_list("application", flat=True))
    return user.remembered["declared on"]


@predicate
def own_is_due(user: User | AnonymousUser, application: Application | None) -> bool:
    return application is not None and isinstance(user, User) and application.pk in cases_to_assess(user)


@predicate
def has_declared(user: User | AnonymousUser, application: Application | None) -> bool:
    """Has said, before reading, that there is no conflict of interest, or stays under a measure of the office."""
    return application is not None and isinstance(user, User) and application.pk in declared_on(user)


def to_declare(user: User) -> QuerySet[Assessment, Any]:
    """The keys of the applications that the person was asked to assess and has yet to declare interests in."""
    return Assessment.objects.filter(assessor=user, status=AssessmentStatus.ASSIGNED).values("application")


def to_declare_on(user: User) -> frozenset[int]:
    """The keys of the applications on which `has_to_declare` is true; one query a request of those who assess."""
    if not user.programmes_as(*ASSESSORS):
        return frozenset()
    if "to declare on" not in user.remembered:
        user.remembered["to declare on"] = frozenset(to_declare(user).values_list("application", flat=True))
    return user.remembered["to declare on"]


@predicate
def has_to_declare(user: User | AnonymousUser, application: Application | None) -> bool:
    """Was asked to assess it and has not yet said whether there is a conflict of interest."""
    return application is not None and isinstance(user, User) and application.pk in to_declare_on(user)
