"""What the worker does at each tick of its clock."""

from celery import shared_task
from django.utils import timezone

from core.monitoring import incidents


@shared_task(name="core.monitoring.tasks.tick")
def tick() -> None:
    incidents.tick(timezone.now())
