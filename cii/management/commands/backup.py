"""Writes the database and the uploaded files into one folder, which `manage.py restore` reads."""

from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from cii import backups


class Command(BaseCommand):
    """For a nightly timer: `manage.py backup /var/backups/office`."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="Where the backups are kept, a folder for each.")
        parser.add_argument("--keep-days", type=int, default=30, help="Older ones are deleted; 30 days.")

        parser.add_argument("--with-bucket", action="store_true", help="Also the files in S3, read one by one.")

    def handle(self, *args: Any, **options: Any) -> None:
        keep = timedelta(days=options["keep_days"])
        has_bucket = options["with_bucket"]
        made = backups.make(options["folder"], at=timezone.now(), keep=keep, with_bucket=has_bucket)
        self.stdout.write(f"Written: {made}.")
        if settings.S3_BUCKET and not has_bucket:
            self.stdout.write(f"The files are in the bucket {settings.S3_BUCKET} and are not in it: keep its versions.")
