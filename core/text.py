"""Markdown as clean HTML, words counted by the rule that the page counts by, and numbers with their nouns."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# JavaScript's \s, so that both sides count alike; Python's has U+001C to U+001F and U+0085 too, and lacks U+FEFF.
_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")

_DEEPEST = 6
_CLASSES = {
    "a": {"govuk-link"},
    "blockquote": {"govuk-inset-text"},
    "h2": {"govuk-heading-m"},
    "h3": {"govuk-heading-s"},
    "h4": {"govuk-heading-s"},
    "h5": {"govuk-heading-s"},
    "h6": {"govuk-heading-s"},
    "hr": {"govuk-section-break", "govuk-section-break--m", "govuk-section-break--visible"},
    "ol": {"govuk-list", "govuk-list--number"},
    "p": {"govuk-body"},
    "table": {"govuk-table"},
    "tbody": {"govuk-table__body"},
    "td": {"govuk-table__cell"},
    "th": {"govuk-table__header"},
    "thead": {"govuk-table__head"},
    "tr": {"govuk-table__row"},
    "ul": {"govuk-list", "govuk-list--bullet"},
}
_TAGS = {*_CLASSES, "br", "code", "em", "li", "pre", "strong"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


def markdown(text: str) -> SafeString:
    """CommonMark and tables as HTML that is safe on a page: HTML in the text is shown, not obeyed.

    A page has one first heading of its own, so `#` becomes a second, `##` a third, and so on. No images: they would be
    fetched from elsewhere.
    """
    import nh3

    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        _dress(token)
        for child in token.children or []:
            _dress(child)
    html: str = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel="noopener",
    )
    return SafeString(html)


def count_words(text: str) -> int:
    """How many words there are; static/cii/words.js counts the same.

    The text is split at JavaScript's white space (tab, line feed, vertical tab, form feed, carriage return, space,
    U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF). A piece is a word if it holds at
    least one letter or number (Unicode categories L and N): "3-day" and "don't" are one word, "–" is none.
    """
    return sum(any(unicodedata.category(sign)[0] in "LN" for sign in piece) for piece in _SPACE.split(text))


def plural(number: int, noun: str, many: str = "") -> str:
    """A number with its noun: "1 visit", "3 visits"; `many` is a plural that does not end in s."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _dress(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + 1, _DEEPEST)}"
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if token.nesting >= 0 and token.tag in _CLASSES:
        token.attrSet("class", " ".join(sorted(_CLASSES[token.tag])))
