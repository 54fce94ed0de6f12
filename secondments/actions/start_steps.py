"""Records, confirms, waives and reopens the steps before the start."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day
from core.letters import outbox
from core.lifecycle import Refused
from core.permissions import check
from secondments import letters
from secondments.lifecycle import START_STEP, PlacementStatus, StartStepStatus, TrailEvent
from secondments.models import Placement, StartStep

NO_WAIVER: dict[str, Any] = {"waiver_asked_by_id": None, "waiver_asked_at": None, "waiver_reason": ""}


@transaction.atomic
def record(step: StartStep, *, happened_on: date, note: str = "", by: User, at: datetime) -> None:
    """Record that the step happened on a day; a step of two sides then waits for the other side to confirm.

    Raises Refused for a day to come, a day before the grant was offered, and a note on a step of which only
    the day and the outcome are kept.
    """
    check(by, "secondments.record_startstep", step)
    _require_before_start(step)
    if happened_on > london(at).date():
        sentence = f"{say_day(happened_on)} is in the future."
        raise Refused(f"{sentence} Record the step after it has happened.", field="happened_on")
    offered_on = london(step.placement.grant.offered_at).date()
    if happened_on < offered_on:
        sentence = f"The grant was offered on {say_day(offered_on)}."
        raise Refused(f"{sentence} Enter that day or a later one.", field="happened_on")
    if note and step.outcome:
        raise Refused("We record only the day of this step. Leave the note empty.", field="note")
    facts = {"happened_on": happened_on, "note": note, "recorded_at": at, "recorded_by_id": by.pk, **NO_WAIVER}
    START_STEP.advance(step, "record" if step.has_two_sides else "complete", **facts)
    _note(step, TrailEvent.STEP_RECORDED, by=by, at=at, happened=say_day(happened_on))
    if step.has_two_sides:
        letters.step_to_confirm(step, recorded_by=by, at=at)
    _tell_when_all_are_settled(step, at=at)


@transaction.atomic
def confirm(step: StartStep, *, by: User, at: datetime) -> None:
    check(by, "secondments.confirm_startstep", step)
    _require_before_start(step)
    START_STEP.advance(step, "confirm", confirmed_at=at, confirmed_by_id=by.pk, **NO_WAIVER)
    _note(step, TrailEvent.STEP_CONFIRMED, by=by, at=at)
    if not _tell_when_all_are_settled(step, at=at):
        letters.step_confirmed(step, by=by, at=at)


@transaction.atomic
def ask_waiver(step: StartStep, *, reason: str, by: User, at: datetime) -> None:
    """Ask the step's owner, or its other side, to agree that the placement starts without it."""
    check(by, "secondments.ask_waiver_startstep", step)
    _require_before_start(step)
    reason = _required(reason)
    open_now = StartStep.objects.filter(
        pk=step.pk, status__in=START_STEP.steps["waive"].sources, waiver_asked_by__isnull=True
    )
    if not open_now.update(waiver_asked_by=by, waiver_asked_at=at, waiver_reason=reason):
        raise Refused("This step is complete, or someone has already asked to waive it.", code="wrong_state")
    step.refresh_from_db(fields=["status", "waiver_asked_by", "waiver_asked_at", "waiver_reason"])
    _note(step, TrailEvent.WAIVER_ASKED, by=by, at=at, reason=reason)
    letters.waiver_asked(step, at=at)


@transaction.atomic
def waive(step: StartStep, *, reason: str, by: User, at: datetime) -> None:
    """Let the placement start without this step: as its owner, or in agreement with who asked. Everyone is emailed."""
    check(by, "secondments.waive_startstep", step)
    _require_before_start(step)
    reason = _required(reason)
    asker = {"asked_by": step.waiver_asked_by} if step.waiver_asked_by else {}
    START_STEP.advance(step, "waive", waived_reason=reason, **NO_WAIVER)
    _note(step, TrailEvent.STEP_WAIVED, by=by, at=at, reason=reason, **asker)
    letters.step_waived(step, by=by, at=at)
    _tell_when_all_are_settled(step, at=at)


@transaction.atomic
def refuse_waiver(step: StartStep, *, by: User, at: datetime) -> None:
    """Do not agree to a waiver: the step stays to be done."""
    check(by, "secondments.refuse_waiver_startstep", step)
    _require_before_start(step)
    asker = step.waiver_asked_by
    if not StartStep.objects.filter(pk=step.pk, waiver_asked_by__isnull=False).update(**NO_WAIVER) or asker is None:
        raise Refused("No one asks to waive this step any more.", code="wrong_state")
    step.refresh_from_db(fields=["waiver_asked_by", "waiver_asked_at", "waiver_reason"])
    _note(step, TrailEvent.WAIVER_REFUSED, by=by, at=at)
    letters.waiver_refused(step, to=asker, by=by, at=at)


@transaction.atomic
def reopen(step: StartStep, *, by: User, at: datetime) -> None:
    check(by, "secondments.reopen_startstep", step)
    _require_before_start(step)
    was_waived = step.status == StartStepStatus.WAIVED
    _reopen(step, by=by, at=at)
    letters.step_reopened(step, was_waived=was_waived, by=by, at=at)


def reopen_for_another(placement: Placement, *, by: User, at: datetime) -> list[StartStep]:
    """Reopen what was recorded, waived or asked about the secondee before; called by the step that names another."""
    done = ~Q(status=StartStepStatus.OPEN) | Q(waiver_asked_by__isnull=False)
    steps = list(placement.steps.filter(done, is_of_person=True))
    for step in steps:
        step.placement = placement
        if step.status == StartStepStatus.OPEN:
            StartStep.objects.filter(pk=step.pk).update(**NO_WAIVER)
        else:
            _reopen(step, by=by, at=at)
    return steps


def _reopen(step: StartStep, *, by: User, at: datetime) -> None:
    nothing: dict[str, Any] = dict.fromkeys(
        ("happened_on", "recorded_at", "recorded_by_id", "confirmed_at", "confirmed_by_id")
    )
    START_STEP.advance(step, "reopen", **nothing, **NO_WAIVER, note="", waived_reason="")
    _note(step, TrailEvent.STEP_REOPENED, by=by, at=at)


def _tell_when_all_are_settled(step: StartStep, *, at: datetime) -> bool:
    if is_ready := step.placement.is_ready:
        letters.ready_to_start(step.placement, at=at)
    return is_ready


def _required(reason: str) -> str:
    if not reason.strip():
        raise Refused("Enter why this step is not needed.", field="reason")
    return reason.strip()


def _require_before_start(step: StartStep) -> None:
    if step.placement.status != PlacementStatus.PREPARING:
        raise Refused("This placement has started, so you cannot change the steps before the start.")


def _note(step: StartStep, event: TrailEvent, *, by: User, at: datetime, **detail: Any) -> None:
    outbox.withdraw([step])  # a reminder of how it was before
    trail.record(event, step.placement, by=by, at=at, step=step.title, **detail)
