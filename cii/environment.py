"""The environment that the settings read: variables, and the file that ENV_FILE names, which never outdo a variable."""

import os
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
if file := os.environ.get("ENV_FILE"):
    if not os.access(file, os.R_OK):
        message = f"ENV_FILE is {file}, which cannot be read. Write it with `manage.py new_env`, or unset ENV_FILE."
        raise ImproperlyConfigured(message)
    env.read_env(file)


def secret(name: str, default: str = "") -> str:
    """Return a variable as it stands: elsewhere a value that begins with $ names another variable."""
    return os.environ.get(name, default)


def one_of(name: str, choices: tuple[str, ...]) -> str:
    """Read a variable that is one of these; the first where it is unset."""
    value = str(env.str(name, default=choices[0]))
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value}. Write one like {', '.join(choices[:4])}.")
    return value


def database(default: str) -> dict[str, Any]:
    """Read DATABASE_URL. libpq adds PGPASSWORD or PGPASSFILE where the address has no password."""
    return _address("DATABASE_URL", env.db_url, default)


def mail(default: str) -> dict[str, Any]:
    """Read EMAIL_URL."""
    if secret("EMAIL_URL").startswith("smtps:"):
        message = (
            "EMAIL_URL begins with smtps:. Write smtp+ssl: for TLS from the start (port 465), smtp+tls: for STARTTLS."
        )
        raise ImproperlyConfigured(message)
    return _address("EMAIL_URL", env.email_url, default)


def _address(name: str, read: Any, default: str) -> dict[str, Any]:
    try:
        return dict(read(name, default=default))
    except (ValueError, environ.ImproperlyConfigured) as problem:
        message = (
            f"{name} cannot be read. In its user name and password write the signs / : @ ? # % as "
            "%2F %3A %40 %3F %23 %25; `manage.py new_env` does so."
        )
        raise ImproperlyConfigured(message) from problem
