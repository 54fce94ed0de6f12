"""Scans the files that wait, writes the reminders that have come due, sends the letters that wait: once, and ends."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from applications.actions import virus_scans
from core.letters import delivery, reminders
from core.letters.models import Letter, Status


class Command(BaseCommand):
    """For an hour hand of one's own (cron) where no worker runs."""

    help = "Scans the files that wait, writes the reminders that have come due, then sends the letters that wait."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do all three, and say what was done; letters go out even when a source of reminders fails."""
        began = timezone.now()
        try:
            if scanned := virus_scans.run(began, clock=timezone.now):
                self.stdout.write(f"Files scanned: {scanned}.")
            posted = reminders.post_due(began)
            self.stdout.write(f"Reminders written: {posted}.")
        finally:
            while delivery.drain(timezone.now()):
                pass
            sent = Letter.objects.filter(sent_at__gte=began).count()
            waiting = Letter.objects.filter(status__in=[Status.QUEUED, Status.SENDING]).count()
            dead = Letter.objects.filter(status=Status.DEAD).count()
            self.stdout.write(f"Letters sent: {sent}. WorkItem: {waiting}. Given up: {dead}.")
