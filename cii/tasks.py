"""What the worker does for the whole house."""

from celery import shared_task
from django.utils import timezone

from core.audit import chain
from core.letters import trail_head
from core.monitoring.models import ClockTick
from core.retention import run


@shared_task(name="cii.tasks.retain")
def retain() -> int:
    now = timezone.now()
    deleted = sum(run.run(now).values())
    ClockTick.record(ClockTick.Name.RETENTION, now)
    return deleted


@shared_task(name="cii.tasks.seal_trail")
def seal_trail() -> int:
    return chain.seal_trail(timezone.now())


@shared_task(name="cii.tasks.email_trail_head")
def email_trail_head() -> None:
    trail_head.post(timezone.now())
