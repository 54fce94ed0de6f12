"""The pages of docs/ and the README say what the code says: commands, settings, lifecycles, permissions, decisions."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from cii.management.commands.write_docs import PAGES

BASE = Path(settings.BASE_DIR)
SETTINGS = (BASE / "cii" / "settings.py").read_text(encoding="utf-8")
OPERATING = (BASE / "docs" / "operating.md").read_text(encoding="utf-8")
README = (BASE / "README.md").read_text(encoding="utf-8")
WRITTEN = [BASE / "README.md", *sorted((BASE / "docs").rglob("*.md"))]


def read_from_environment():
    """The names of environment variables that the settings read."""
    calls = [node for node in ast.walk(ast.parse(SETTINGS)) if isinstance(node, ast.Call)]
    ours = [
        call for call in calls if isinstance(call.func, ast.Attribute) and getattr(call.func.value, "id", "") == "env"
    ]
    return {call.args[0].value for call in ours}


def test_every_setting_read_is_explained_and_every_setting_explained_is_read():
    table = [line for line in OPERATING.splitlines() if line.startswith("| `")]
    explained = {name for line in table for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", line.split("|")[1])}
    assert explained == read_from_environment()


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(BASE)))
def test_every_command_written_down_exists(path):
    text = path.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (BASE / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z-]+)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(BASE)))
def test_every_link_between_pages_leads_somewhere(path):
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_names_the_two_commands_that_do_everything():
    assert {"demo", "test"} <= set(re.findall(r"^    make ([a-z-]+)", README, re.MULTILINE))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_written_from_the_code_is_current(name):
    assert (BASE / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "Run: make docs"


@pytest.mark.parametrize("path", sorted((BASE / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_has_a_title_and_fits_on_half_a_page(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"# \S.*", lines[0])
    assert len([line for line in lines if line.strip()]) <= 40


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(BASE)))
def test_a_page_begins_with_its_only_title(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^# .+", text, re.MULTILINE)
    assert titles == [text.splitlines()[0]]
