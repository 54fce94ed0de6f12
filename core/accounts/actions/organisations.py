"""What is done to organisations and their people."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from core.accounts import links
from core.accounts.duplicates import likely_double
from core.accounts.models import Invitation, Membership, Organisation, User
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused

LEAD = Membership.Standing.LEAD
INVITATION_DAYS = 14


class LikelyDouble(Refused):
    """The organisation is likely to be here already; carrying on is possible, joining it is not."""

    def __init__(self, name: str) -> None:
        """Say which one it may be."""
        sentence = f"An organisation called {name} already exists here."
        super().__init__(f"{sentence} If it is yours, ask its lead to invite you; or carry on if it is another body.")
        self.name = name


@transaction.atomic
def name_organisation(*, by: User, at: datetime, carry_on: bool = False, **details: Any) -> Organisation:
    """Make a new organisation (`details`: its fields) with this person as its lead, and return it.

    Raises LikelyDouble unless told to carry on. The same name sent twice by one person makes one organisation.
    """
    User.objects.select_for_update().get(pk=by.pk)  # two clicks at once wait for each other here
    organisation = Organisation(**details)
    if own := by.memberships.filter(organisation__name=organisation.name, standing=LEAD).first():
        return own.organisation
    fields = ("pk", "name", "aliases", "charity_number", "company_number")
    double = likely_double(organisation, Organisation.objects.only(*fields))
    if double and not carry_on:
        raise LikelyDouble(double.name)
    organisation.save()
    Membership.objects.create(person=by, organisation=organisation, standing=LEAD, joined_at=at)
    by.forget_answers()
    trail.record("organisation named", organisation, by=by, at=at, likely_double=double.name if double else "")
    return organisation


@transaction.atomic
def change_organisation(organisation: Organisation, *, by: User, at: datetime, **details: Any) -> None:
    """Write the organisation's details (its fields by name); the trail says which of them changed."""
    changed = sorted(field for field, value in details.items() if getattr(organisation, field) != value)
    for field in changed:
        setattr(organisation, field, details[field])
    if changed:
        organisation.save(update_fields=changed)
        trail.record("organisation changed", organisation, by=by, at=at, fields=changed)


@transaction.atomic
def invite_to_organisation(
    organisation: Organisation, *, email: str, standing: str, is_signatory: bool, by: User, at: datetime
) -> Invitation:
    """Ask somebody by letter to join; an earlier open invitation to the same address stops working.

    Raises Refused for somebody who belongs to the organisation already.
    """
    email = email.strip().lower()
    if organisation.memberships.filter(person__email=email).exists():
        raise Refused(f"{email} belongs to {organisation} already.", field="email")
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
    """Take an invitation back: its link stops working."""
    if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=at).update(expires_at=at):
        raise Refused("This invitation has been used or has expired, so there is nothing to withdraw.")
    trail.record("invitation withdrawn", invitation.organisation, by=by, at=at)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User, at: datetime) -> Membership:
    """Make the invited person a member. Raises Refused for another person, a used invitation or one out of time."""
    if by.email.lower() != invitation.email.lower():
        sentence = "This invitation was sent to another e-mail address than the one you are signed in with."
        raise Refused(f"{sentence} Sign out, then sign in or register with the address it was sent to.")
    # One use: of two clicks, the database lets exactly one through.
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=at)
    if not unused.update(accepted_at=at, accepted_by=by):
        raise Refused("This invitation has been used or has expired. Ask for a new one.")
    organisation = invitation.organisation
    membership, is_new = Membership.objects.get_or_create(
        person=by,
        organisation=organisation,
        defaults={"standing": invitation.standing, "is_signatory": invitation.is_signatory, "joined_at": at},
    )
    by.forget_answers()
    if is_new:
        trail.record("joined by invitation", organisation, by=by, at=at, standing=membership.standing)
    return membership


@transaction.atomic
def change_standing(membership: Membership, *, standing: str, is_signatory: bool, by: User, at: datetime) -> None:
    """Set what a person may do for the organisation. Raises Refused where that would leave it without a lead."""
    membership = _alone_with(membership)
    if standing != LEAD:
        _refuse_last_lead(membership, field="standing")
    detail = {"person": membership.person_id, "standing": standing, "is_signatory": is_signatory}
    membership.standing, membership.is_signatory = standing, is_signatory
    membership.save(update_fields=["standing", "is_signatory"])
    trail.record("standing changed", membership.organisation, by=by, at=at, **detail)


@transaction.atomic
def remove_person(membership: Membership, *, by: User, at: datetime) -> None:
    """Take a person out of the organisation. Raises Refused for its last lead."""
    membership = _alone_with(membership)
    _refuse_last_lead(membership)
    trail.record("person removed", membership.organisation, by=by, at=at, person=membership.person_id)
    membership.delete()


@transaction.atomic
def leave_organisation(membership: Membership, *, successor: Membership | None = None, by: User, at: datetime) -> None:
    """Leave by oneself; the only lead makes a colleague the lead in the same breath. What was begun stays theirs.

    Raises Refused for somebody else's membership, and for the only lead without a successor who can sign in.
    """
    if membership.person_id != by.pk:
        raise Refused("People leave an organisation themselves; a lead removes others.")
    membership = _alone_with(membership)
    organisation = membership.organisation
    if successor is not None:
        heir = organisation.memberships.select_related("person").filter(pk=successor.pk, person__is_active=True).first()
        if heir is None or heir.pk == membership.pk:
            raise Refused("Choose a colleague who belongs to your organisation.", field="successor")
        _make_lead(heir, "lead handed over", by=by, at=at)
        _tell_new_lead(heir, by=by, at=at)
    _refuse_last_lead(membership, field="successor")
    trail.record("person left", organisation, by=by, at=at)
    membership.delete()
    by.forget_answers()


@transaction.atomic
def appoint_lead(
    organisation: Organisation, *, member: Membership | None, email: str, reason: str, by: User, at: datetime
) -> None:
    """Make a member the lead, or invite an address as one, for the office when the only lead is gone.

    The reason goes on the trail; the organisation's other members are told by letter. Raises Refused without a reason,
    and unless exactly one of the two is said.
    """
    email = email.strip().lower()
    if bool(member) == bool(email):
        raise Refused(
            "Choose one of the members, or enter the address of somebody else; one of the two.", field="member"
        )
    if not reason.strip():
        raise Refused("Say why the office appoints a lead: it is kept on the history.", field="reason")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    members = organisation.memberships.select_related("person").filter(person__is_active=True)
    heir = (members.filter(person__email=email) if member is None else members.filter(pk=member.pk)).first()
    if heir is not None:
        _make_lead(heir, "lead appointed by the office", by=by, at=at, reason=reason.strip())
        _tell_new_lead(heir, by=by, at=at)
    elif member is not None:
        raise Refused("This person no longer belongs to the organisation. Choose somebody else.", field="member")
    else:
        invitation = invite_to_organisation(organisation, email=email, standing=LEAD, is_signatory=False, by=by, at=at)
        trail.record("lead invited by the office", organisation, by=by, at=at, reason=reason.strip())
    for other in members.exclude(pk=heir.pk if heir else 0):
        outbox.post(
            "accounts.lead_appointed",
            to=other.person,
            key=f"lead appointed:{organisation.pk}:{at.isoformat()}:{other.person_id}",
            at=at,
            organisation=organisation,
            lead=heir.person if heir else invitation.email,
            is_invited=heir is None,
            link=links.absolute("organisation"),
        )


def _make_lead(membership: Membership, event: str, *, by: User, at: datetime, **detail: Any) -> None:
    membership.standing = LEAD
    membership.save(update_fields=["standing"])
    trail.record(event, membership.organisation, by=by, at=at, person=membership.person_id, **detail)


def _tell_new_lead(membership: Membership, *, by: User, at: datetime) -> None:
    outbox.post(
        "accounts.you_are_lead",
        to=membership.person,
        key=f"you are lead:{membership.pk}:{at.isoformat()}",
        at=at,
        organisation=membership.organisation,
        by=by,
        link=links.absolute("organisation"),
    )


def _alone_with(membership: Membership) -> Membership:
    # Two leads who remove each other at once must wait for one another: PostgreSQL locks the organisation's row,
    # SQLite's transactions take the write lock when they begin.
    Organisation.objects.select_for_update().get(pk=membership.organisation_id)
    found = Membership.objects.select_related("organisation", "person").filter(pk=membership.pk).first()
    if found is None:
        raise Refused("This person was removed a moment ago.")
    return found


def _refuse_last_lead(membership: Membership, field: str | None = None) -> None:
    others = membership.organisation.memberships.exclude(pk=membership.pk)
    if membership.standing == LEAD and not others.filter(standing=LEAD, person__is_active=True).exists():
        sentence = f"{membership.person} is the only lead of {membership.organisation}."
        raise Refused(f"{sentence} Make somebody else a lead first.", field=field)
