"""Logs of web and worker as events with fields: references only, never names, answers or tokens."""

import json
import logging
import sys
import time
from collections.abc import MutableMapping
from functools import partial
from http import HTTPStatus
from typing import Any

import structlog
from django.core import mail
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog.signals import bind_extra_request_failed_metadata, bind_extra_request_finished_metadata
from structlog.typing import EventDict, Processor

from core import masking

RENDERERS: dict[str, Processor] = {
    "logfmt": structlog.processors.LogfmtRenderer(sort_keys=True),
    "json": structlog.processors.JSONRenderer(partial(json.dumps, default=str), sort_keys=True, ensure_ascii=False),
}
# They quote the document: what they say goes without its values.
QUOTE_DOCUMENTS = ("weasyprint", "fontTools")
LETTER_EVERY = 600.0  # seconds: of one error at one place, administrators get one email in this time


def mask_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = masking.mask(value)
    return event


def drop_traceback_of_refusals(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A request that was refused (403, or 400 for a forged address) is the client's fault, not an error of the code."""
    status = getattr(event.get("_record"), "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        event.pop("exc_info", None)
    return event


def write_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put the traceback, without values, in place of the exception; Celery's `error` is its message."""
    problem = _exception_of(event.pop("exc_info", None)) or event.get("exception")
    if isinstance(problem, BaseException):
        event["exception"] = masking.formatted(problem)
        event["place"] = masking.place_of(problem)
        if "error" in event:
            event["error"] = f"{type(problem).__name__}: {masking.message_of(problem)}"
    return event


def _exception_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, tuple):
        exc_info = exc_info[1]
    elif exc_info is not None and not isinstance(exc_info, BaseException):
        exc_info = sys.exception() if exc_info else None
    return exc_info if isinstance(exc_info, BaseException) else None


def drop_quotations(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    record = event.get("_record")
    if record is not None and record.name.startswith(QUOTE_DOCUMENTS):
        event["event"] = str(record.msg)
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    drop_traceback_of_refusals,
    drop_quotations,
    write_exception,
    mask_tokens,
]


def formatter(style: str = "logfmt") -> logging.Formatter:
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, RENDERERS[style]],
    )


@receiver([bind_extra_request_finished_metadata, bind_extra_request_failed_metadata], dispatch_uid="log: a request")
def describe_request(request: HttpRequest, log_kwargs: EventDict, **_: Any) -> None:
    """Say of a request how long it took, and its address without tokens and what was searched for."""
    log_kwargs["request"] = f"{request.method} {masking.address(request.get_full_path())}"
    if began := getattr(request, "began", None):
        log_kwargs["duration_ms"] = round((time.perf_counter() - began) * 1000)


class LettersToAdmins(logging.Handler):
    """Writes errors to settings.ADMINS: the line of the log and nothing of the request. One error goes once in a while.

    Not by the outbox, because the database may be what failed.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.sent_at: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        place = self.place_of(record)
        if record.created - self.sent_at.get(place, 0) >= LETTER_EVERY:
            self.sent_at[place] = record.created
            mail.mail_admins(f"An error in {place}", self.format(record), fail_silently=True)

    def place_of(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, dict):  # an event of structlog, whose exception is formatted already
            return str(record.msg.get("place", record.name))
        problem = record.exc_info[1] if record.exc_info else None
        return masking.place_of(problem) if problem else record.name
