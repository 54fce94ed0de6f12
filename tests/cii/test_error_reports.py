"""A report to Sentry has file and line, and no name, answer, token or variable; without SENTRY_DSN there is none."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
from django.conf import settings as project

from tests.core.test_logs import HIDDEN, failing

FAIL = """
import django
django.setup()
from django.conf import settings
settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "tests.core.test_logs", ["*"]
from django.test import Client
answer = Client(raise_request_exception=False).post(
    "/candidate/s3cr3t/?name=Sana", {"answer": "32000"}, headers={"user-agent": "of Sana", "cookie": "session=s3cr3t"}
)
assert answer.status_code == 500
"""


@pytest.fixture
def reports():
    """Return an address to report to, and the reports it was sent."""
    received = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers["Content-Encoding"], bytes)
            received.append(unpack(body).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://key@127.0.0.1:{server.server_port}/1", received
        server.shutdown()


def run(code, **extra):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "cii.settings"} | extra
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_an_error_of_a_page_is_reported_with_file_and_line_and_nothing_of_a_person(reports):
    pytest.importorskip("sentry_sdk")
    address, received = reports
    run(FAIL, SENTRY_DSN=address)
    (report,) = received
    event = json.loads(report.splitlines()[-1])
    (exception,) = event["exception"]["values"]
    last = exception["stacktrace"]["frames"][-1]
    assert (last["filename"].rpartition("/")[2], last["lineno"]) == (
        "test_logs.py",
        failing.__code__.co_firstlineno + 1,
    )
    assert (event["transaction"], exception["type"], exception["value"][:12]) == (
        "/candidate/…/",
        "ValueError",
        "(a message o",
    )
    for frame in exception["stacktrace"]["frames"]:  # quote the source of this test
        for context in ("pre_context", "context_line", "post_context"):
            frame.pop(context)
    assert [word for word in (*HIDDEN, "of Sana", "vars") if word in json.dumps(event)] == []


def test_nothing_is_reported_and_nothing_of_sentry_imported_without_an_address(reports):
    _, received = reports
    run(FAIL + "import sys; assert not [name for name in sys.modules if name.startswith('sentry')]", SENTRY_DSN="")
    assert received == []
