"""Applications sifted after the close of a call: shortlisted for visit and committee, or turned down."""

from datetime import datetime

from django.db import transaction

from applications import letters
from applications.lifecycle import APPLICATION, Status, TrailEvent
from applications.models import Application, Call
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import say_deadline
from core.events import Event, publish
from core.lifecycle import Refused, require
from core.permissions import check


@transaction.atomic
def shortlist(application: Application, *, by: User, at: datetime) -> None:
    """Take the application on to visit and committee; not before the call has closed, unless it is rolling."""
    check(by, "applications.shortlist_application", application)
    refuse_before_close(application, at, "Shortlisting")
    APPLICATION.advance(application, "shortlist", shortlisted_at=at)
    seal(application, at=at)
    trail.record(TrailEvent.SHORTLISTED, application, by=by, at=at)
    letters.applications.sifted("shortlisted", application, at=at)


@transaction.atomic
def turn_down(application: Application, *, by: User, at: datetime) -> None:
    """Turn an application down before the committee. What was shortlisted goes to the committee instead."""
    check(by, "applications.turn_down_application", application)
    refuse_before_close(application, at, "Turning down")
    require(
        application.status not in {Status.SHORTLISTED, Status.RESERVE},
        "A shortlisted application is decided by the Grants Committee. Record its decision instead.",
    )
    APPLICATION.advance(application, "turn_down", released_at=at)
    seal(application, at=at)
    trail.record(TrailEvent.TURNED_DOWN, application, by=by, at=at)
    letters.applications.sifted("turned_down", application, at=at)
    publish(Event.APPLICATION_ENDED, application, by=by, at=at)


def refuse_before_close(application: Application, at: datetime, step: str) -> None:
    """Raise Refused while the organisation may still change the application; `step` begins the sentence."""
    call = application.call
    if call.kind != Call.Kind.ROLLING and call.closes_at is not None and not call.is_closed(at):
        closes = say_deadline(call.closes_at)
        raise Refused(
            f"{step} begins after the call closes, {closes}: until then the organisation may still change it."
        )
