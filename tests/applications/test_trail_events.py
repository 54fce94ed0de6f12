"""What the trail says is a member of an enum, so that whoever compares events finds a renamed one at once."""

import ast
from pathlib import Path

import applications
from applications.lifecycle import TrailEvent

ROOT = Path(applications.__file__).parent


def recorded():
    """(file, first argument) of every line that the app writes on the trail."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "trail.record":
                yield path.name, ast.unparse(node.args[0])


def test_no_event_is_recorded_as_prose():
    assert [(name, event) for name, event in recorded() if event.startswith(("'", '"', "f'", 'f"'))] == []


def test_every_event_is_recorded_somewhere():
    source = "".join(path.read_text() for path in ROOT.rglob("*.py") if path.name != "lifecycle.py")
    assert [event.name for event in TrailEvent if f"TrailEvent.{event.name}" not in source] == []
