"""Actions on people and organisations."""

from core.accounts.actions.access_tokens import make_access_token, revoke_access_token
from core.accounts.actions.calendars import make_calendar_address, revoke_calendar_address
from core.accounts.actions.invitations import accept_invitation, invite_to_organisation, withdraw_invitation
from core.accounts.actions.links import link_account, unlink_account
from core.accounts.actions.memberships import (
    add_member,
    appoint_lead,
    change_standing,
    leave_organisation,
    remove_person,
)
from core.accounts.actions.organisations import LikelyDouble, change_organisation, name_organisation, take_part
from core.accounts.actions.people import (
    change_name,
    correct_address,
    follow_address,
    invite_again,
    invite_person,
    open_account,
    remove_second_factor,
)
from core.accounts.actions.roles import (
    close_account,
    confirm_roles,
    drop_role_requests,
    give_all_roles,
    give_roles,
    reopen_account,
)
from core.accounts.actions.sessions import end_sessions

__all__ = [
    "LikelyDouble",
    "accept_invitation",
    "add_member",
    "appoint_lead",
    "change_name",
    "change_organisation",
    "change_standing",
    "close_account",
    "confirm_roles",
    "correct_address",
    "drop_role_requests",
    "end_sessions",
    "follow_address",
    "give_all_roles",
    "give_roles",
    "invite_again",
    "invite_person",
    "invite_to_organisation",
    "leave_organisation",
    "link_account",
    "make_access_token",
    "make_calendar_address",
    "name_organisation",
    "open_account",
    "remove_person",
    "remove_second_factor",
    "reopen_account",
    "revoke_access_token",
    "revoke_calendar_address",
    "take_part",
    "unlink_account",
    "withdraw_invitation",
]
