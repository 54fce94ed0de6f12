"""A production environment is complete; each half-configured one is refused with the way out. Each check is a process."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

PRODUCTION = {
    "SITE_URL": "https://grants.example.net",
    "ALLOWED_HOSTS": "grants.example.net",
    "SECRET_KEY": "kq3v9x7Zt1mW5uYc8RbN2pLs6Hd4JfGa0EoTiXyQzBvCnMkD4wPe9SgR",
    "DATABASE_URL": "postgres://cii:secret@db.example.net/cii",
    "REDIS_URL": "redis://redis.example.net/0",
    "CLAMD_URL": "tcp://clamav.example.net:3310",
    "EMAIL_URL": "smtp+tls://cii:secret@mail.example.net:587",
    "HELP_EMAIL": "help@grants.example.net",
    "DEFAULT_FROM_EMAIL": "grants@grants.example.net",
}


def checked(**changes):
    """Run the deployment check with production's environment and these changes (None takes one away)."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {name: value for name, value in {**PRODUCTION, **changes}.items() if value is not None}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_complete_production_environment_has_no_complaint():
    done = checked()
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


def test_files_that_nobody_scans_are_spoken_of_and_not_refused():
    done = checked(CLAMD_URL=None)
    assert (done.returncode, "Uploaded files are not scanned for viruses." in done.stdout + done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"SECRET_KEY": None}, "set SECRET_KEY to a long random text of its own"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has less than 50 characters"),
        ({"DATABASE_URL": None}, "Set DATABASE_URL to postgres://"),
        ({"REDIS_URL": None}, "Set REDIS_URL to redis://"),
        ({"EMAIL_URL": None}, "Set EMAIL_URL to smtp+tls://"),
        ({"HELP_EMAIL": None}, "Set HELP_EMAIL and DEFAULT_FROM_EMAIL to addresses that somebody reads."),
        ({"DEFAULT_FROM_EMAIL": None}, "Set HELP_EMAIL and DEFAULT_FROM_EMAIL to addresses that somebody reads."),
        ({"S3_BUCKET": "files"}, "Set S3_ACCESS_KEY and S3_SECRET_KEY"),
        ({"S3_BUCKET": "files", "S3_ACCESS_KEY": "a"}, "Set S3_ACCESS_KEY and S3_SECRET_KEY"),
        ({"SECOND_FACTOR": "offered"}, "Unset SECOND_FACTOR."),
        ({"DEMONSTRATION": "1"}, "Unset DEMONSTRATION."),
        ({"DJANGO_DEBUG": "1"}, "You should not have DEBUG set to True in deployment."),
        ({"SITE_URL": "http://grants.example.net"}, "Set SITE_URL to https://"),
        ({"ALLOWED_HOSTS": None}, "Set ALLOWED_HOSTS to the host of SITE_URL"),
    ],
    ids=lambda value: " ".join(f"{name}={text}" for name, text in value.items()) if isinstance(value, dict) else "",
)
def test_a_half_configured_service_is_refused_with_the_way_out(changes, hint):
    done = checked(**changes)
    assert done.returncode != 0
    assert hint in done.stderr
