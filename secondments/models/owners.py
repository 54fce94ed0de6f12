"""Who owns and who confirms the steps before the start, as people: the same as RECORDS and CONFIRMS in rules.py."""

from django.db.models import QuerySet

from core.accounts.models import Membership, User
from core.accounts.roles import Role
from grants.models import Grant
from secondments.models.placement import Placement, StartStep


def unplaced(user: User) -> QuerySet[Grant]:
    """Agreed grants without a placement that this person may open one for: an officer, or the host's own manager."""
    grants = Grant.objects.filter(status="agreed", placement__isnull=True)
    if user.is_superuser or user.roles & {Role.OFFICER, Role.DIRECTOR}:
        return grants
    if Role.PROGRAMME_MANAGER in user.roles and user.works_for_id:
        return grants.filter(programme__host_id=user.works_for_id)
    return grants.none()


def programme_managers(placement: Placement) -> QuerySet[User]:
    """Programme managers of the host."""
    return User.objects.filter(
        is_active=True, role_assignments__role=Role.PROGRAMME_MANAGER, works_for_id=placement.programme.host_id
    )


def leads(placement: Placement) -> QuerySet[User]:
    """Leads of the seconding organisation."""
    return User.objects.filter(
        is_active=True,
        memberships__organisation_id=placement.grant.organisation_id,
        memberships__standing=Membership.Standing.LEAD,
    )


def recorders(step: StartStep) -> list[User]:
    """The people whose step it is."""
    match StartStep.Kind(step.kind):
        case StartStep.Kind.SCREENING | StartStep.Kind.CONTRACT:
            return list(programme_managers(step.placement))
        case StartStep.Kind.RELEASE:
            return list(leads(step.placement))
        case _:
            return [person for person in (step.placement.line_manager,) if person]


def confirmers(step: StartStep) -> list[User]:
    """The people of the other side who may confirm it, without whoever recorded it."""
    match StartStep.Kind(step.kind):
        case StartStep.Kind.CONTRACT:
            found = list(leads(step.placement))
        case StartStep.Kind.MANAGERS_MEETING:
            found = [person for person in (step.placement.home_manager,) if person]
        case _:
            found = []
    return [person for person in found if person.pk != step.recorded_by_id]


def line_managers(grant: Grant) -> QuerySet[User]:
    """People who may manage a placement of this grant at the host."""
    people = User.objects.filter(is_active=True, role_assignments__role=Role.LINE_MANAGER)
    return people.filter(works_for_id=grant.programme.host_id).order_by("name", "pk")
