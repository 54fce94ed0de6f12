"""The pages of docs/ and the README say what the code says: commands, settings, lifecycles, permissions, decisions."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import get_commands

from bench.shape import files_of_recipes
from cii.management.commands.write_docs import PAGES
from core.accounts.roles import CONFIRMED_ROLES, Role

BASE = Path(settings.BASE_DIR)
SETTINGS = "\n".join(
    path.read_text(encoding="utf-8")
    for path in [BASE / "cii" / "environment.py", *sorted((BASE / "cii").glob("*settings.py"))]
)
OPERATING = (BASE / "docs" / "operating.md").read_text(encoding="utf-8")
README = (BASE / "README.md").read_text(encoding="utf-8")
RECIPES = files_of_recipes((BASE / "CONTRIBUTING.md").read_text(encoding="utf-8"))
WRITTEN = [*sorted(BASE.glob("*.md")), *sorted((BASE / "docs").rglob("*.md"))]
DECISIONS = sorted((BASE / "docs" / "decisions").glob("0*.md"))


def read_from_environment():
    """The names of environment variables that the settings read."""
    calls = [node for node in ast.walk(ast.parse(SETTINGS)) if isinstance(node, ast.Call)]
    return {
        argument.value
        for call in calls
        if ast.unparse(call.func).startswith(("env.", "secret", "os.environ.get", "_address", "one_of"))
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and argument.value.isupper()
    }


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


def test_the_guide_says_what_every_role_may_do_and_which_are_confirmed_by_a_second_administrator():
    table = OPERATING.partition("### Roles")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| ([A-Z][a-z ]+?)( \*)? \| (?!may)\S", table, re.MULTILINE)
    assert {name: bool(mark) for name, mark in rows} == {role.label: role in CONFIRMED_ROLES for role in Role}


def test_the_readme_names_the_two_commands_that_do_everything():
    assert {"demo", "test"} <= set(re.findall(r"^    make ([a-z-]+)", README, re.MULTILINE))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_written_from_the_code_is_current(name):
    assert (BASE / "docs" / name).read_text(encoding="utf-8") == PAGES[name](), "Run: make docs"


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_number_title_date_and_status_and_fits_on_half_a_page(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(rf"# {int(path.stem[:4])}\. \S.*", lines[0])
    assert re.fullmatch(r"\*\d{4}-\d\d-\d\d · (accepted|replaced)( · .+)?\*", lines[2])
    assert len([line for line in lines if line.strip()]) <= 40


def test_the_index_lists_every_decision_with_its_title():
    index = (BASE / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    titles = {path.name: path.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2] for path in DECISIONS}
    assert {name: title for title, name in re.findall(r"\[([^]]+)\]\((0[^)]+)\)", index)} == titles
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_names_files_that_exist(title):
    assert [name for name in RECIPES[title] if not (BASE / name).exists()] == []


def test_there_is_a_recipe_for_a_field_and_for_each_of_the_six_tasks():
    assert [len(files) > 0 for files in RECIPES.values()] == [True] * 7


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(BASE)))
def test_a_page_begins_with_its_only_title(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    titles = re.findall(r"^# .+", text, re.MULTILINE)
    assert titles == [text.splitlines()[0]]
