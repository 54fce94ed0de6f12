"""Deletes what is kept no longer, by the table on the privacy page; as often as you like, and several at once."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.dates import LONDON
from core.files import store
from core.monitoring.models import ClockTick
from core.retention import run


class Command(BaseCommand):
    """For an hour hand of one's own (cron) where no worker runs, and to look ahead."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take when to judge from, and whether only to count."""
        parser.add_argument("--dry-run", action="store_true", help="Only say how many things are due.")
        parser.add_argument("--at", help="Judge from this day or instant (2028-03-03T10:00), in TIME_ZONE; else now.")

    def handle(self, *args: Any, **options: Any) -> None:
        at = instant(options["at"])
        is_dry = options["dry_run"]
        if at > timezone.now() and settings.IS_PUBLIC and not is_dry:
            raise CommandError("In a real service nothing is deleted before its time. Look ahead with --dry-run.")
        counts = run.due(at) if is_dry else run.run(at)
        if not is_dry:
            store.sweep_unused(timezone.now())
            ClockTick.record(ClockTick.Name.RETENTION, timezone.now())
        for what, count in counts.items():
            self.stdout.write(f"{count:>6}  {what}")
        total = sum(counts.values())
        self.stdout.write(f"{'Due, and nothing was changed' if is_dry else 'Deleted'}: {total}.")


def instant(said: str | None) -> datetime:
    """The instant said, in settings.TIME_ZONE where no zone is; now where none is said."""
    if said is None:
        return timezone.now()
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise CommandError("Write --at like 2028-03-03 or 2028-03-03T10:00.") from None
    return at if at.tzinfo else at.replace(tzinfo=LONDON)
