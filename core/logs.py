"""Logs as events with fields: references only, never names, answers or tokens."""

import logging
import re
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

import structlog
from structlog.typing import Processor

# What follows these in an address is a credential.
SECRET_IN_ADDRESS = re.compile(
    r"((?:/|%2f)(?:candidate|equality|invited|join|welcome|key|confirm-email)(?:/|%2f))(?:(?!%2f)[^/\s&])+",
    re.IGNORECASE,  # in ?next= the slashes are quoted
)
# Data protection: PostgreSQL quotes the failing row here, with every value in it.
DATABASE_DETAIL = re.compile(r"^DETAIL: .*$", re.MULTILINE)
EMAIL = re.compile(r"[^\s\"'()<>=,;:]+@[^\s\"'()<>=,;:]+\.[^\s\"'()<>=,;:]+")


def mask_tokens(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = SECRET_IN_ADDRESS.sub(r"\1…", value)
    return event


def drop_traceback_of_refusals(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A request that was refused (403, or 400 for a forged address) is the client's fault, not an error of the code."""
    status = getattr(event.get("_record"), "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        event.pop("exc_info", None)
    return event


def mask_exception(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if "exception" in event:
        event["exception"] = EMAIL.sub("…@…", DATABASE_DETAIL.sub("DETAIL: …", event["exception"]))
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    drop_traceback_of_refusals,
    structlog.processors.format_exc_info,
    mask_exception,
    mask_tokens,
]


def formatter() -> logging.Formatter:
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.LogfmtRenderer(sort_keys=True),
        ],
    )
