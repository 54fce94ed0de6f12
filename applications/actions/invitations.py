"""Calls by invitation: one code for each organisation, sent by letter, kept only as a digest, its uses counted."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from applications import letters
from applications.lifecycle import CallStatus, TrailEvent
from applications.models import Application, Call, CallInvitation
from core.accounts.actions.organisations import take_part
from core.accounts.links import digest
from core.accounts.links import new_code as random_code
from core.accounts.models import Organisation, User
from core.audit import trail
from core.dates import say_deadline
from core.letters import outbox
from core.lifecycle import Refused, require
from core.permissions import check

GROUPS, GROUP = 4, 4
DOES_NOT_WORK = (
    "This code does not work. It may have a typing mistake, or it may have expired, been withdrawn or been used."
    " Check it against the email, or ask us for a new one."
)
ANOTHERS = (
    "This code belongs to another organisation. Ask a lead there to invite you as a colleague, or ask us for a code"
    " for your organisation."
)


def new_code() -> str:
    return "-".join(random_code(GROUP) for _ in range(GROUPS))


def code_digest(code: str) -> str:
    """Return what is kept of a code, however it is typed: in small letters, with spaces or without hyphens."""
    return digest(re.sub(r"[\s-]+", "", code).upper())


def refuse_codes(call: Call, at: datetime) -> None:
    is_out = call.kind == Call.Kind.BY_INVITATION and call.status == CallStatus.PUBLISHED
    require(is_out, "You can send codes only for a published call by invitation.")
    require(not call.is_closed(at), "The call has closed, so you can no longer send codes.")


@transaction.atomic
def issue(
    call: Call, *, invited: str, email: str, expires_at: datetime, most_uses: int, by: User, at: datetime
) -> CallInvitation:
    """Send one organisation a code by which it may apply; returns the invitation, which does not hold the code.

    Raises Refused for a call that is not by invitation or not published, and for an expiry past or after the close.
    """
    check(by, "applications.invite_to_call", call)
    refuse_codes(call, at)
    require(expires_at > at, "This time has passed. Choose a time in the future.", "expires_at")
    if call.closes_at is not None and expires_at > call.closes_at:
        closes = say_deadline(call.closes_at)
        raise Refused(f"The call closes at {closes}. Choose that time or an earlier one.", field="expires_at")
    code = new_code()
    invitation = CallInvitation.objects.create(
        call=call,
        invited=invited.strip(),
        email=email.strip().lower(),
        code_digest=code_digest(code),
        most_uses=most_uses,
        expires_at=expires_at,
        issued_at=at,
        issued_by=by,
    )
    _record(TrailEvent.INVITATION_ISSUED, invitation, by=by, at=at, expires=expires_at, uses=most_uses)
    letters.calls.invited(invitation, code, at=at)
    return invitation


@transaction.atomic
def issue_to(
    organisation: Organisation, call: Call, *, email: str, expires_at: datetime, by: User, at: datetime
) -> CallInvitation:
    """Send an organisation that is known here a code that is its own at once, unless it has one that works."""
    check(by, "applications.invite_to_call", call)
    if (own := usable(call, organisation, at)) is not None:
        return own
    invitation = issue(call, invited=organisation.name, email=email, expires_at=expires_at, most_uses=1, by=by, at=at)
    _end_old_code(invitation, organisation, at)
    CallInvitation.objects.filter(pk=invitation.pk).update(organisation=organisation)
    invitation.organisation = organisation
    take_part(organisation, call.programme, by=by, at=at)
    return invitation


@transaction.atomic
def withdraw(invitation: CallInvitation, *, by: User, at: datetime) -> None:
    """End a code; an application that was started with it may be submitted until its own deadline."""
    check(by, "applications.withdraw_callinvitation", invitation)
    if not CallInvitation.objects.filter(pk=invitation.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        raise Refused("This code has already been withdrawn.")
    invitation.withdrawn_at = at
    _record(TrailEvent.INVITATION_WITHDRAWN, invitation, by=by, at=at)


def found(code: str, at: datetime, *, own: frozenset[int] = frozenset()) -> CallInvitation:
    """Return the invitation with this code; Refused with one and the same sentence for every code that cannot be used.

    `own` are the asker's organisations: a code of theirs is found even when used up or out of time, and leads them to
    what they have begun.
    """
    invitation = CallInvitation.objects.select_related("call").filter(code_digest=code_digest(code)).first()
    if invitation is None or not (works(invitation, at) or invitation.organisation_id in own):
        raise Refused(DOES_NOT_WORK, field="code")
    return invitation


def works(invitation: CallInvitation, at: datetime) -> bool:
    """Tell whether an application can be started with it now, as far as the call goes too."""
    return invitation.is_open(at) and invitation.call.status == CallStatus.PUBLISHED


@transaction.atomic
def bind(invitation: CallInvitation, *, organisation: Organisation, by: User, at: datetime) -> None:
    """Make the code this organisation's, at its first use; bound to it already, nothing more happens.

    Raises Refused for a code of another organisation, one that cannot be used, and while another code is theirs.
    """
    check(by, "applications.start_application", organisation)
    locked = CallInvitation.objects.select_for_update(of=("self",)).select_related("call").get(pk=invitation.pk)
    if locked.organisation_id == organisation.pk:
        return
    if locked.organisation_id is not None:
        raise Refused(ANOTHERS)
    if not works(locked, at):
        raise Refused(DOES_NOT_WORK)
    _end_old_code(locked, organisation, at)
    try:
        with transaction.atomic():  # compare and set: of two organisations with one code, one is first
            free = CallInvitation.objects.filter(pk=locked.pk, organisation__isnull=True, withdrawn_at__isnull=True)
            is_ours = free.update(organisation=organisation)
    except IntegrityError:  # two codes at once for one organisation: the database keeps the first
        raise Refused(_has_another(organisation)) from None
    if not is_ours:
        raise Refused(ANOTHERS)
    invitation.organisation = organisation
    take_part(organisation, locked.call.programme, by=by, at=at)
    _record(TrailEvent.INVITATION_TAKEN_UP, locked, by=by, at=at, organisation=organisation)


def _record(event: TrailEvent, invitation: CallInvitation, *, by: User, at: datetime, **facts: Any) -> None:
    trail.record(event, invitation, by=by, at=at, **facts)
    trail.record(event, invitation.call, by=by, at=at, invited=invitation.invited, **facts)


def _end_old_code(invitation: CallInvitation, organisation: Organisation, at: datetime) -> None:
    others = CallInvitation.objects.filter(call=invitation.call_id, organisation=organisation, withdrawn_at=None)
    for other in others:
        if other.is_open(at):
            raise Refused(_has_another(organisation))
        CallInvitation.objects.filter(pk=other.pk, withdrawn_at=None).update(withdrawn_at=at)


def _has_another(organisation: Organisation) -> str:
    return f"{organisation} already has a code for this call that works. Start the application with that one."


def usable(call: Call, organisation: Organisation, at: datetime) -> CallInvitation | None:
    """Return the code of this organisation with which an application can be started now, or None."""
    bound = CallInvitation.objects.filter(call=call, organisation=organisation, withdrawn_at__isnull=True)
    return next((invitation for invitation in bound if invitation.is_open(at)), None)


def use(invitation: CallInvitation, at: datetime) -> None:
    """Count one application that is started with it. Raises Refused when it can no longer be used.

    Counted by one conditional update, so that of two at once no more pass than may.
    """
    left = CallInvitation.objects.filter(
        pk=invitation.pk, withdrawn_at__isnull=True, expires_at__gt=at, uses__lt=F("most_uses")
    )
    if not left.update(uses=F("uses") + 1):
        raise Refused(DOES_NOT_WORK)
    invitation.uses += 1


def follow_close(call: Call, *, before: datetime, closes_at: datetime) -> None:
    """Let codes that lasted until the close last until the new one, for drafts begun with them too.

    A code with an earlier deadline of its own keeps it.
    """
    CallInvitation.objects.filter(call=call, expires_at=before).update(expires_at=closes_at)
    Application.objects.filter(call=call, invitation__isnull=False, own_closes_at=before).update(
        own_closes_at=closes_at
    )


def end_all(call: Call, *, at: datetime) -> None:
    """End the codes of a call that is cancelled, and drop late admissions that wait; unused codes' holders are told."""
    for invitation in call.invitations.filter(withdrawn_at__isnull=True):
        invitation.call = call
        call.invitations.filter(pk=invitation.pk).update(withdrawn_at=at)
        outbox.withdraw([invitation])
        if not invitation.uses and invitation.email:
            letters.calls.cancelled(invitation, at=at)
    call.late_admissions.filter(confirmed_at__isnull=True).delete()
