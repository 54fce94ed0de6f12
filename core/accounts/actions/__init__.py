"""What people and organisations can have done to them."""

from core.accounts.actions.organisations import (
    LikelyDouble,
    accept_invitation,
    appoint_lead,
    change_organisation,
    change_standing,
    invite_to_organisation,
    leave_organisation,
    name_organisation,
    remove_person,
    withdraw_invitation,
)
from core.accounts.actions.people import (
    change_name,
    give_all_roles,
    give_roles,
    invite_again,
    invite_person,
    open_account,
    remove_second_factor,
)

__all__ = [
    "LikelyDouble",
    "accept_invitation",
    "appoint_lead",
    "change_name",
    "change_organisation",
    "change_standing",
    "give_all_roles",
    "give_roles",
    "invite_again",
    "invite_person",
    "invite_to_organisation",
    "leave_organisation",
    "name_organisation",
    "open_account",
    "remove_person",
    "remove_second_factor",
    "withdraw_invitation",
]
