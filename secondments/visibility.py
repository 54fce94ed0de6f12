"""Which placements, steps before the start and workplans a person sees, beside the permission that each list equals."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from applications.visibility import of_office
from core.accounts.models import User
from core.accounts.roles import FUNDER_OFFICERS, Role
from core.visibility import shows
from grants.lifecycle import GrantStatus
from grants.models import Grant
from grants.visibility import as_or_for, without_conflict
from secondments.lifecycle import OVER, Part
from secondments.models import (
    Amendment,
    AmendmentConsent,
    AmendmentSignature,
    Milestone,
    Objective,
    OrganisationView,
    Placement,
    PlacementQuerySet,
    ProgrammeStep,
    StartStep,
    Workplan,
)
from secondments.rules import left_in

SEES_FOR_FUNDER = FUNDER_OFFICERS | {Role.FINANCE}
HOST_MANAGERS = frozenset({Role.LINE_MANAGER, Role.PROGRAMME_MANAGER})


@shows(Placement)
def visible_placements(rows: QuerySet[Placement], user: User | AnonymousUser) -> QuerySet[Placement]:
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser:
        return rows
    return rows.filter(_takes_part(user) | _for_the_funder(user) | _in_programmes(user, Role.PROGRAMME_MANAGER))


@shows(ProgrammeStep)
def visible_programme_steps(rows: QuerySet[ProgrammeStep], user: User | AnonymousUser) -> QuerySet[ProgrammeStep]:
    return of_office(rows, user, "programme")


@shows(StartStep)
def visible_start_steps(rows: QuerySet[StartStep], user: User | AnonymousUser) -> QuerySet[StartStep]:
    return rows.filter(placement__in=_placements(user))


@shows(Workplan)
def visible_workplans(rows: QuerySet[Workplan], user: User | AnonymousUser) -> QuerySet[Workplan]:
    return rows.filter(placement__in=_placements(user))


@shows(Objective)
def visible_objectives(rows: QuerySet[Objective], user: User | AnonymousUser) -> QuerySet[Objective]:
    return rows.filter(workplan__placement__in=_placements(user))


@shows(Milestone)
def visible_milestones(rows: QuerySet[Milestone], user: User | AnonymousUser) -> QuerySet[Milestone]:
    return rows.filter(objective__workplan__placement__in=_placements(user))


@shows(OrganisationView)
def visible_organisation_views(
    rows: QuerySet[OrganisationView], user: User | AnonymousUser
) -> QuerySet[OrganisationView]:
    return rows.filter(workplan__placement__in=_placements(user))


@shows(Amendment)
def visible_amendments(rows: QuerySet[Amendment], user: User | AnonymousUser) -> QuerySet[Amendment]:
    if not isinstance(user, User) or not user.is_active:
        return rows.none()
    if user.is_superuser:
        return rows
    own = Q(grant__placement__in=Placement.objects.filter(_takes_part(user)).order_by())
    if user.organisation_ids:
        own |= Q(grant__in=Grant.objects.filter(organisation__in=user.organisation_ids).order_by())
    for_the_funder = as_or_for(user, *SEES_FOR_FUNDER, to="grant__") & without_conflict(user, "grant__")
    return rows.filter(own | for_the_funder | _in_programmes(user, Role.PROGRAMME_MANAGER))


@shows(AmendmentConsent)
def visible_consents(rows: QuerySet[AmendmentConsent], user: User | AnonymousUser) -> QuerySet[AmendmentConsent]:
    return rows.filter(amendment__in=visible_amendments(Amendment.objects.order_by(), user))


@shows(AmendmentSignature)
def visible_amendment_signatures(
    rows: QuerySet[AmendmentSignature], user: User | AnonymousUser
) -> QuerySet[AmendmentSignature]:
    return rows.filter(amendment__in=visible_amendments(Amendment.objects.order_by(), user))


def own_placements(user: User) -> PlacementQuerySet:
    """The placements a person works on, without those that the funder's staff only look at."""
    if user.roles and user.roles.isdisjoint(HOST_MANAGERS) and not user.organisation_ids:
        return Placement.objects.none()  # without a query: the funder's and the learning partner's staff
    return Placement.objects.filter(_takes_part(user) | _in_programmes(user, Role.PROGRAMME_MANAGER))


def board_placements(user: User) -> QuerySet[Placement]:
    """Whose days a person sees on the week board: the host's managers see every placement of their programmes."""
    placements = Placement.objects.all()
    if user.is_superuser:
        return placements
    return placements.filter(_takes_part(user) | _for_the_funder(user) | _in_programmes(user, *HOST_MANAGERS))


def grants_to_place(user: User) -> QuerySet[Grant]:
    """Agreed grants without a placement that the person may open one for; equals secondments.open_placement."""
    grants = Grant.objects.filter(status=GrantStatus.AGREED, placement__isnull=True)
    for_the_funder = Q(programme__in=user.programmes_as(*FUNDER_OFFICERS)) & without_conflict(user)
    return grants.filter(for_the_funder | Q(programme__in=user.programmes_as(Role.PROGRAMME_MANAGER)))


def _placements(user: User | AnonymousUser) -> QuerySet[Placement]:
    return visible_placements(Placement.objects.order_by(), user)


def _takes_part(user: User) -> Q:
    # Sub-selects instead of joins: each part of the OR is then found through an index.
    part = Q(secondee=user) | Q(home_manager=user)
    if user.organisation_ids:
        part |= Q(grant__in=Grant.objects.filter(organisation__in=user.organisation_ids).order_by())
    if Role.LINE_MANAGER in user.roles:
        part |= Q(line_manager=user) & _in_programmes(user, Role.LINE_MANAGER)
    return part


def _for_the_funder(user: User) -> Q:
    """Placements of the programmes for whose funder the person works, without a conflict of interest."""
    if not user.programmes_as(*SEES_FOR_FUNDER):
        return Q(pk__in=[])
    return _in_programmes(user, *SEES_FOR_FUNDER) & without_conflict(user, "grant__")


def _in_programmes(user: User, *roles: Role) -> Q:
    programmes = user.programmes_as(*roles)
    return Q(grant__in=Grant.objects.filter(programme__in=programmes).order_by()) if programmes else Q(pk__in=[])


def needs_another(placement: Placement) -> list[str]:
    """The parts of a placement that someone else has to take, because the person named has left."""
    if placement.status in OVER:
        return []
    return [words for field, words in Part.choices if left_in([placement], field)]
