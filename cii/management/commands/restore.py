"""Loads a backup into an empty database and folder, then does what must happen before people are let in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cii import backups


class Command(BaseCommand):
    """For the worst hour of a service: `manage.py restore /var/backups/office/20270301T023000Z`."""

    help = __doc__
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="One backup's folder.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            backups.restore(options["folder"])
        except backups.Unusable as problem:
            raise CommandError(str(problem)) from None
        for command in ("migrate", "replay_erasures", "retain", "check_invariants"):
            self.stdout.write(f"manage.py {command}")
            call_command(command, stdout=self.stdout)
