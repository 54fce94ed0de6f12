"""Check again what the rows, the stored files and the trail must keep to; exit non-zero on a breach."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.audit.models import TrailBatch
from core.invariants import all_breaches


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], help="a head of the sealed trail, from the log or a nightly email"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each breach; say so when there is none."""
        count = 0
        for breach in all_breaches(timezone.now()):
            self.stderr.write(breach)
            count += 1
        for head in options["head"]:
            if not TrailBatch.objects.filter(head=head).exists():
                self.stderr.write(f"The trail was cut: it no longer has the head {head}")
                count += 1
        if count:
            raise CommandError(f"{count} promises are broken.")
        self.stdout.write("Every promise holds.")
