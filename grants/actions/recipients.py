"""Who gets the letters about a grant."""

from django.db.models import QuerySet

from core.accounts.models import Organisation, User
from core.accounts.roles import Role


def members(organisation: Organisation) -> QuerySet[User]:
    """Everybody of the organisation who may sign in."""
    return User.objects.filter(memberships__organisation=organisation, is_active=True)


def signatories(organisation: Organisation) -> QuerySet[User]:
    """Those who may bind the organisation."""
    signs = {"memberships__organisation": organisation, "memberships__is_signatory": True}
    return User.objects.filter(is_active=True, **signs)


def people_in(*roles: Role) -> QuerySet[User]:
    """Everybody in any of these roles who may sign in."""
    return User.objects.filter(role_assignments__role__in=roles, is_active=True).distinct()
