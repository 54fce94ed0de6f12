"""An office's Markdown as the HTML of an email: bold, headings, lists and links; the service's own links as buttons."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST_LABEL = 60
TAGS = {"a", "br", "em", "h2", "h3", "li", "ol", "p", "strong", "ul"}


def as_markdown(body: str, site_url: str) -> SafeString:
    """Say Markdown whose values were escaped (core.letters.wordings) as clean HTML; the site's links become buttons."""
    import nh3

    parser = _parser()
    own = re.compile(re.escape(site_url) + r"/[^\s<>\"']*(?<![.,;:!?)])")
    tokens = parser.parse(body)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "h2" if token.tag == "h1" else "h3"
        if token.type == "inline":
            token.children = _with_buttons(token.children or [], own)
    html: str = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=TAGS,
        attributes={"a": {"class", "href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return SafeString(html)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    rules = ["list", "heading", "emphasis", "link", "escape", "newline"]
    return MarkdownIt("zero").enable(rules)


def _with_buttons(tokens: list[Token], own: re.Pattern[str]) -> list[Token]:
    lines: list[list[Token]] = [[]]
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            lines.append([])
        else:
            lines[-1].append(token)
    said: list[list[Token]] = []
    for line in lines:
        address = _words(line).strip()
        if not own.fullmatch(address):
            said.append(_linked(line, own))
            continue
        label = _words(said[-1]).strip() if said else ""
        if label.endswith(":") and len(label) <= LONGEST_LABEL:
            said.pop()
            said.append(_link(address, label[:-1], {"class": "button"}))
        else:
            said.append(_link(address, "Open this page", {"class": "button"}))
    return _joined(said)


def _words(line: list[Token]) -> str:
    return "".join(token.content for token in line if token.type == "text")


def _joined(lines: list[list[Token]]) -> list[Token]:
    from markdown_it.token import Token

    joined = list(lines[0])
    for line in lines[1:]:
        joined += [Token("hardbreak", "br", 0), *line]
    return joined


def _linked(line: list[Token], own: re.Pattern[str]) -> list[Token]:
    from markdown_it.token import Token

    linked: list[Token] = []
    depth = 0
    for token in line:
        depth += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "text" or depth:
            linked.append(token)
            continue
        end = 0
        for match in own.finditer(token.content):
            linked += [Token("text", "", 0, content=token.content[end : match.start()]), *_link(match[0], match[0], {})]
            end = match.end()
        linked.append(Token("text", "", 0, content=token.content[end:]))
    return linked


def _link(address: str, label: str, attributes: dict[str, str]) -> list[Token]:
    from markdown_it.token import Token

    opened = Token("link_open", "a", 1, attrs={**attributes, "href": address})
    return [opened, Token("text", "", 0, content=label), Token("link_close", "a", -1)]
