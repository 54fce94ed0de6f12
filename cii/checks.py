"""System checks: refuse a half-configured service with a hint."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, Warning, register  # noqa: A004
from django.db import DatabaseError
from django.http.request import validate_host
from django.urls import reverse


@register(Tags.security, deploy=True)
def production(**_: Any) -> list[CheckMessage]:
    """Name each setting that a real service must have and this one lacks."""
    return [*missing(), *unscanned(), *no_tick(), *return_addresses()]


def unscanned() -> Iterator[Info]:
    """Say, without refusing it, that files from strangers are not scanned."""
    if not settings.CLAMD_URL:
        hint = "Run a ClamAV daemon and set CLAMD_URL to tcp://host:3310 or unix:///run/clamav/clamd.ctl."
        yield Info("Uploaded files are not scanned for viruses.", hint=hint, id="cii.I001")


def no_tick() -> Iterator[Info]:
    """Say that the clock has never run. A service before its first start has none yet, so this refuses nothing."""
    from core.monitoring.models import ClockTick

    with suppress(DatabaseError):  # not there yet, or not from here
        if settings.CLOCK and ClockTick.last(ClockTick.Name.TICK) is None:
            hint = "Start the worker and beat, or let cron run send_due every few minutes and retain once a day."
            yield Info("The clock has never run: no email, PDF or reminder goes out.", hint=hint, id="cii.I002")


def return_addresses() -> Iterator[Info]:
    """Say what each institution must have registered as the address of return."""
    for provider in settings.OIDC_PROVIDERS.values():
        address = f"{settings.SITE_URL}{reverse('openid_connect_callback', args=(provider.key,))}"
        yield Info(f"{provider.name} sends people back to {address}", id="cii.I004")


def missing() -> Iterator[Error]:
    if not settings.IS_PUBLIC:
        yield Error(
            "SITE_URL is not an https address.", hint="Set SITE_URL to https://…, as people see it.", id="cii.E001"
        )
    if "sqlite3" in settings.DATABASES["default"]["ENGINE"]:
        yield Error("The database is a local SQLite file.", hint="Set DATABASE_URL to postgres://….", id="cii.E002")
    if not settings.REDIS_URL and settings.CLOCK != "cron":
        hint = "Set REDIS_URL to redis://…, or let cron run send_due and retain and set CLOCK to cron."
        yield Error("There is no broker for the worker.", hint=hint, id="cii.E003")
    if "smtp" not in settings.EMAIL_BACKEND and not settings.EMAIL_PROVIDER:
        hint = "Set EMAIL_URL to smtp+tls://user:password@host:587, or EMAIL_PROVIDER."
        yield Error("Mail goes nowhere.", hint=hint, id="cii.E004")
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


@register(Tags.security, deploy=True)
def static_files(**_: Any) -> list[CheckMessage]:
    """Find out before the first visitor that `collectstatic` was forgotten."""
    if not settings.IS_PUBLIC or (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return []
    hint = f"Run manage.py collectstatic --noinput; it writes to {settings.STATIC_ROOT}."
    return [Error("There are no style sheets and scripts to serve.", hint=hint, id="cii.E010")]


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
