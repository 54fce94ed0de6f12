"""The dates of a placement follow those of its grant.

The handlers of grant events call these; the action on the grant has asked for the permission.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.text import capfirst

from core.accounts.models import Programme, User
from core.audit import trail
from core.dates import say_day
from core.events import Event, publish
from core.letters import outbox
from core.lifecycle import Refused
from secondments import capacity, letters
from secondments.lifecycle import OVER, PLACEMENT, PlacementStatus, TrailEvent
from secondments.models import Placement


@transaction.atomic
def extend(placement: Placement, *, by: User, at: datetime) -> None:
    """Move the last day to the grant's later one. Raises Refused when the host would have too many placements then."""
    ends_on = placement.grant.ends_on
    if ends_on <= placement.ends_on:
        return
    refuse_crowded(placement, ends_on)
    _move_end(placement, TrailEvent.PLACEMENT_EXTENDED, by=by, at=at, ends_on=ends_on)


def refuse_crowded(placement: Placement, ends_on: date) -> None:
    """Raise Refused when the host would have too many placements in the time added."""
    # Whoever opens a placement locks the programme too, so that both cannot take the host's last place.
    programme = Programme.objects.select_for_update().get(pk=placement.grant.programme_id)
    others = Placement.objects.going_on().filter(grant__programme=programme).exclude(pk=placement.pk)
    terms = list(others.order_by().values_list("starts_on", "ends_on"))
    peak = capacity.with_another(terms, (placement.ends_on + timedelta(days=1), ends_on))
    if peak.count > programme.most_placements and peak.on:
        sentence = (
            f"{capfirst(programme.host.in_sentence)} takes at most {programme.most_placements} placements at once. On"
        )
        raise Refused(f"{sentence} {say_day(peak.on)} this would be number {peak.count}.", "last_on", code="capacity")


@transaction.atomic
def end_early(placement: Placement, *, by: User, at: datetime) -> None:
    """Move the last day to the day on which the grant ended early; a placement that has not started is called off."""
    ended_on = placement.grant.ended_on
    if ended_on is None or placement.status in OVER:
        return
    if placement.status == PlacementStatus.PREPARING:
        close_preparing(placement, reason=f"The grant ended early, on {say_day(ended_on)}.", by=by, at=at)
    elif ended_on < placement.ends_on:
        ends_on = max(ended_on, placement.starts_on + timedelta(days=1))
        _move_end(placement, TrailEvent.PLACEMENT_SHORTENED, by=by, at=at, ends_on=ends_on)


def close_preparing(placement: Placement, *, reason: str, by: User, at: datetime) -> None:
    """Call off a placement that has not started: its place is free, its steps wait for nobody, its people are told."""
    PLACEMENT.advance(placement, "call_off", ended_at=at, called_off_reason=reason)
    trail.record(TrailEvent.PLACEMENT_CALLED_OFF, placement, by=by, at=at, reason=reason)
    outbox.withdraw([*placement.steps.all(), placement.workplan])
    letters.called_off(placement, at=at)
    publish(Event.PLACEMENT_ENDED, placement, by=by, at=at)


def close_with_grant(placement: Placement, *, by: User, at: datetime) -> None:
    """End the placement of a grant that is closed: everything is reported on and paid."""
    if placement.status == PlacementStatus.PREPARING:
        close_preparing(placement, reason="The grant was closed.", by=by, at=at)
        return
    PLACEMENT.advance(placement, "end", ended_at=at)
    outbox.withdraw([placement, placement.workplan])
    trail.record(TrailEvent.PLACEMENT_ENDED, placement, by=by, at=at)
    letters.ended(placement, at=at)
    publish(Event.PLACEMENT_ENDED, placement, by=by, at=at)


def _move_end(placement: Placement, event: TrailEvent, *, by: User, at: datetime, ends_on: date) -> None:
    before, placement.ends_on = placement.ends_on, ends_on
    placement.save(update_fields=["ends_on"])
    outbox.withdraw([placement])  # a reminder of the last day before
    trail.record(event, placement, by=by, at=at, before=before, last_day=ends_on)
    letters.last_day_moved(placement, before=before, at=at)
