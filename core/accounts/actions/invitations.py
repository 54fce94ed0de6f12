"""Actions on invitations to join an organisation."""

from datetime import datetime, timedelta

from django.db import transaction

from core.accounts import links
from core.accounts.letters import tell_leads
from core.accounts.models import Invitation, Membership, Organisation, User
from core.accounts.rules import is_lead_of, works_for_the_office
from core.audit import trail
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused
from core.permissions import check

INVITATION_DAYS = 14


@transaction.atomic
def invite_to_organisation(
    organisation: Organisation, *, email: str, standing: str, is_signatory: bool, by: User, at: datetime
) -> Invitation:
    """Ask somebody by letter to join; an earlier open invitation to the same address stops working.

    Raises Refused for somebody who belongs to the organisation already.
    """
    check(by, "accounts.invite_to_organisation", organisation)
    return send_invitation(organisation, email=email, standing=standing, is_signatory=is_signatory, by=by, at=at)


def send_invitation(
    organisation: Organisation, *, email: str, standing: str, is_signatory: bool, by: User, at: datetime
) -> Invitation:
    """Invite somebody for an action that has checked who acts: a lead invites, or the office appoints a lead."""
    email = email.strip().lower()
    if organisation.memberships.filter(person__email=email).exists():
        raise Refused(f"{email} is already a member of {organisation}.", field="email")
    organisation.invitations.filter(email=email, accepted_at=None, expires_at__gt=at).update(expires_at=at)
    token = links.new_token()
    invitation = organisation.invitations.create(
        email=email,
        standing=standing,
        is_signatory=is_signatory,
        token_digest=links.digest(token),
        invited_by=by,
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    trail.record("colleague invited", organisation, by=by, at=at, standing=standing, is_signatory=is_signatory)
    outbox.post(
        "accounts.invitation",
        to=email,
        key=f"invitation:{invitation.pk}",
        at=at,
        secret=True,
        organisation=organisation,
        invited_by=by,
        link=links.absolute("organisation_join", token),
        expires_at=invitation.expires_at,
    )
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    check(by, "accounts.invite_to_organisation", invitation)
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=at).update(expires_at=at):
        raise Refused("This invitation has been used or has expired, so you cannot withdraw it.")
    trail.record("invitation withdrawn", invitation.organisation, by=by, at=at)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Make the invited person a member; the leads are told of one who holds a role of the funder or host.

    Raises Refused when the invitation was used or has expired, and for such a person unless somebody else who leads
    the organisation has invited them.
    """
    check(by, "accounts.accept_invitation", invitation)
    # One use: of two clicks, the database lets exactly one through.
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=at)
    if not unused.update(accepted_at=at, accepted_by=by):
        raise Refused("This invitation has been used or has expired. Ask for a new one.")
    organisation = invitation.organisation
    is_of_office = works_for_the_office(by, organisation)
    if is_of_office and (invitation.invited_by_id == by.pk or not is_lead_of(invitation.invited_by, organisation)):
        sentence = f"You work for a funder or host, so only a lead of {organisation} can invite you to it."
        raise Refused(sentence, code="works_for_the_office")
    is_signatory = invitation.is_signatory and not is_of_office
    membership, is_new = Membership.objects.get_or_create(
        person=by,
        organisation=organisation,
        defaults={"standing": invitation.standing, "is_signatory": is_signatory, "joined_at": at},
    )
    by.forget_answers()
    if is_new:
        trail.record("joined by invitation", organisation, by=by, at=at, standing=membership.standing)
        if is_of_office:
            tell_leads("member_joined", membership, by=by, at=at)
        publish(Event.MEMBER_JOINED, membership, by=by, at=at)
    return membership
