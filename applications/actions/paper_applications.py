"""What came by post or email: the grants office enters it on the organisation's behalf, and it is marked as such."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction

from applications.lifecycle import LIVE, CallStatus, TrailEvent
from applications.models import Application, Call, LateAdmission, Post
from core.accounts.actions.organisations import take_part
from core.accounts.models import Organisation, User
from core.audit import trail
from core.dates import at_london, london, say_deadline
from core.lifecycle import Refused, require
from core.permissions import check

# Officers get 14 days to enter a paper application, because the proposed secondee must confirm by email.
DAYS_TO_ENTER = timedelta(days=14)
CLOSES_AT = time(17)  # local time, on the last of these days


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
    """Begin an application for what an organisation sent on paper or by email; officers fill it in and submit it.

    Raises Refused for a call that is not published, for what came later than the organisation may apply, and where it
    has an application for the post already.
    """
    check(by, "applications.enter_application", call)
    is_out = call.status == CallStatus.PUBLISHED
    require(is_out, "You can enter applications only for published calls that are not decided yet.")
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
        own_closes_at=max(call.closes_at, _deadline_to_enter(at)) if call.closes_at else None,
    )
    try:
        with transaction.atomic():
            application.save(force_insert=True)
    except IntegrityError:
        raise Refused(_begun_already(organisation, post), field="organisation") from None
    take_part(organisation, call.programme, by=by, at=at)
    how = application.get_came_by_display().lower()
    trail.record(TrailEvent.ENTERED, application, by=by, at=at, came=how, came_at=came_at, post=post)
    return application


def _deadline_to_enter(at: datetime) -> datetime:
    return at_london(london(at + DAYS_TO_ENTER).date(), CLOSES_AT)


def _begun_already(organisation: Organisation, post: Post) -> str:
    begun = Application.objects.filter(organisation=organisation, post=post, status__in=LIVE).real().first()
    beginning = "The office entered" if begun is not None and begun.is_entered else "They began"
    return f"{organisation} has an application for this post already. {beginning} {begun or 'it'}."


def _refuse_wrong_time(call: Call, organisation: Organisation, came_at: datetime, at: datetime) -> None:
    require(came_at <= at, "This time is in the future. Enter when the post or email arrived.", "came_at")
    if not call.is_closed(came_at):
        return
    late = LateAdmission.objects.filter(call=call, organisation=organisation, confirmed_at__isnull=False).first()
    if late is None or came_at >= late.closes_at:
        closed = say_deadline(late.closes_at if late else call.closes_at or came_at)
        raise Refused(
            f"The deadline for {organisation} was {closed}, so you cannot enter what arrived later. To allow it, "
            "first use “Admit one organisation late” on the call. A second person must confirm it.",
            field="came_at",
        )
