"""The sentences that tests expect on pages, in emails and in refusals: `SAID.key` reads tests/sentences.toml.

A `{}` in a sentence is a value: `SAID.only_so_many_places.format(3)`.
tests/shape/test_sentences.py names the sentences that the source no longer has, or that no test reads.
"""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "tests" / "sentences.toml"
SOURCE = ("core", "applications", "grants", "secondments", "learning", "cii")
INVENTED = ("migrations", "demonstration")
"""Folders whose strings nobody reads as the service's own."""


class _Sentences:
    def __getattr__(self, key: str) -> str:
        try:
            return snapshot()[key]
        except KeyError:
            raise AttributeError(f"No sentence “{key}” in {SNAPSHOT.name}.") from None


@cache
def snapshot() -> dict[str, str]:
    return tomllib.loads(SNAPSHOT.read_text()) if SNAPSHOT.exists() else {}


SAID = _Sentences()


def collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def python_strings(tree: ast.AST) -> list[str]:
    """Every string of a module except docstrings and names of constraints, with `{}` for each value of an f-string."""
    inner, strings = set[ast.AST](), list[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            inner.add(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Constraint"):
            inner.update(keyword.value for keyword in node.keywords if keyword.arg == "name")
        elif isinstance(node, ast.JoinedStr):
            inner.update(node.values)
            parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values]
            strings.append("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
            strings.append(node.value)
    return strings


def template_strings(text: str) -> list[str]:
    """The text between tags of the template language, with `{}` for each value, and the strings in those tags."""
    text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", text, flags=re.DOTALL)
    quoted = [
        string for tag in re.findall(r"{[%{].*?[%}]}", text, re.DOTALL) for string in re.findall(r'"([^"]*)"', tag)
    ]
    return [*re.split(r"{%.*?%}", re.sub(r"{{.*?}}", "{}", text, flags=re.DOTALL), flags=re.DOTALL), *quoted]


@cache
def source_strings() -> tuple[str, ...]:
    """What the source can say, white space collapsed: strings of Python, and of templates and scripts."""
    strings = list[str]()
    for path in sorted(path for app in SOURCE for path in (ROOT / app).rglob("*.py")):
        if not {*path.parts} & {*INVENTED}:
            strings += python_strings(ast.parse(path.read_text()))
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.is_file():
            strings += template_strings(path.read_text())
    strings += [path.read_text() for path in sorted((ROOT / "static" / "cii").rglob("*.js"))]
    return tuple(dict.fromkeys(collapsed(string) for string in strings))
