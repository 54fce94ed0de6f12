"""Scan files, seal the trail, let closed copies go, write due reminders, make documents and send letters; then end."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from applications.actions import page_pictures, standing, virus_scans
from core.audit import chain
from core.documents import making, store
from core.documents.models import GeneratedDocument
from core.documents.models import Status as DocumentStatus
from core.letters import daily, delivery, reminders, trail_head
from core.letters.models import Letter, Status
from core.monitoring import incidents


class Command(BaseCommand):
    """For a scheduler such as cron where no worker runs."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        began = timezone.now()
        try:
            if scanned := virus_scans.run(began, clock=timezone.now):
                self.stdout.write(f"Files scanned: {scanned}.")
            if drawn := page_pictures.run(timezone.now(), clock=timezone.now):
                self.stdout.write(f"Files made readable: {drawn}.")
            if sealed := chain.seal_trail(began):
                self.stdout.write(f"Lines of the trail sealed: {sealed}.")
            trail_head.post(began)
            standing.put_back_due(began)
            posted = reminders.post_due(began)
            self.stdout.write(f"Reminders written: {posted}.")
            if collected := daily.write_due(began):
                self.stdout.write(f"Daily emails written: {collected}.")
        finally:
            try:
                self.make_documents()
            finally:
                self.send_letters(began)
                incidents.tick(timezone.now())

    def make_documents(self) -> None:
        made = making.make_due(timezone.now())
        store.sweep()
        failed = GeneratedDocument.objects.filter(status=DocumentStatus.FAILED).count()
        if made or failed:
            self.stdout.write(f"Documents made: {made}. Given up: {failed}.")

    def send_letters(self, began: Any) -> None:
        while delivery.drain(timezone.now()):
            pass
        sent = Letter.objects.filter(sent_at__gte=began).count()
        waiting = Letter.objects.filter(status__in=[Status.QUEUED, Status.SENDING]).count()
        dead = Letter.objects.filter(status=Status.DEAD).count()
        self.stdout.write(f"Letters sent: {sent}. Waiting: {waiting}. Given up: {dead}.")
