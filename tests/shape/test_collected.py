"""`make test` installs no browser, so no module it collects may import Playwright, directly or through another."""

import ast
from fnmatch import fnmatch
from pathlib import Path

from django.conf import settings

from tests.conftest import FOR_THE_BROWSER

TESTS = Path(settings.BASE_DIR) / "tests"
COLLECTED = [
    path
    for path in sorted(TESTS.rglob("test_*.py"))
    if not any(fnmatch(str(path.relative_to(TESTS)), pattern) for pattern in FOR_THE_BROWSER)
]


def imported(path: Path) -> set[str]:
    """The modules that importing this one imports: those named in its functions wait until they are called."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return found


def reached(path: Path, root: Path) -> set[str]:
    """Every module reached from this one by way of the tests' own."""
    seen: set[str] = set()
    waiting = imported(path)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        own = root / f"{name.replace('.', '/')}.py"
        if name.startswith("tests.") and own.exists():
            waiting |= imported(own) - seen
    return seen


def test_no_module_collected_without_a_browser_needs_one():
    assert len(COLLECTED) > 100
    assert [path for path in COLLECTED if "playwright.sync_api" in reached(path, TESTS.parent)] == []


def test_an_import_by_way_of_another_module_is_found(tmp_path):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/one.py").write_text("from tests.two import Two")
    (tmp_path / "tests/two.py").write_text("from playwright.sync_api import Page")
    assert "playwright.sync_api" in reached(tmp_path / "tests/one.py", tmp_path)
