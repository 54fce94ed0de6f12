"""What the worker does at each tick of its clock."""

import time

from celery import shared_task
from django.utils import timezone

from core.letters import daily, delivery, reminders

LONGEST_RUN = 120.0  # seconds; the next tick goes on, well inside the worker's time limit


@shared_task(name="core.letters.tasks.drain")
def drain() -> int:
    """Send what waits, batch by batch until nothing is left; returns how many went."""
    began = time.monotonic()
    sent = 0
    while went := delivery.drain(timezone.now()):
        sent += went
        if time.monotonic() - began > LONGEST_RUN:
            break
    return sent


@shared_task(name="core.letters.tasks.remind")
def remind() -> int:
    """Write the reminders and daily emails that have come due, then send what waits; returns how many letters went."""
    try:
        reminders.post_due(timezone.now())
    finally:
        try:
            daily.write_due(timezone.now())
        finally:
            sent = drain()
    return int(sent)
