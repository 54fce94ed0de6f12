"""One organisation let in after the close: asked for with a reason by one person, confirmed by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications.actions.recipients import leads_of, link
from applications.lifecycle import CallStatus, Status
from applications.models import Application, Call, LateAdmission
from core.accounts.models import Organisation, User
from core.audit import trail
from core.dates import say_deadline
from core.letters import outbox
from core.lifecycle import Refused


@transaction.atomic
def ask(
    call: Call, *, organisation: Organisation, closes_at: datetime, reason: str, by: User, at: datetime
) -> LateAdmission:
    """Ask for one organisation to be let in until `closes_at`; nothing opens before another person confirms it.

    An admission whose time is over may be asked for anew. Raises Refused while the call is open, for a deadline that
    has passed, and where there is one for this organisation already.
    """
    if call.status != CallStatus.PUBLISHED or not call.is_closed(at):
        raise Refused("An organisation is admitted late after the close of a published call, and until it is decided.")
    if closes_at <= at:
        raise Refused("This time has passed. Choose one that is still to come.", field="closes_at")
    if not reason.strip():
        raise Refused("Say why: the second person and the auditors read it.", field="reason")
    facts = {"closes_at": closes_at, "reason": reason.strip(), "asked_by": by, "asked_at": at}
    # The call's row is held, so that of two who ask at once the second sees the first.
    Call.objects.select_for_update().get(pk=call.pk)
    admission = LateAdmission.objects.filter(call=call, organisation=organisation).first()
    if admission is not None and admission.closes_at > at:
        state = f"until {say_deadline(admission.closes_at)}" if admission.confirmed_at else "and it waits for a second"
        raise Refused(f"{admission.asked_by} has asked for {organisation} already, {state}.", field="organisation")
    if admission is None:
        admission = LateAdmission(call=call, organisation=organisation)
    for name, value in {**facts, "confirmed_by": None, "confirmed_at": None}.items():
        setattr(admission, name, value)
    admission.save()
    trail.record(
        "late admission asked for", call, by=by, at=at, organisation=organisation, until=closes_at, reason=reason
    )
    return admission


@transaction.atomic
def confirm(admission: LateAdmission, *, by: User, at: datetime) -> None:
    """Let the organisation in, as another person than the one who asked; its leads are told by letter.

    Its draft gets the new deadline; where there is none, one may be started until then. What is submitted gets it too:
    it may be reopened until then, as when the virus scan took out a file.
    """
    if admission.asked_by_id == by.pk:
        raise Refused("You asked for this late admission yourself, so another person has to confirm it.")
    if admission.closes_at <= at:
        raise Refused(f"It was to be until {say_deadline(admission.closes_at)}, which has passed. Ask for it anew.")
    if admission.call.status != CallStatus.PUBLISHED:
        raise Refused(f"“{admission.call}” is {admission.call.get_status_display()}, so nobody is let in any more.")
    # Compare and set: of two who confirm at once, one does.
    waiting = LateAdmission.objects.filter(pk=admission.pk, confirmed_at__isnull=True, closes_at=admission.closes_at)
    if not waiting.update(confirmed_by=by, confirmed_at=at):
        raise Refused("Somebody else has confirmed or changed this a moment ago. Reload the page.")
    admission.confirmed_by, admission.confirmed_at = by, at
    call, organisation = admission.call, admission.organisation
    begun = [Status.DRAFT, Status.SUBMITTED]
    drafts = Application.objects.real().filter(call=call, organisation=organisation, status__in=begun)
    for draft in drafts:
        later = max(admission.closes_at, draft.own_closes_at or admission.closes_at)
        Application.objects.filter(pk=draft.pk).update(own_closes_at=later)
        trail.record("deadline of its own", draft, by=by, at=at, closes=later, reason=admission.reason)
    trail.record("late admission confirmed", call, by=by, at=at, organisation=organisation, until=admission.closes_at)
    _tell_leads(admission, drafts.first(), at)


def _tell_leads(admission: LateAdmission, draft: Application | None, at: datetime) -> None:
    call = admission.call
    onward = link("application", draft.shown_reference) if draft else link("call_apply", call.slug)
    for person in leads_of(admission.organisation):
        outbox.post(
            "applications.admitted_late",
            to=person,
            key=f"admitted late:{admission.pk}:{admission.closes_at.isoformat()}:{person.pk}",
            at=at,
            call=call,
            organisation=admission.organisation,
            closes=say_deadline(admission.closes_at),
            has_draft=draft is not None,
            link=onward,
        )


@transaction.atomic
def drop(admission: LateAdmission, *, by: User, at: datetime) -> None:
    """Take back what nobody has confirmed yet."""
    deleted, _ = LateAdmission.objects.filter(pk=admission.pk, confirmed_at__isnull=True).delete()
    if not deleted:
        raise Refused("This late admission was confirmed, so the organisation has been told and may submit.")
    trail.record("late admission dropped", admission.call, by=by, at=at, organisation=admission.organisation)
