"""What the worker does for applications at each tick of its clock."""

from celery import shared_task
from django.utils import timezone

from applications.actions import equality, page_pictures, standing, virus_scans
from core.files import store


@shared_task(name="applications.tasks.scan")
def scan() -> int:
    """Scan the files that wait, and delete those that were taken out; returns how many were scanned."""
    return virus_scans.run(timezone.now(), clock=timezone.now)


@shared_task(name="applications.tasks.draw_pages")
def draw_pages() -> int:
    """Draw the pages of files that assessors read; returns of how many files."""
    return page_pictures.run(timezone.now(), clock=timezone.now)


@shared_task(name="applications.tasks.end_old_links")
def end_old_links() -> int:
    return equality.end_old_links(timezone.now())


@shared_task(name="applications.tasks.sweep_files")
def sweep_files() -> int:
    return store.sweep_unused(timezone.now())


@shared_task(name="applications.tasks.put_back_submissions")
def put_back_submissions() -> int:
    """Let what was submitted last stand where a copy was edited and the close has passed; returns how many."""
    return standing.put_back_due(timezone.now())
