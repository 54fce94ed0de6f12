"""A production environment is complete; each half-configured one is refused with the way out. Each check is a process."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.sentences import SAID

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


@pytest.fixture(scope="module", autouse=True)
def collected(tmp_path_factory):
    """What `collectstatic` leaves."""
    folder = tmp_path_factory.mktemp("static")
    (folder / "staticfiles.json").write_text("{}")
    PRODUCTION["STATIC_ROOT"] = str(folder)


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
    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (2 silenced).")


def test_files_that_nobody_scans_are_spoken_of_and_not_refused():
    done = checked(CLAMD_URL=None)
    assert (done.returncode, SAID.uploaded_files_are_not_scanned in done.stdout + done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        ({"SECRET_KEY": None}, SAID.set_secret_key_to_a),
        ({"SECRET_KEY": "short"}, "SECRET_KEY has less than 50 characters"),
        ({"DATABASE_URL": None}, SAID.set_database_url_to_postgres),
        ({"REDIS_URL": None}, SAID.set_redis_url_to_redis),
        ({"EMAIL_URL": None}, SAID.set_email_url_to_smtp),
        ({"STATIC_ROOT": "/nowhere"}, "Run manage.py collectstatic --noinput; it writes to /nowhere."),
        ({"HELP_EMAIL": None}, SAID.set_help_email_and_default),
        ({"DEFAULT_FROM_EMAIL": None}, SAID.set_help_email_and_default),
        ({"S3_BUCKET": "files"}, SAID.set_s3_access_key_and),
        ({"S3_BUCKET": "files", "S3_ACCESS_KEY": "a"}, SAID.set_s3_access_key_and),
        ({"SECOND_FACTOR": "offered"}, "Unset SECOND_FACTOR."),
        ({"DEMONSTRATION": "1"}, "Unset DEMONSTRATION."),
        ({"DJANGO_DEBUG": "1"}, "You should not have DEBUG set to True in deployment."),
        ({"SITE_URL": "http://grants.example.net"}, SAID.set_site_url_to_https),
        ({"ALLOWED_HOSTS": None}, SAID.set_allowed_hosts_to_the),
    ],
    ids=lambda value: " ".join(f"{name}={text}" for name, text in value.items()) if isinstance(value, dict) else "",
)
def test_a_half_configured_service_is_refused_with_the_way_out(changes, hint):
    done = checked(**changes)
    assert done.returncode != 0
    assert hint in done.stderr


@pytest.mark.parametrize(
    ("changes", "header"),
    [
        ({}, "max-age=3600"),
        ({"HSTS_SECONDS": "31536000", "HSTS_SUBDOMAINS": "on"}, "max-age=31536000; includeSubDomains"),
        ({"HSTS_SECONDS": "9", "HSTS_SUBDOMAINS": "on", "HSTS_PRELOAD": "on"}, "max-age=9; includeSubDomains; preload"),
        ({"HSTS_SECONDS": "0"}, "None"),
    ],
)
def test_how_long_plain_http_is_refused_is_a_setting(changes, header):
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    code = (
        "from django.http import HttpResponse; from django.middleware.security import SecurityMiddleware;"
        "from django.test import RequestFactory;"
        "answer = SecurityMiddleware(lambda _: HttpResponse())(RequestFactory().get('/', secure=True));"
        "print(answer.headers.get('Strict-Transport-Security'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | PRODUCTION | changes | {"DJANGO_SETTINGS_MODULE": "cii.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.strip() == header


def test_each_institution_s_address_of_return_is_said():
    provider = {
        "name": "City Hall",
        "issuer": "https://i.example",
        "client_id": "c",
        "client_secret": "s",
        "domains": ["d.example"],
    }
    done = checked(OIDC_PROVIDERS=json.dumps([provider]))
    address = "https://grants.example.net/accounts/oidc/city-hall-"
    assert (done.returncode, f"City Hall sends people back to {address}" in done.stderr + done.stdout) == (0, True)
