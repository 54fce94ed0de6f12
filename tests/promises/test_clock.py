"""The rules never ask the clock: time is handed in, and what arrives is judged by when it arrived."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

APPS = ["applications", "grants", "secondments", "learning"]
# What the worker does at a tick is the edge, as a request is: there the clock is asked once, and handed on.
MODULES = sorted(
    path
    for app in APPS
    for path in Path(settings.BASE_DIR, app).rglob("*.py")
    if "migrations" not in path.parts and path.name != "tasks.py"
)
CLOCKS = {"now", "localtime", "localdate", "today", "utcnow", "time", "time_ns", "monotonic"}
HOLDERS = {"timezone", "date", "datetime", "time", "dt", "django_timezone"}


def asks_the_clock(source):
    """The lines on which a clock is read: timezone.now, date.today, datetime.now, time.time, called or handed on."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            holder = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if holder in HOLDERS:
                found.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module in {"django.utils.timezone", "time"}:
            found += [node.lineno for name in node.names if name.name in CLOCKS]
    return sorted(found)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_module_of_the_journey_is_told_the_time(path):
    assert asks_the_clock(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "timezone.now()",
        "date.today()",
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "DateTimeField(default=timezone.now)",
        "from django.utils.timezone import now",
        "time.time()",
    ],
)
def test_asking_the_clock_would_be_found(source):
    assert asks_the_clock(source) == [1]
