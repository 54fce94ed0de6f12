"""Writes to the office once when a part stands still, and once when it runs again."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, close_old_connections, transaction
from django.utils import timezone

from core.letters import delivery, outbox
from core.letters.models import Letter
from core.monitoring import parts
from core.monitoring.models import ClockTick, Incident
from core.monitoring.parts import Part

log = logging.getLogger(__name__)

_looked_at: dict[str, float] = {}  # of this process


def tick(now: datetime) -> None:
    """Note that the clock runs, then look at every part."""
    ClockTick.record(ClockTick.Name.TICK, now)
    watch(parts.every(now), now)


def watch(seen: Iterable[Part], now: datetime) -> None:
    """Begin, announce and end incidents by what was seen; safe to run in several processes at once."""
    going_on = {incident.part: incident for incident in Incident.objects.filter(ended_at=None)}
    for part in seen:
        incident = going_on.get(part.name)
        if part.is_running:
            if incident is not None:
                end(incident, part, now)
            continue
        incident = incident or begin(part, now)
        if incident is not None and incident.announced_at is None and now - incident.began_at >= part.patience:
            announce(incident, part, now)


def begin(part: Part, now: datetime) -> Incident | None:
    log.error("%s stands still", part.name)
    try:
        with transaction.atomic():
            return Incident.objects.create(part=part.name, sentence=part.sentence, began_at=now)
    except IntegrityError:  # another process saw it first
        return None


def announce(incident: Incident, part: Part, now: datetime) -> None:
    with transaction.atomic():
        if Incident.objects.filter(pk=incident.pk, announced_at=None, ended_at=None).update(announced_at=now):
            _write("monitoring.stands_still", incident, part, now)


def end(incident: Incident, part: Part, now: datetime) -> None:
    with transaction.atomic():
        if Incident.objects.filter(pk=incident.pk, ended_at=None).update(ended_at=now):
            log.warning("%s runs again", part.name)
            if incident.announced_at is not None:
                _write("monitoring.runs_again", incident, part, now)


def _write(template: str, incident: Incident, part: Part, now: datetime) -> None:
    letter = outbox.post(
        template,
        to=settings.HELP_EMAIL,
        key=f"{template}:{incident.pk}",
        at=now,
        incident=incident,
        part=part,
    )
    # Whatever sends letters may be what stands still, so this process tries at once.
    if letter is not None and settings.REDIS_URL:
        transaction.on_commit(lambda: delivery.deliver(Letter.objects.filter(pk=letter.pk), now), robust=True)


def look_at_clock(**_: object) -> None:
    """After a request has been answered, look whether the clock is late: in each process once in an interval."""
    if not settings.CLOCK or time.monotonic() - _looked_at.get("clock", float("-inf")) < settings.TICK_EVERY:
        return
    _looked_at["clock"] = time.monotonic()
    try:
        now = timezone.now()
        part = parts.clock(now)
        if not part.is_running and part.figures["last_tick"] is not None:
            watch([part], now)
    except Exception as problem:  # noqa: BLE001 — the request has been answered
        log.warning("the clock was not looked at: %s", type(problem).__name__)
    finally:
        close_old_connections()
