"""Encrypts anew with SECRET_KEY what the keys before it encrypted, so that SECRET_KEY_FALLBACKS can be emptied.

Seeds of second factors, emails with secrets that wait, and messages in confidence. It may run as often as you like.
"""

from typing import Any

from django.core.management.base import BaseCommand

from core.encryption import renew_all


class Command(BaseCommand):
    """For whoever replaces the key: before the old one is taken out."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        count = renew_all()
        self.stdout.write(f"Encrypted anew: {count.renewed}.")
        if count.unreadable:
            self.stdout.write(
                f"{count.unreadable} values are read by no key. Put the keys before into SECRET_KEY_FALLBACKS."
            )
