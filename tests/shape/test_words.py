"""One word for one thing: words that pages, emails and refusals no longer use, and what to write instead."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import sentences

INSTEAD = {
    r"e-mail": "email",
    r"letters?": "email",
    r"hand(s|ed|ing)? in": "submit",
    r"put(s|ting)? (\w+ )?right": "fix, change or correct",
    r"anew": "again",
    r"nobody": "no one, or a sentence about what is missing",
    r"somebody": "someone",
    r"everybody": "everyone",
    r"anybody": "anyone",
    r"(is|are|was|been|be) told": "we email",
    r"on (its|their) way": "we are emailing",
    r"telephones?": "phone",
    r"(is|are|was) here": "uploaded or saved",
    r"stands? (here|now|as|from|beside)": "is shown, or cannot be changed",
    r"stood on": "as of",
    r"(go|goes|carry|carries) on": "continue",
    r"takes? the place of": "replaces",
    r"still to come": "in the future",
    r"type (it|the|your|in)": "enter",
    r"need not|need do": "do not need to",
    r"Dear": "Hello",
    r"at once, (and|but|from)": "now",
    r"a moment ago": "just",
}
BANNED = {re.compile(rf"\b({old})\b", re.IGNORECASE): new for old, new in INSTEAD.items()}

NOT_FOR_PEOPLE = (
    "management/",
    "migrations/",
    "demonstration/",
    "core/letters/delivery.py",
    "core/letters/reminders.py",
    "core/letters/rendering.py",
    "core/events.py",
    "cii/checks.py",
    "privacy.py",
)
"""Parts of the paths of modules whose strings are for engineers."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "applications/models/criterion.py": ("call letter label",),  # names of fields
    "applications/proofreading/sending.py": ("letter", "hand in"),  # what a brief may say
}
"""Path: sentences in which one of these words is the right one."""


def words_of(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return [re.sub(r"<[^>]*>", " ", string) for string in sentences.template_strings(text)]
    return [string for string in sentences.python_strings(ast.parse(text)) if " " in string.strip()]


def files() -> Iterator[Path]:
    for folder in (*sentences.SOURCE, "templates"):
        for path in sorted((sentences.ROOT / folder).rglob("*")):
            name = str(path.relative_to(sentences.ROOT))
            is_read = path.suffix in {".py", ".html", ".txt"} and not any(part in name for part in NOT_FOR_PEOPLE)
            if is_read:
                yield path


def faults(path: Path) -> Iterator[str]:
    name = str(path.relative_to(sentences.ROOT))
    for string in map(sentences.collapsed, words_of(path)):
        for old, new in BANNED.items():
            match = old.search(string)
            if match and not any(allowed in string for allowed in ALLOWED.get(name, ())):
                around = string[max(0, match.start() - 30) : match.end() + 30]
                yield f"{name}: “{match[0]}” in “…{around}…”: write {new}"


def test_words_that_people_do_not_use_are_not_used():
    found = [fault for path in files() for fault in faults(path)]
    assert not found, "\n".join(found)


def test_no_sentence_is_one_citys():
    """Another city runs its own programme: London's names and its word for cover are rows, not sentences."""
    citys = re.compile(r"\b(Londons?|Londoners?|City Hall|GLA|CII|Grade 7|[Bb]ackfill)\b")
    found = [
        f"{path.relative_to(sentences.ROOT)}: {match[0]} in “{string[:80]}”"
        for path in files()
        for string in map(sentences.collapsed, words_of(path))
        if (match := citys.search(string)) and " backfill management_fee " not in string  # the name of a column
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("page.html", "<p>You are told by e-mail.</p>", 2),
        ("page.html", '{% include "notice.html" with text="Put it right" %}{# nobody #}', 1),
        ("page.html", "<p>{{ criterion.letter }} We email you.</p>", 0),
        ("rules.py", '"""Nobody."""\nrefuse("Type it; it is handed in.")  # a letter\n', 2),
        ("letter.txt", "Dear {{ name }}", 1),
    ],
)
def test_what_is_found(tmp_path, monkeypatch, name, text, count):
    monkeypatch.setattr(sentences, "ROOT", tmp_path)
    page = tmp_path / name
    page.write_text(text)
    assert len([*faults(page)]) == count
