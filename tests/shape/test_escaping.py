"""Pages escape what people typed: where the source leaves text unescaped is listed here, each with its reason."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("core", "applications", "grants", "secondments", "learning", "cii", "templates")
UNESCAPED = re.compile(
    r"\|\s*(?:safe|safeseq)\b|{%\s*autoescape off|autoescape=False|\bmark_safe\b|\bSafe(?:String|Text)\(|\b__html__\b"
)
LISTED = {
    "core/letters/rendering.py: autoescape=False": "emails are plain text; their HTML part is made by core/text.py",
    "core/letters/formatting.py: SafeString(": "an office's Markdown, cleaned by nh3 with a list of tags",
    "core/letters/standard.py: autoescape=False": "emails are plain text; an office's HTML part is cleaned by nh3",
    "core/templatetags/office.py: SafeString(": "a cell as Django's own list escaped it, with one attribute more",
    "core/text.py: SafeString(": "HTML that nh3 has cleaned",
}


def unescaped(folder: Path) -> set[str]:
    paths = [path for name in FOLDERS for path in (folder / name).rglob("*") if path.suffix in {".py", ".html", ".txt"}]
    return {
        f"{path.relative_to(folder)}: {match[0]}" for path in paths for match in UNESCAPED.finditer(path.read_text())
    }


def test_text_is_left_unescaped_only_where_this_list_says_why():
    assert unescaped(ROOT) == set(LISTED)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("templates/a.html", "{{ field.help_text|safe }}"),
        ("templates/a.html", "{{ words | safe }}"),
        ("templates/a.html", "{% autoescape off %}"),
        ("core/a.py", "mark_safe(words)"),
        ("grants/a.py", "SafeString(words)"),
    ],
)
def test_what_the_search_finds(tmp_path, name, text):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    assert len(unescaped(tmp_path)) == 1
