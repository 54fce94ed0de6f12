"""Who names a deputy for a case from which they stood aside, and who may be one."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from rules.predicates import predicate

from applications.lifecycle import HANDED_IN, LIVE
from applications.models import Application, Deputy, Interest
from applications.rules.applications import is_handed_in
from core.accounts.models import RoleAssignment, User
from core.accounts.roles import OPENS_ADMIN, STANDS_ALONE
from core.permissions import permit


def held_alone(user: User, role: str) -> QuerySet[Application]:
    """The cases from which the person stood aside and on which nobody else can act in this role of theirs."""
    conflicted = Interest.objects.binding().filter(application=OuterRef(OuterRef("pk")), person=OuterRef("person"))
    others = RoleAssignment.objects.filter(~Exists(conflicted), role=role, programme=OuterRef("call__programme"))
    others = others.filter(person__is_active=True).exclude(person=user)
    own = Interest.objects.binding().filter(person=user)
    rows = Application.objects.filter(call__programme__in=user.programmes_as(role), status__in=HANDED_IN)
    return rows.filter(~Exists(others), pk__in=own.values("application"), is_rehearsal=False)


def without_deputy(user: User, role: str) -> QuerySet[Application]:
    """Of those, the ones that nobody stands in for: none was named, or that person stood aside or cannot sign in."""
    conflicted = Interest.objects.binding().filter(application=OuterRef("application"), person=OuterRef("person"))
    named = Deputy.objects.filter(~Exists(conflicted), application=OuterRef("pk"), role=role, person__is_active=True)
    return held_alone(user, role).filter(~Exists(named), status__in=LIVE)


def waiting_for_deputy(user: User) -> QuerySet[Application]:
    """All cases for which the person is to name a deputy."""
    missing = Q(pk__in=[])
    for role in STANDS_ALONE:
        missing |= Q(pk__in=without_deputy(user, role).values("pk"))
    return Application.objects.filter(missing)


def possible_deputies(application: Application) -> QuerySet[User]:
    """Who works on the programme, can sign in, does not belong to the organisation and has no conflict of interest."""
    held = RoleAssignment.objects.filter(programme=application.programme_id, role__in=OPENS_ADMIN)
    people = User.objects.filter(pk__in=held.values("person"), is_active=True)
    conflicted = application.interests.filter(has_conflict=True).values("person")
    members = application.organisation.memberships.values("person")
    return people.exclude(pk__in=conflicted).exclude(pk__in=members).order_by("name", "pk")


@predicate
def alone_holds_a_role(user: User | AnonymousUser, application: Application | None) -> bool:
    """Stood aside from the case, and alone holds a role that it needs."""
    if application is None or not isinstance(user, User) or not user.is_active:
        return False
    return any(held_alone(user, role).filter(pk=application.pk).exists() for role in STANDS_ALONE)


permit(
    "applications.name_deputy",
    alone_holds_a_role,
    "Only a person who stood aside from a case, and is the only one in their role, names a deputy for it.",
    when=is_handed_in,
)
