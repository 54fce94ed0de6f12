"""What becomes of an application after the committee has met, or when its call is cancelled.

The actions of grants call these and write the letters of decisions; handlers call `end_with_call`.

None asks a permission: the action of grants that calls it has asked one on the decision or the grant, and whoever
accepts or declines for the organisation has none on the application itself.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from applications import letters
from applications.actions import slot_endings, standing
from applications.lifecycle import APPLICATION, TrailEvent
from applications.models import Application
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.events import Event, publish


@transaction.atomic
def offer(application: Application, *, by: User, at: datetime) -> None:
    _take(application, "offer", TrailEvent.OFFERED, by=by, at=at, released_at=at)
    slot_endings.end_for(application, by=by, at=at)


@transaction.atomic
def reserve(application: Application, *, by: User, at: datetime) -> None:
    _take(application, "reserve", TrailEvent.RESERVED, by=by, at=at, released_at=at)
    slot_endings.end_for(application, by=by, at=at)


@transaction.atomic
def turn_down(application: Application, *, by: User, at: datetime) -> None:
    _take(application, "turn_down", TrailEvent.UNSUCCESSFUL, by=by, at=at, released_at=at)
    publish(Event.APPLICATION_ENDED, application, by=by, at=at)


@transaction.atomic
def accept_offer(application: Application, *, by: User, at: datetime) -> None:
    _take(application, "accept_offer", TrailEvent.OFFER_ACCEPTED, by=by, at=at)


@transaction.atomic
def decline_offer(application: Application, *, by: User | None, at: datetime) -> None:
    _take(application, "decline_offer", TrailEvent.OFFER_DECLINED, by=by, at=at)
    publish(Event.APPLICATION_ENDED, application, by=by, at=at)


@transaction.atomic
def let_offer_lapse(application: Application, *, by: User, at: datetime) -> None:
    _take(application, "decline_offer", TrailEvent.OFFER_LAPSED, by=by, at=at)
    publish(Event.APPLICATION_ENDED, application, by=by, at=at)


@transaction.atomic
def end_with_call(application: Application, *, by: User, at: datetime) -> None:
    """End an application whose call was cancelled, and tell its organisation and its proposed secondee why."""
    _take(application, "end_with_call", TrailEvent.ENDED_WITH_CALL, by=by, at=at)
    letters.applications.call_cancelled(application, at=at)
    standing.drop(application)
    publish(Event.APPLICATION_ENDED, application, by=by, at=at)


def _take(
    application: Application, step: str, event: TrailEvent, *, by: User | None, at: datetime, **fields: Any
) -> None:
    APPLICATION.advance(application, step, **fields)
    seal(application, at=at)
    trail.record(event, application, by=by, at=at)
