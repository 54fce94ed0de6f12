"""The actions of people and organisations, each on a thing of the cast."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount

from core.accounts import actions
from core.accounts.models import AccessToken, Membership, Organisation, Programme, User
from core.accounts.oidc_providers import Provider
from tests.applications.factories import WRITING
from tests.promises.acts import Act

NOW = {"at": WRITING}


def take_part(participation, by, _cast):
    organisation = Organisation.objects.get(pk=participation.organisation_id)
    programme = Programme.objects.get(pk=participation.programme_id)
    return actions.take_part(organisation, programme, by=by, **NOW)


def name_organisation(_nothing, by, _cast):
    return actions.name_organisation(name="Just Begun", by=by, **NOW)


def invite(organisation, by, _cast):
    facts = {"email": "new@example.org", "standing": "editor", "is_signatory": False}
    return actions.invite_to_organisation(organisation, **facts, by=by, **NOW)


def withdraw(invitation, by, _cast):
    return actions.withdraw_invitation(invitation, by=by, at=invitation.invited_at)


def accept(invitation, by, _cast):
    return actions.accept_invitation(invitation, by=by, at=invitation.invited_at)


def appoint(organisation, by, _cast):
    return actions.appoint_lead(organisation, member=None, email="new@example.org", reason="She left.", by=by, **NOW)


def leave(membership, by, cast):
    successor = Membership.objects.get(person=cast.people["editor"])
    return actions.leave_organisation(membership, successor=successor, by=by, **NOW)


def remove(membership, by, _cast):
    other = User.objects.create_user("other.lead@example.org", name="Other Lead")
    Membership.objects.create(person=other, organisation=membership.organisation, standing="lead")
    return actions.remove_person(membership, by=by, **NOW)


def change_standing(membership, by, _cast):
    return actions.change_standing(membership, standing="lead", is_signatory=False, by=by, **NOW)


def add_member(organisation, by, cast):
    facts = {"person": cast.people["secondee"], "standing": "editor", "is_signatory": False}
    return actions.add_member(organisation, **facts, by=by, **NOW)


def invite_again(_nothing, by, _cast):
    person = User.objects.create_user("never.came@example.org", name="Never Came")
    return actions.invite_again(person, by=by, **NOW)


def invite_person(programme, by, _cast):
    return actions.invite_person(email="new@example.org", name="New", programme=programme, by=by, **NOW)


def remove_second_factor(person, by, _cast):
    return actions.remove_second_factor(person, by=by, **NOW)


def link_account(person, by, _cast):
    institution = Provider("Institution", "https://i.example", "us", "secret", frozenset({"example.org"}))
    return actions.link_account(person, provider=institution, uid="1", by=by, **NOW)


def unlink_account(person, by, _cast):
    link = SocialAccount.objects.create(user=person, provider="gone", uid="1")
    return actions.unlink_account(person, link=link, by=by, **NOW)


def make_access_token(person, by, _cast):
    return actions.make_access_token(person, name="A sheet", scopes=["calls"], days=1, by=by, **NOW)


def make_calendar_address(person, by, _cast):
    return actions.make_calendar_address(person, by=by, **NOW)


def revoke_calendar_address(person, by, _cast):
    return actions.revoke_calendar_address(person, by=by, **NOW)


def revoke_access_token(person, by, _cast):
    times = {"created_at": NOW["at"], "expires_at": NOW["at"]}
    token = AccessToken.objects.create(person=person, name="A sheet", scopes="calls", digest="d", **times)
    actions.revoke_access_token(token, by=by, **NOW)


ACTS = [
    Act("accounts.take_part", "participation", "own here", take_part),
    Act("accounts.take_part", "participation", "own elsewhere", take_part),
    Act("accounts.name_organisation", "nothing", "at all", name_organisation),
    Act(
        "accounts.change_organisation",
        "organisation",
        "own",
        lambda it, by, _: actions.change_organisation(it, name="Renamed", by=by, **NOW),
    ),
    Act("accounts.appoint_lead", "organisation", "own", appoint),
    Act("accounts.add_membership", "organisation", "own", add_member),
    Act("accounts.invite_to_organisation", "organisation", "own", invite),
    Act("accounts.invite_to_organisation", "invitation to join", "for the rival", withdraw),
    Act("accounts.accept_invitation", "invitation to join", "for the rival", accept),
    Act("accounts.change_membership", "membership", "own", change_standing),
    Act("accounts.delete_membership", "membership", "own", remove),
    Act("accounts.leave_organisation", "membership", "own", leave),
    Act("accounts.invite_person", "programme", "ours", invite_person),
    Act("accounts.invite_person", "programme", "other", invite_person),
    Act("accounts.add_user", "nothing", "at all", invite_again),
    Act("accounts.change_name", "account", "lead", lambda it, by, _: actions.change_name(it, name="Lea", by=by, **NOW)),
    Act(
        "accounts.give_roles",
        "account",
        "lead",
        lambda it, by, _: actions.give_roles(it, [], programme=None, by=by, **NOW),
    ),
    Act("accounts.give_roles", "account", "lead", lambda it, by, _: actions.give_all_roles(it, [], by=by, **NOW)),
    Act("accounts.confirm_roles", "account", "asked", lambda it, by, _: actions.confirm_roles(it, by=by, **NOW)),
    Act(
        "accounts.drop_role_requests",
        "account",
        "asked",
        lambda it, by, _: actions.drop_role_requests(it, by=by, **NOW),
    ),
    Act("accounts.change_user", "account", "lead", lambda it, by, _: actions.close_account(it, by=by, **NOW)),
    Act("accounts.change_user", "account", "lead", lambda it, by, _: actions.reopen_account(it, by=by, **NOW)),
    Act("accounts.link_account", "account", "lead", link_account),
    Act("accounts.link_account", "account", "lead", unlink_account),
    Act("accounts.make_access_token", "account", "administrator", make_access_token),
    Act("accounts.make_calendar_address", "account", "lead", make_calendar_address),
    Act("accounts.make_calendar_address", "account", "lead", revoke_calendar_address),
    Act("accounts.revoke_access_token", "account", "lead", revoke_access_token),
    Act("accounts.end_sessions", "account", "lead", lambda it, by, _: actions.end_sessions(it, by=by, **NOW)),
    Act("accounts.remove_second_factor", "account", "lead", remove_second_factor),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK = {"invitations.send_invitation": "the action that calls it has asked"}
