"""One organisation let in after the close: asked for with a reason by one person, confirmed by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications import letters
from applications.lifecycle import CallStatus, Status, TrailEvent
from applications.models import Application, Call, LateAdmission
from core.accounts.actions.organisations import take_part
from core.accounts.models import Organisation, User
from core.audit import trail
from core.dates import say_deadline
from core.lifecycle import Refused, require
from core.permissions import check


@transaction.atomic
def ask(
    call: Call, *, organisation: Organisation, closes_at: datetime, reason: str, by: User, at: datetime
) -> LateAdmission:
    """Ask for one organisation to be let in until `closes_at`; nothing opens before another person confirms it.

    An admission whose time is over may be asked for anew. Raises Refused while the call is open, for a deadline that
    has passed, and where there is one for this organisation already.
    """
    check(by, "applications.add_lateadmission", call)
    refuse_nobody_is_late(call, at)
    require(closes_at > at, "This time has passed. Choose a time in the future.", "closes_at")
    require(bool(reason.strip()), "Enter the reason. The second person and auditors read it.", "reason")
    # The call's row is locked, so that of two who ask at once the second sees the first.
    Call.objects.select_for_update().get(pk=call.pk)
    admission = LateAdmission.objects.filter(call=call, organisation=organisation).first()
    if admission is not None and admission.closes_at > at:
        state = f"until {say_deadline(admission.closes_at)}" if admission.confirmed_at else "and it waits for a second"
        raise Refused(f"{admission.asked_by} has asked for {organisation} already, {state}.", field="organisation")
    admission = admission or LateAdmission(call=call, organisation=organisation)
    admission.closes_at, admission.reason = closes_at, reason.strip()
    admission.asked_by, admission.asked_at = by, at
    admission.confirmed_by = admission.confirmed_at = None
    admission.save()
    take_part(organisation, call.programme, by=by, at=at)
    trail.record(
        TrailEvent.LATE_ADMISSION_ASKED, call, by=by, at=at, organisation=organisation, until=closes_at, reason=reason
    )
    return admission


def refuse_nobody_is_late(call: Call, at: datetime) -> None:
    """Raise Refused while the call is open, since whoever comes then is not late, and once it is decided."""
    require(
        call.status == CallStatus.PUBLISHED and call.is_closed(at),
        "You can admit an organisation late only after the call closes and before it is decided.",
    )


def refuse_late_admission(admission: LateAdmission, at: datetime) -> None:
    """Raise Refused where a late admission can no longer be confirmed."""
    call = admission.call
    if admission.closes_at <= at:
        raise Refused(
            f"It was to be until {say_deadline(admission.closes_at)}, which has passed. Ask again with a later time."
        )
    if call.status != CallStatus.PUBLISHED:
        raise Refused(f"“{call}” is {call.get_status_display()}, so you can no longer admit an organisation late.")


@transaction.atomic
def confirm(admission: LateAdmission, *, by: User, at: datetime) -> None:
    """Let the organisation in, as another person than the one who asked; its leads are told.

    Its draft gets the new deadline; where there is none, one may be started until then. What is submitted gets it too:
    it may be reopened until then, as when the virus scan took out a file.
    """
    check(by, "applications.confirm_lateadmission", admission)
    refuse_late_admission(admission, at)
    call = admission.call
    # Compare and set: of two who confirm at once, one does.
    waiting = LateAdmission.objects.filter(pk=admission.pk, confirmed_at__isnull=True, closes_at=admission.closes_at)
    if not waiting.update(confirmed_by=by, confirmed_at=at):
        raise Refused("Someone else has just confirmed or changed this. Reload the page.")
    admission.confirmed_by, admission.confirmed_at = by, at
    begun = Application.objects.real().filter(
        call=call, organisation=admission.organisation, status__in=[Status.DRAFT, Status.SUBMITTED]
    )
    for application in begun:
        later = max(admission.closes_at, application.own_closes_at or admission.closes_at)
        Application.objects.filter(pk=application.pk).update(own_closes_at=later)
        trail.record(TrailEvent.OWN_DEADLINE, application, by=by, at=at, closes=later, reason=admission.reason)
    facts = {"organisation": admission.organisation, "until": admission.closes_at}
    trail.record(TrailEvent.LATE_ADMISSION_CONFIRMED, call, by=by, at=at, **facts)
    letters.calls.admitted_late(admission, begun.first(), at=at)


@transaction.atomic
def drop(admission: LateAdmission, *, by: User, at: datetime) -> None:
    check(by, "applications.drop_lateadmission", admission)
    deleted, _ = LateAdmission.objects.filter(pk=admission.pk, confirmed_at__isnull=True).delete()
    if not deleted:
        raise Refused("This late admission is confirmed. We have emailed the organisation and it can submit.")
    trail.record(TrailEvent.LATE_ADMISSION_DROPPED, admission.call, by=by, at=at, organisation=admission.organisation)
