"""Logs carry references, files and lines, never names, answers or tokens."""

import json
import logging
from io import StringIO

import pytest
import structlog
from django.core import mail
from django.db import IntegrityError
from django.http import HttpResponse
from django.urls import path

from core import masking
from core.logs import LettersToAdmins, formatter, mask_tokens
from tests.client import Client

# Not in the statement that raises: from Python 3.13 on a traceback quotes all of its lines.
MESSAGE = "sana@example.org at /candidate/s3cr3t/\nDETAIL:  Failing row contains (7, Sana Example, 32000).\nCONTEXT: x"
HIDDEN = ("sana", "s3cr3t", "Sana", "32000")


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
        ("GET /message/s3cr3t/", "GET /message/…/"),
        ("POST /needs/7:s3cr3t/", "POST /needs/…/"),
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


def failing(kind=ValueError):
    raise kind(MESSAGE)


def through_the_standard_library(kind):
    try:
        failing(kind)
    except kind:
        logging.getLogger("testing.errors").exception("broken")


def through_structlog(kind):
    try:
        failing(kind)
    except kind:
        structlog.get_logger("testing.errors").exception("broken")


@pytest.mark.parametrize("log", [through_the_standard_library, through_structlog])
@pytest.mark.parametrize(
    ("kind", "message"),
    [(ValueError, f"(a message of {len(MESSAGE)} characters)"), (IntegrityError, "…@… at /candidate/…/")],
)
def test_an_exception_is_logged_with_its_file_and_line_but_without_personal_data(log, kind, message, caplog):
    writer = formatter("json")
    log(kind)
    line = writer.format(caplog.records[0])
    event = json.loads(line)
    assert f'test_logs.py", line {failing.__code__.co_firstlineno + 1}, in failing' in event["exception"]
    assert event["exception"].endswith(f"\n{kind.__name__}: {message}")
    assert event["place"] == f"{__file__}:{failing.__code__.co_firstlineno + 1}"
    assert [word for word in HIDDEN if word in line] == []
    assert "\n" not in line


def test_a_refused_request_leaves_no_traceback(caplog):
    writer = formatter()
    try:
        failing()
    except ValueError:
        logging.getLogger("testing.security").exception("refused", extra={"status_code": 400})
    assert "Traceback" not in writer.format(caplog.records[0])


def test_what_an_exception_was_raised_from_and_the_members_of_a_group_are_shown_with_their_places():
    try:
        try:
            failing()
        except ValueError as problem:
            raise ExceptionGroup("Sana", [problem, OSError("no /candidate/s3cr3t/")]) from problem
    except ExceptionGroup as group:
        text = masking.formatted(group)
    last_lines = [part.splitlines()[-1] for part in text.split("Traceback (most recent call last):\n")[1:]]
    assert last_lines == [
        "OSError: no /candidate/…/",
        f"ValueError: (a message of {len(MESSAGE)} characters)",
        "ExceptionGroup: (a message of 23 characters)",
    ]


def test_what_a_pdf_is_made_of_is_not_quoted():
    record = logging.LogRecord("weasyprint", logging.WARNING, "", 1, "Failed to load %r", ("Sana Example",), None)
    assert json.loads(formatter("json").format(record))["event"] == "Failed to load %r"


def broken(request, token):
    failing()


def fine(request):
    return HttpResponse("fine")


def missing(request):
    return HttpResponse("missing", status=404)


urlpatterns = [path("candidate/<str:token>/", broken), path("search/", fine), path("nowhere/", missing)]


@pytest.fixture
def log(settings):
    """Return what the log has said so far, as events; pages are those of this module."""
    settings.ROOT_URLCONF = __name__
    text = StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(formatter("json"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("django_structlog").setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)
    logging.getLogger("django_structlog").setLevel(logging.NOTSET)


def test_an_error_of_a_page_is_one_line_with_file_and_line_and_no_name_answer_or_token(log):
    client = Client(raise_request_exception=False)
    assert client.post("/candidate/s3cr3t/?name=Sana", {"answer": "32000"}).status_code == 500
    (event,) = log()
    assert f'test_logs.py", line {failing.__code__.co_firstlineno + 1}, in failing' in event["exception"]
    assert (event["event"], event["code"]) == ("request_failed", 500)
    assert event["request"] == "POST /candidate/…/?name=…"
    assert event["duration_ms"] >= 0
    assert [word for word in HIDDEN if word in json.dumps(event)] == []


@pytest.mark.parametrize(("address", "code"), [("/search/?q=Sana&page=2", 200), ("/nowhere/?q=Sana&page=2", 404)])
@pytest.mark.django_db
def test_a_request_is_one_line_with_its_duration_and_without_what_was_searched_for(address, code, log):
    Client().get(address)
    (event,) = log()
    assert (event["event"], event["code"]) == ("request_finished", code)
    assert event["request"] == f"GET {address.partition('?')[0]}?q=…&page=…"
    assert 0 <= event["duration_ms"] < 60_000


def test_administrators_get_one_email_of_an_error_without_the_request(log, settings, monkeypatch):
    settings.ADMINS = [("Ada", "ada@example.org")]
    handler = LettersToAdmins()
    handler.setFormatter(formatter())
    monkeypatch.setattr(logging.getLogger(), "handlers", [*logging.getLogger().handlers, handler])
    client = Client(raise_request_exception=False)
    for _ in range(2):
        client.post("/candidate/s3cr3t/?name=Sana", {"answer": "32000"})
    through_the_standard_library(OSError)
    logging.getLogger("testing.errors").error("no exception here")
    assert len(log()) == 4
    place = f"{__file__}:{failing.__code__.co_firstlineno + 1}"
    assert [message.subject.partition("] ")[2] for message in mail.outbox] == [
        f"An error in {place}",
        "An error in testing.errors",
    ]
    assert mail.outbox[0].to == ["ada@example.org"]
    assert "in failing" in mail.outbox[0].body
    assert [word for word in HIDDEN if word in mail.outbox[0].body] == []
