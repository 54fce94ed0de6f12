"""Logs carry references, never tokens."""

import logging

import pytest
import structlog

from core.logs import formatter, mask_tokens


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("GET /candidate/s3cr3t/", "GET /candidate/…/"),
        ("GET /candidate/s3cr3t/cv/", "GET /candidate/…/cv/"),
        (
            "GET /accounts/login/?next=%2Fcandidate%2Fs3cr3t%2Fcv%2F&a=1",
            "GET /accounts/login/?next=%2Fcandidate%2F…%2Fcv%2F&a=1",
        ),
        ("GET /accounts/login/?next=/organisation/join/s3cr3t/", "GET /accounts/login/?next=/organisation/join/…/"),
        ("POST /organisation/join/s3cr3t/", "POST /organisation/join/…/"),
        ("GET /accounts/welcome/3f-s3cr3t/", "GET /accounts/welcome/…/"),
        ("GET /applications/CII-2019-014/check/", "GET /applications/CII-2019-014/check/"),
    ],
)
def test_a_token_in_an_address_is_masked_and_a_reference_is_not(address, shown):
    assert mask_tokens(None, "info", {"request": address}) == {"request": shown}


def test_what_django_itself_logs_is_masked_too():
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Not Found: /candidate/s3cr3t/", None, None)
    line = formatter().format(record)
    assert "s3cr3t" not in line
    assert "/candidate/…/" in line


# Not in the statement that raises: from Python 3.13 on a traceback quotes all of its lines.
MESSAGE = "sana@example.org at /candidate/s3cr3t/\nDETAIL:  Failing row contains (7, Sana Example, 32000).\nCONTEXT: x"


def failing():
    raise ValueError(MESSAGE)


def through_the_standard_library():
    try:
        failing()
    except ValueError:
        logging.getLogger("testing.errors").exception("broken")


def through_structlog():
    try:
        failing()
    except ValueError:
        structlog.get_logger("testing.errors").exception("broken")


@pytest.mark.parametrize("log", [through_the_standard_library, through_structlog])
def test_an_exception_is_logged_with_its_file_and_line_but_without_personal_data(log, caplog):
    writer = formatter()
    log()
    line = writer.format(caplog.records[0])
    assert f'test_logs.py\\", line {failing.__code__.co_firstlineno + 1}, in failing' in line
    assert "…@… at /candidate/…/" in line
    assert "CONTEXT: x" in line
    assert not [word for word in ("sana", "s3cr3t", "Sana", "32000") if word in line]
    assert "\n" not in line


def test_a_refused_request_leaves_no_traceback(caplog):
    writer = formatter()
    try:
        failing()
    except ValueError:
        logging.getLogger("testing.security").exception("refused", extra={"status_code": 400})
    assert "Traceback" not in writer.format(caplog.records[0])
