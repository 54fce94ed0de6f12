"""People, organisations and programmes."""

from core.accounts.models.access_tokens import AccessToken, Scope
from core.accounts.models.organisations import Invitation, Membership, Organisation
from core.accounts.models.people import User
from core.accounts.models.programmes import OfProgramme, Participation, Programme, RoleAssignment, RoleRequest

__all__ = [
    "AccessToken",
    "Invitation",
    "Membership",
    "OfProgramme",
    "Organisation",
    "Participation",
    "Programme",
    "RoleAssignment",
    "RoleRequest",
    "Scope",
    "User",
]
