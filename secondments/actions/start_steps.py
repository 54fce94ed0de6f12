"""Records, confirms, waives and reopens the steps before the start."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day
from core.letters import outbox
from core.lifecycle import Refused, require
from secondments import rules
from secondments.lifecycle import START_STEP, PlacementStatus
from secondments.models import StartStep, confirmers

ONLY_HOST = "Only a programme manager of the host waives a step or opens it again."


@transaction.atomic
def record(step: StartStep, *, happened_on: date, note: str = "", by: User, at: datetime) -> None:
    """Record that the step happened on a day; one of two sides then waits for the other's word.

    Raises Refused for a day to come, a day before the grant was offered, and a note on the screening, of which only
    the date and the outcome are kept.
    """
    _check_not_started(step)
    require(rules.records_it(by, step), f"This step is recorded by {step.owner}.")
    if happened_on > london(at).date():
        sentence = f"{say_day(happened_on)} is still to come."
        raise Refused(f"{sentence} Record the step when it has happened.", field="happened_on")
    offered_on = london(step.placement.grant.offered_at).date()
    if happened_on < offered_on:
        sentence = f"The grant was offered on {say_day(offered_on)}."
        raise Refused(f"{sentence} Enter that day or a later one.", field="happened_on")
    if note and step.kind == StartStep.Kind.SCREENING:
        raise Refused("Of the screening only the date is kept. Leave the note empty.", field="note")
    facts = {"happened_on": happened_on, "note": note, "recorded_at": at, "recorded_by_id": by.pk}
    START_STEP.advance(step, "record" if step.has_two_sides else "complete", **facts)
    _note(step, "recorded", by=by, at=at, happened=say_day(happened_on))
    for person in confirmers(step) if step.has_two_sides else []:
        key = f"step to confirm:{step.pk}:{at.isoformat()}:{person.pk}"
        outbox.post("secondments.step_to_confirm", to=person, key=key, at=at, step=step, recorded_by=by)


@transaction.atomic
def confirm(step: StartStep, *, by: User, at: datetime) -> None:
    """Confirm, for the other side, what one side has recorded; nobody confirms their own record."""
    _check_not_started(step)
    if step.recorded_by_id == by.pk:
        raise Refused(f"You recorded this yourself. It is confirmed by {step.confirmer}.")
    require(rules.confirms_it(by, step), f"This step is confirmed by {step.confirmer or 'nobody'}.")
    START_STEP.advance(step, "confirm", confirmed_at=at, confirmed_by_id=by.pk)
    _note(step, "confirmed", by=by, at=at)


@transaction.atomic
def waive(step: StartStep, *, reason: str, by: User, at: datetime) -> None:
    """Let the placement start without this step, for a reason that is kept."""
    _check_not_started(step)
    require(rules.runs_its_programme(by, step), ONLY_HOST)
    if not reason.strip():
        raise Refused("Say why this step is not needed.", field="reason")
    START_STEP.advance(step, "waive", waived_reason=reason.strip())
    _note(step, "waived", by=by, at=at, reason=reason.strip())


@transaction.atomic
def reopen(step: StartStep, *, by: User, at: datetime) -> None:
    """Open the step again; what was recorded stays on the trail."""
    _check_not_started(step)
    require(rules.runs_its_programme(by, step), ONLY_HOST)
    nothing: dict[str, Any] = dict.fromkeys(
        ("happened_on", "recorded_at", "recorded_by_id", "confirmed_at", "confirmed_by_id")
    )
    START_STEP.advance(step, "reopen", **nothing, note="", waived_reason="")
    _note(step, "opened again", by=by, at=at)


def _check_not_started(step: StartStep) -> None:
    if step.placement.status != PlacementStatus.PREPARING:
        raise Refused("This placement has started, so its steps before the start stand as they are.")


def _note(step: StartStep, verb: str, *, by: User, at: datetime, **detail: Any) -> None:
    trail.record(f"step {verb}", step.placement, by=by, at=at, step=step.get_kind_display(), **detail)
