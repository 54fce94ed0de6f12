"""Actions on memberships: who may do what for an organisation, and who leaves it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from core.accounts import links
from core.accounts.actions.calendars import forget_calendar_address
from core.accounts.actions.invitations import send_invitation
from core.accounts.letters import tell_leads
from core.accounts.models import Membership, Organisation, User
from core.accounts.rules import is_member_of, works_for_the_office
from core.audit import trail
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused
from core.permissions import check

LEAD = Membership.Standing.LEAD


@transaction.atomic
def change_standing(membership: Membership, *, standing: str, is_signatory: bool, by: User, at: datetime) -> None:
    """Set what a person may do for the organisation. Raises Refused where that would leave it without a lead."""
    check(by, "accounts.change_membership", membership)
    membership = _alone_with(membership)
    person, organisation = membership.person, membership.organisation
    if is_signatory and not membership.is_signatory and works_for_the_office(person, organisation):
        sentence = f"{person} works for a funder or host, so cannot sign for {organisation}."
        raise Refused(sentence, field="is_signatory", code="works_for_the_office")
    if standing == LEAD and membership.standing != LEAD and not is_member_of(by, organisation):
        _refuse_office(person, organisation, "standing")
    if standing != LEAD:
        _refuse_last_lead(membership, field="standing")
    detail = {"person": membership.person_id, "standing": standing, "is_signatory": is_signatory}
    membership.standing, membership.is_signatory = standing, is_signatory
    membership.save(update_fields=["standing", "is_signatory"])
    trail.record("standing changed", organisation, by=by, at=at, **detail)
    if not is_member_of(by, organisation):
        tell_leads("member_changed", membership, by=by, at=at)


@transaction.atomic
def remove_person(membership: Membership, *, by: User, at: datetime) -> None:
    """Remove a person from the organisation. Raises Refused for its last lead."""
    check(by, "accounts.delete_membership", membership)
    membership = _alone_with(membership)
    _refuse_last_lead(membership)
    trail.record("person removed", membership.organisation, by=by, at=at, person=membership.person_id)
    membership.delete()
    forget_calendar_address(membership.person)
    publish(Event.PERSON_LEFT, membership.person, by=by, at=at)


@transaction.atomic
def leave_organisation(membership: Membership, *, successor: Membership | None = None, by: User, at: datetime) -> None:
    """End one's own membership; the only lead makes a colleague the lead. What the person wrote stays.

    Raises Refused for the only lead without a successor who can sign in.
    """
    check(by, "accounts.leave_organisation", membership)
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
    forget_calendar_address(by)
    publish(Event.PERSON_LEFT, by, by=by, at=at)


@transaction.atomic
def add_member(
    organisation: Organisation, *, person: User, standing: str, is_signatory: bool, by: User, at: datetime
) -> Membership:
    """Make somebody a member without an invitation, for the office; the organisation's leads are told.

    Raises Refused for people who hold a role of the funder or host: a lead of the organisation invites them.
    """
    check(by, "accounts.add_membership", organisation)
    _refuse_office(person, organisation, "person")
    membership = organisation.memberships.create(
        person=person, standing=standing, is_signatory=is_signatory, joined_at=at
    )
    trail.record("person added by the office", organisation, by=by, at=at, person=person.pk, standing=standing)
    tell_leads("member_joined", membership, by=by, at=at)
    publish(Event.MEMBER_JOINED, membership, by=by, at=at)
    return membership


def _refuse_office(person: User, organisation: Organisation, field: str | None = None) -> None:
    if works_for_the_office(person, organisation):
        sentence = f"{person} works for a funder or host, so the office cannot do this: a lead of {organisation}"
        raise Refused(f"{sentence} invites them.", field=field, code="works_for_the_office")


@transaction.atomic
def appoint_lead(
    organisation: Organisation, *, member: Membership | None, email: str, reason: str, by: User, at: datetime
) -> None:
    """Make a member the lead, or invite an address as one, when the only lead is gone.

    The reason goes on the trail; the organisation's other members get a letter. Raises Refused without a reason, and
    unless exactly one of the two is given.
    """
    check(by, "accounts.appoint_lead", organisation)
    email = email.strip().lower()
    if bool(member) == bool(email):
        raise Refused("Choose a member or enter someone else's address, but not both.", field="member")
    if not reason.strip():
        raise Refused("Enter why the office appoints a lead. The history shows this.", field="reason")
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    members = organisation.memberships.select_related("person").filter(person__is_active=True)
    heir = (members.filter(person__email=email) if member is None else members.filter(pk=member.pk)).first()
    invited = heir.person if heir else User.objects.filter(email=email).first()
    if invited is not None:
        _refuse_office(invited, organisation, "email" if member is None else "member")
    if heir is not None:
        _make_lead(heir, "lead appointed by the office", by=by, at=at, reason=reason.strip())
        _tell_new_lead(heir, by=by, at=at)
    elif member is not None:
        raise Refused("This person is no longer a member of the organisation. Choose someone else.", field="member")
    else:
        send_invitation(organisation, email=email, standing=LEAD, is_signatory=False, by=by, at=at)
        trail.record("lead invited by the office", organisation, by=by, at=at, reason=reason.strip())
    others = members.exclude(pk=heir.pk if heir else 0)
    _tell_others(others, lead=heir.person if heir else email, is_invited=heir is None, at=at)


def _tell_others(members: QuerySet[Membership], *, lead: User | str, is_invited: bool, at: datetime) -> None:
    for member in members:
        outbox.post(
            "accounts.lead_appointed",
            to=member.person,
            key=f"lead appointed:{member.organisation_id}:{at.isoformat()}:{member.person_id}",
            at=at,
            organisation=member.organisation,
            lead=lead,
            is_invited=is_invited,
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
        raise Refused("This person has just been removed.")
    return found


def _refuse_last_lead(membership: Membership, field: str | None = None) -> None:
    others = membership.organisation.memberships.exclude(pk=membership.pk)
    if membership.standing == LEAD and not others.filter(standing=LEAD, person__is_active=True).exists():
        sentence = f"{membership.person} is the only lead of {membership.organisation}."
        raise Refused(f"{sentence} First make someone else a lead.", field=field)
