"""Make the documents that wait, then send the letters that waited for them; started where no worker runs."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from core.documents import maker, making, store
from core.documents.models import GeneratedDocument
from core.letters import delivery


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lock", type=int, help="the open file by which this process is the only one already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make documents until none waits; a second process at the same time ends at once."""
        made = 0
        is_first, lock = True, options["lock"]
        # Looked at again after the lock is given up: whoever asked meanwhile saw it held and started nothing.
        while is_first or GeneratedDocument.objects.filter(making.due(timezone.now())).exists():
            is_first = False
            with maker.alone(lock=lock) as is_alone:
                lock = None
                if not is_alone:
                    return
                made += making.make_due(timezone.now())
                store.sweep()
        if made:
            time.sleep(delivery.DOCUMENT_WAIT.total_seconds())
            while delivery.drain(timezone.now()):
                pass
        self.stdout.write(f"Documents made: {made}.")
