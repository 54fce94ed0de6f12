"""Erases again, in a backup that was restored, what people had asked to be erased since it was made.

Run it after a restore and before the service is opened, as often as you like. The log of erasures is not part of the
backup: it has keys of rows only, and stands in a storage of its own (ERASURES_ROOT, S3_ERASURES_BUCKET).
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from core.rights import erasing


class Command(BaseCommand):
    """For whoever restores a backup."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        number = erasing.replay(timezone.now())
        self.stdout.write(f"Erasures replayed: {number}.")
