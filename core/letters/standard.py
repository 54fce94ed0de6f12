"""The standard text of each email as an office sees it: words with fields, read from our own template.

The template is the only thing that is ever evaluated. Each variable in it is a field; each condition or loop is a field
too (`passage_1`, …), whose value is what our template makes of the case. An office's text names fields and no more.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.base import Node, TextNode, VariableNode
from django.template.defaulttags import IfNode, LoadNode
from django.template.loader import get_template

from core.letters.kinds import page_kinds, page_texts

BLANK_LINES = re.compile(r"\n{3,}")
SUBJECT_LENGTH = 250
LINKS = frozenset({"link", "code", "privacy"})  # what an email must carry, wherever its text puts it
SITE = "site_url"
PASSAGE = "passage_"


@dataclass(frozen=True)
class Wording:
    """A letter as plain text."""

    subject: str
    body: str


@dataclass(frozen=True)
class Field:
    """Something of the case that a text names in braces; an email must carry those that are `required`."""

    name: str
    description: str
    example: str
    nodes: tuple[Node, ...]
    is_required: bool = False

    @property
    def is_link(self) -> bool:
        return self.is_required and not self.is_passage and self.name != "code"

    @property
    def is_passage(self) -> bool:
        return self.name.startswith(PASSAGE)

    def value(self, context: Context) -> str:
        return "".join(str(node.render_annotated(context)) for node in self.nodes)


class PageField(Field):
    """A field of a page or an agreement: its value is the programme's or the grant's, wherever the text has it."""

    @property
    def is_link(self) -> bool:
        return False


@dataclass(frozen=True)
class Standard:
    """The standard text of an email, a page or a part of an agreement: words and fields, by its name "<app>.<name>"."""

    template: str
    subject: str
    body: str
    fields: dict[str, Field]

    @property
    def app(self) -> str:
        return self.template.partition(".")[0]

    @property
    def is_page(self) -> bool:
        """Whether it is read on a page or in the agreement: it has no subject."""
        return self.template in page_kinds()

    def values(self, context: Mapping[str, Any]) -> dict[str, str]:
        """Say each field for a case; the text is plain, so nothing is escaped in it."""
        known = Context(dict(context), autoescape=False)
        with known.bind_template(_compiled(self.template)):
            return {name: field.value(known) for name, field in self.fields.items()}

    def examples(self) -> dict[str, str]:
        """What each field says in a preview for no case; links lead into this service."""
        host = "https://www.example.org"
        return {name: field.example.replace(host, settings.SITE_URL) for name, field in self.fields.items()}


def tidy(text: str) -> Wording:
    """Make subject and body of a letter's text, of which the first line is the subject."""
    first, _, rest = text.strip().partition("\n")
    body = BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in rest.strip().splitlines()))
    return Wording(" ".join(first.split())[:SUBJECT_LENGTH], body + "\n" if body else "")


@cache
def described() -> dict[str, Any]:
    """Read what templates/emails/fields.toml says of the fields, and of which emails an office words itself."""
    path = Path(settings.BASE_DIR) / "templates" / "emails" / "fields.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def is_worded(template: str) -> bool:
    """Whether an office may word it: emails of sign-in, security and the installation are the same for everyone."""
    return template.partition(".")[0] in described()["groups"] or template in page_kinds()


@cache
def catalogue() -> dict[str, list[str]]:
    """Name every email by its app, those that an office words before those that it does not."""
    templates = Path(settings.BASE_DIR) / "templates"
    apps = [*described()["groups"], *described()["closed"]]
    return {app: sorted(f"{app}.{path.stem}" for path in (templates / app / "letters").glob("*.txt")) for app in apps}


@cache
def standard(template: str) -> Standard:
    """Read the standard text of an email; raises TemplateDoesNotExist for a name that there is none of."""
    if template in page_kinds():
        return _standard_page(template)
    fields: dict[str, Field] = {}
    text = ""
    for part in _parts(_compiled(template).nodelist):
        if isinstance(part, str):
            text += part
            continue
        field = _field(part, fields)
        fields[field.name] = field
        text += f"{{{field.name}}}"
    words = tidy(text)
    return Standard(template, words.subject, words.body, fields)


def _standard_page(name: str) -> Standard:
    facts, known = page_texts()["texts"][name], page_texts()["fields"]
    keeps = facts.get("keeps", [])
    fields: dict[str, Field] = {}
    for field in facts["fields"]:
        description, example = known[field]
        fields[field] = PageField(field, description, example, nodes=(), is_required=field in keeps)
    return Standard(name, "", facts["body"].strip() + "\n", fields)


def _compiled(template: str) -> Any:
    app, _, name = template.partition(".")
    return get_template(f"{app}/letters/{name}.txt").template  # type: ignore[attr-defined]


def _parts(nodes: Any) -> Iterator[str | tuple[Node, ...]]:
    """Yield words, and the nodes of each field: an address after the site's own is one link."""
    skipped = False
    for node, following in pairwise([*nodes, None]):
        if skipped or isinstance(node, LoadNode):
            skipped = False
        elif isinstance(node, TextNode):
            yield node.s
        elif _token(node) == SITE and following is not None and not isinstance(following, TextNode):
            skipped = True
            yield node, following
        else:
            yield (node,)


def _token(node: Node) -> str:
    return node.filter_expression.token if isinstance(node, VariableNode) else ""


def _field(nodes: tuple[Node, ...], before: Mapping[str, Field]) -> Field:
    first, known = nodes[0], described()["fields"]
    if len(nodes) > 1:
        name, description, example = known["link"]
    elif isinstance(first, VariableNode):
        name, description, example = known[first.filter_expression.token]
    elif (tag := first.token.contents) in described()["tags"]:  # type: ignore[union-attr]
        name, description, example = described()["tags"][tag]
    else:
        return _passage(nodes, sum(field.is_passage for field in before.values()) + 1)
    if name in before and [str(node) for node in before[name].nodes] != [str(node) for node in nodes]:
        name = next(f"{name}_{number}" for number in range(2, 99) if f"{name}_{number}" not in before)
    return Field(name, description, example, nodes, is_required=name.rstrip("_0123456789") in LINKS)


def _passage(nodes: tuple[Node, ...], number: int) -> Field:
    [node] = nodes
    variables = {one.filter_expression.token for one in node.get_nodes_by_type(VariableNode)}  # type: ignore[attr-defined]
    choices = [_said(branch) for branch in _branches(node)]
    written = " / ".join(f"“{choice}”" for choice in choices if choice)
    always = isinstance(node, IfNode) and node.conditions_nodelists[-1][0] is None
    lead = "One of these, by the case" if always else "Where the case has it"
    example = re.sub(r"\s+$", "", _example(_branches(node)[0]))
    required = bool(variables & LINKS) or SITE in variables
    return Field(f"{PASSAGE}{number}", f"{lead}: {written}", example, nodes, is_required=required)


def _branches(node: Any) -> list[Any]:
    if isinstance(node, IfNode):
        return [nodelist for _condition, nodelist in node.conditions_nodelists]
    return [node.nodelist_loop]


def _said(nodes: Any) -> str:
    """The words of a branch, with "…" for what the case fills in."""
    return " ".join("".join(node.s if isinstance(node, TextNode) else "…" for node in nodes).split())


def _example(nodes: Any) -> str:
    known = described()["fields"]
    said = ""
    for node in nodes:
        if isinstance(node, TextNode):
            said += node.s
        elif isinstance(node, VariableNode):
            said += known.get(node.filter_expression.token, ["", "", "…"])[2]
        elif (token := getattr(node, "token", None)) and token.contents in described()["tags"]:
            said += described()["tags"][token.contents][2]
    return said
