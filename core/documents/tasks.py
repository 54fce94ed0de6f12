"""What the worker does for documents at each tick of its clock."""

from celery import shared_task
from django.utils import timezone

from core.documents import making, store


@shared_task(name="core.documents.tasks.make")
def make() -> int:
    """Make the documents that wait, and delete those that were discarded; returns how many were made."""
    try:
        return making.make_due(timezone.now())
    finally:
        store.sweep()
