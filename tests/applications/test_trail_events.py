"""What the trail says is a member of an enum, so that whoever compares events finds a renamed one at once."""

import ast
from pathlib import Path

import pytest

import applications
from applications.lifecycle import TrailEvent
from core import governance
from core.governance.trail_events import TrailEvent as OfMeetings

ROOT, GOVERNANCE = (Path(one.__file__).parent for one in (applications, governance))


def recorded(root):
    """(file, first argument) of every line that the app writes on the trail."""
    for path in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "trail.record":
                yield path.name, ast.unparse(node.args[0])


@pytest.mark.parametrize("root", [ROOT, GOVERNANCE])
def test_no_event_is_recorded_as_prose(root):
    assert [(name, event) for name, event in recorded(root) if event.startswith(("'", '"', "f'", 'f"'))] == []


@pytest.mark.parametrize(("root", "events"), [(ROOT, TrailEvent), (GOVERNANCE, OfMeetings)])
def test_every_event_is_recorded_somewhere(root, events):
    source = "".join(path.read_text() for path in root.rglob("*.py") if path.name != "lifecycle.py")
    assert [event.name for event in events if f"TrailEvent.{event.name}" not in source] == []
