"""What the worker does for the whole house."""

from celery import shared_task
from django.utils import timezone

from core.retention import run


@shared_task(name="cii.tasks.retain")
def retain() -> int:
    """Delete what is kept no longer; returns how many things went."""
    return sum(run.run(timezone.now()).values())
