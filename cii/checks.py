"""System checks: refuse a half-configured service with a hint."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004
from django.http.request import validate_host


@register(Tags.security, deploy=True)
def production(**_: Any) -> list[CheckMessage]:
    """Name each setting that a real service must have and this one lacks."""
    return [*missing(), *unscanned()]


def unscanned() -> Iterator[Info]:
    """Say, without refusing it, that files from strangers are not scanned."""
    if not settings.CLAMD_URL:
        hint = "Run a ClamAV daemon and set CLAMD_URL to tcp://host:3310 or unix:///run/clamav/clamd.ctl."
        yield Info("Uploaded files are not scanned for viruses.", hint=hint, id="cii.I001")


def missing() -> Iterator[Error]:
    if not settings.IS_PUBLIC:
        yield Error(
            "SITE_URL is not an https address.", hint="Set SITE_URL to https://…, as people see it.", id="cii.E001"
        )
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
        yield Error("The database is a local SQLite file.", hint="Set DATABASE_URL to postgres://….", id="cii.E002")
    if not settings.REDIS_URL:
        yield Error("There is no broker for the worker.", hint="Set REDIS_URL to redis://….", id="cii.E003")
    if "smtp" not in settings.EMAIL_BACKEND:
        yield Error("Mail goes nowhere.", hint="Set EMAIL_URL to smtp+tls://user:password@host:587.", id="cii.E004")
    if settings.HELP_EMAIL.endswith("example.org") or "example.org" in settings.DEFAULT_FROM_EMAIL:
        hint = "Set HELP_EMAIL and DEFAULT_FROM_EMAIL to addresses that somebody reads."
        yield Error("People would write to, or be written to from, an invented address.", hint=hint, id="cii.E005")
    storage: Any = settings.STORAGES["default"].get("OPTIONS", {})
    if settings.S3_BUCKET and not (storage["access_key"] and storage["secret_key"]):
        hint = "Set S3_ACCESS_KEY and S3_SECRET_KEY, or unset S3_BUCKET and set MEDIA_ROOT."
        yield Error("S3 is half configured.", hint=hint, id="cii.E006")
    if settings.SECOND_FACTOR != "required":
        yield Error("Staff could sign in with a password alone.", hint="Unset SECOND_FACTOR.", id="cii.E007")
    if settings.IS_DEMONSTRATION:
        yield Error("Pages would carry the demonstration banner.", hint="Unset DEMONSTRATION.", id="cii.E008")
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        hint = "Set ALLOWED_HOSTS to the host of SITE_URL, and to others that people use, with commas."
        yield Error("Every request to SITE_URL would be refused.", hint=hint, id="cii.E009")


@register()
def libraries(**_: Any) -> list[CheckMessage]:
    from core import pdf

    problem = pdf.missing_library()
    return (
        [
            Warning(
                problem,
                hint="On Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
                id="cii.W001",
            )
        ]
        if problem
        else []
    )
