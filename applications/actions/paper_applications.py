"""What came by post or e-mail: the office enters it on the organisation's behalf, and it is marked as such."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction

from applications.lifecycle import LIVE, CallStatus
from applications.models import Application, Call, LateAdmission, Post
from core.accounts.models import Organisation, User
from core.audit import trail
from core.dates import at_london, london, say_deadline
from core.lifecycle import Refused

# Typing takes the office days, and the proposed secondee has to answer a letter; what the organisation sent stands.
DAYS_TO_ENTER = timedelta(days=14)
CLOSES_AT = time(17)  # London time, on the last of these days


@transaction.atomic
def enter(
    call: Call,
    *,
    organisation: Organisation,
    post: Post,
    came_by: str,
    came_at: datetime,
    by: User,
    at: datetime,
) -> Application:
    """Begin an application for what an organisation sent on paper or by e-mail; officers fill it in and submit it.

    Raises Refused for a call that is not out, for what came later than the organisation may apply, and where it has
    an application for the post already.
    """
    if call.status != CallStatus.PUBLISHED:
        raise Refused("Applications are entered for published calls that are not decided yet.")
    _refuse_wrong_time(call, organisation, came_at, at)
    application = Application(
        organisation=organisation,
        post=post,
        call=call,
        months=call.term_months,
        started_at=at,
        started_by=by,
        entered_by=by,
        came_by=came_by,
        came_at=came_at,
        own_closes_at=max(call.closes_at, _typed_by(at)) if call.closes_at else None,
    )
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:
        begun = Application.objects.filter(organisation=organisation, post=post, status__in=LIVE).real().first()
        whose = "The office entered" if begun is not None and begun.is_entered else "They began"
        raise Refused(
            f"{organisation} has an application for this post already. {whose} {begun or 'it'}.", field="organisation"
        ) from None
    how = application.get_came_by_display().lower()
    trail.record("application entered by the office", application, by=by, at=at, came=how, came_at=came_at, post=post)
    return application


def _typed_by(at: datetime) -> datetime:
    return at_london(london(at + DAYS_TO_ENTER).date(), CLOSES_AT)


def _refuse_wrong_time(call: Call, organisation: Organisation, came_at: datetime, at: datetime) -> None:
    if came_at > at:
        raise Refused("This time is still to come. Say when the post or e-mail arrived.", field="came_at")
    if not call.is_closed(came_at):
        return
    late = LateAdmission.objects.filter(call=call, organisation=organisation, confirmed_at__isnull=False).first()
    if late is None or came_at >= late.closes_at:
        closed = say_deadline(late.closes_at if late else call.closes_at or came_at)
        raise Refused(
            f"The deadline for {organisation} was {closed}, so what came later is not entered. If it is to be let in "
            "all the same, use “Admit one organisation late” on the call first: a second person confirms it.",
            field="came_at",
        )
