"""What a log or a report of an error leaves out: tokens, addresses, and what people typed."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from django.template import TemplateDoesNotExist, TemplateSyntaxError

# What follows these in an address is a credential.
SECRET_IN_ADDRESS = re.compile(
    r"((?:/|%2f)(?:candidate|message|needs|equality|invited|join|welcome|key|confirm-email)(?:/|%2f))(?:(?!%2f)[^/\s&])+",
    re.IGNORECASE,  # in ?next= the slashes are quoted
)
EMAIL = re.compile(r"[^\s\"'()<>=,;:]+@[^\s\"'()<>=,;:]+\.[^\s\"'()<>=,;:]+|[^\s\"'=&?]+%40[^\s\"'=&]+", re.IGNORECASE)
# In a query: what was searched for, filtered by or prefilled.
QUERY_VALUE = re.compile(r"(?<=[?&])([^=&\s]*)=[^&\s]*")

# Their messages speak of code, machines and tables. Every other message may quote what somebody typed.
SPEAK_OF_CODE = (
    *(ImportError, NameError, AttributeError, TypeError, NotImplementedError, RecursionError, MemoryError, OSError),
    *(ImproperlyConfigured, FieldError, TemplateDoesNotExist, TemplateSyntaxError),
    *(IntegrityError, InterfaceError, OperationalError, ProgrammingError),
)
SPEAKING_PACKAGES = {"botocore", "redis", "kombu", "celery", "billiard"}


def mask(text: str) -> str:
    return EMAIL.sub("…@…", SECRET_IN_ADDRESS.sub(r"\1…", text))


def address(full_path: str) -> str:
    """Return an address without tokens and without the values of its query."""
    path, mark, query = full_path.partition("?")
    return mask(path + QUERY_VALUE.sub(r"\1=…", mark + query))


def message_of(problem: BaseException) -> str:
    """Say what an exception says, as far as it cannot quote what people typed.

    Of a database's message only the first line: PostgreSQL quotes the failing row below it, with every value in it.
    """
    words = str(problem)
    package = type(problem).__module__.partition(".")[0]
    if isinstance(problem, SPEAK_OF_CODE) or package in SPEAKING_PACKAGES:
        return mask(words.partition("\n")[0])
    return f"(a message of {len(words)} characters)" if words else ""


def chain(problem: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception, then what it was raised from or during, and the members of groups."""
    seen = set[int]()
    waiting = [problem]
    while waiting:
        current = waiting.pop(0)
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting.append(current.__cause__ if current.__suppress_context__ else current.__context__)
        if isinstance(current, BaseExceptionGroup):
            waiting.extend(current.exceptions)


def formatted(problem: BaseException) -> str:
    """Return the traceback, the exception last as Python prints it, without values: files, lines, code and types."""
    return "\n".join(_formatted_one(one) for one in reversed(list(chain(problem))))


def _formatted_one(problem: BaseException) -> str:
    frames = "".join(traceback.format_tb(problem.__traceback__))
    notes = "".join(f"\n{mask(note)}" for note in getattr(problem, "__notes__", ()))
    return f"Traceback (most recent call last):\n{frames}{type(problem).__name__}: {message_of(problem)}{notes}"


def place_of(problem: BaseException) -> str:
    """Return where an exception was raised, as "file:line"."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else type(problem).__name__
