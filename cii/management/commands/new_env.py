"""Writes the file of settings that a service starts from, with a key of its own; it never overwrites one."""

import os
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from django.core.management.base import BaseCommand, CommandError

PARTS = {
    "site-url": "The address people see, such as https://grants.example.org.",
    "help-email": "Who helps; people write to this address.",
    "from-email": "Who the emails come from.",
    "database-host": "Where PostgreSQL runs; empty for a socket on this machine.",
    "database-name": "The database, and the user who owns it.",
    "database-password": "The password of that user, as it is; empty where the socket or PGPASSFILE says who it is.",
    "smtp-host": "The mail server, such as mail.example.org:587.",
    "smtp-user": "The user name there, as it is.",
    "smtp-password": "The password there, as it is.",
    "redis-url": "The worker's broker; empty where cron runs send_due and retain.",
    "media-root": "The folder of uploaded files.",
    "static-root": "The folder where collectstatic puts style sheets and scripts.",
}
DEFAULTS = {"database-name": "office"}
# compose.yaml has the addresses, and takes the passwords.
OF_THE_CONTAINERS = {"DATABASE_URL", "REDIS_URL", "CLOCK", "TICK_EVERY", "MEDIA_ROOT", "STATIC_ROOT"}
PASSWORDS = ("DATABASE_ADMIN_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD")


class Command(BaseCommand):
    """For the first minute of a service: `manage.py new_env /etc/office/env --site-url https://…`."""

    help = __doc__
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="The file to write, which ENV_FILE then names; - prints it.")
        parser.add_argument("--containers", action="store_true", help="For compose.yaml, which says where they are.")
        for name, meaning in PARTS.items():
            parser.add_argument(f"--{name}", default=DEFAULTS.get(name, ""), help=meaning)

    def handle(self, *args: Any, **options: Any) -> None:
        parts = {name: options[name.replace("-", "_")] for name in PARTS}
        for name in ("site-url", "help-email", "from-email", "smtp-host"):
            if not parts[name]:
                raise CommandError(f"--{name} is missing. {PARTS[name]}")
        found = values(parts)
        if options["containers"]:
            found = {name: value for name, value in found.items() if name not in OF_THE_CONTAINERS}
            found |= {name: secrets.token_urlsafe(24) for name in PASSWORDS}
        text = "".join(f"{name}={value}\n" for name, value in found.items() if value)
        if str(options["file"]) == "-":
            self.stdout.write(text, ending="")
            return
        try:
            # Readable by its owner from its first byte on: it holds passwords.
            with os.fdopen(os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(text)
        except FileExistsError:
            raise CommandError(f"{options['file']} exists and stays as it is. Change it, or name another.") from None
        self.stdout.write(f"Written: {options['file']}. Keep a copy of SECRET_KEY apart from the backups.")


def values(parts: dict[str, str]) -> dict[str, str]:
    """Return the settings. A password's signs are percent-encoded, and the key has only letters, digits, - and _."""
    host = urlsplit(parts["site-url"]).hostname
    if not host:
        raise CommandError(f"--site-url is {parts['site-url']}. Write it with https://.")
    return {
        "SITE_URL": parts["site-url"],
        "ALLOWED_HOSTS": host,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DATABASE_URL": address("postgres", parts["database-name"], parts["database-password"], parts["database-host"])
        + f"/{parts['database-name']}",
        "REDIS_URL": parts["redis-url"],
        "PROXY_TELLS_ARRIVAL": "1",  # as the files in deploy/ do
        "CLOCK": "" if parts["redis-url"] else "cron",
        "TICK_EVERY": "" if parts["redis-url"] else "60",
        "STATUS_TOKEN": secrets.token_urlsafe(32),
        "EMAIL_URL": address("smtp+tls", parts["smtp-user"], parts["smtp-password"], parts["smtp-host"]),
        "DEFAULT_FROM_EMAIL": parts["from-email"],
        "HELP_EMAIL": parts["help-email"],
        "MEDIA_ROOT": parts["media-root"],
        "STATIC_ROOT": parts["static-root"],
    }


def address(scheme: str, user: str, password: str, host: str) -> str:
    who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"{scheme}://{who}@{host}" if who else f"{scheme}://{host}"
