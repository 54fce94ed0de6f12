"""The actions of people and organisations, each on a thing of the cast."""

from __future__ import annotations

from core.accounts import actions
from core.accounts.models import Membership, Organisation, Programme, User
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
    Act("accounts.remove_second_factor", "account", "lead", remove_second_factor),
    Act("accounts.close_account", "account", "lead", lambda it, by, _: actions.close_account(it, by=by, **NOW)),
    Act("accounts.close_account", "account", "lead", lambda it, by, _: actions.reopen_account(it, by=by, **NOW)),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK = {"invitations.send_invitation": "the action that calls it has asked"}
