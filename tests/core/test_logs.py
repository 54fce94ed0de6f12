"""Logs carry references, never tokens."""

import logging

import pytest

from core.logs import formatter, mask_tokens


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("GET /candidate/s3cr3t/", "GET /candidate/…/"),
        ("GET /candidate/s3cr3t/cv/", "GET /candidate/…/cv/"),
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
