"""People, organisations and programmes."""

from core.accounts.models.organisations import Invitation, Membership, Organisation
from core.accounts.models.people import User
from core.accounts.models.programmes import OfProgramme, Participation, Programme, RoleAssignment, RoleRequest

__all__ = [
    "Invitation",
    "Membership",
    "OfProgramme",
    "Organisation",
    "Participation",
    "Programme",
    "RoleAssignment",
    "RoleRequest",
    "User",
]
