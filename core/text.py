"""Markdown as clean HTML, words counted by the rule that the page counts by, and numbers with their nouns."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# JavaScript's \s, so that both sides count alike; Python's has U+001C to U+001F and U+0085 too, and lacks U+FEFF.
_SPACE = re.compile("[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+")

_LONGEST_WORD, _SPACELESS_WEIGHT = 30, 10
_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)

_INVISIBLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")  # letters and marks by category, and empty

# Signs that are typed for an apostrophe and for a hyphen; signs that are not seen.
TYPED_FOR_ANOTHER = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bb\u02bc\u02b9\u2032\u0060\u00b4\uff07\u055a\ua78c", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
)
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")

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

_EMAIL_TAGS = {"a", "br", "li", "ol", "p", "ul"}
_LONGEST_LABEL = 60


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


def email(body: str, site_url: str) -> SafeString:
    """The plain text of an email as HTML: paragraphs that keep their lines, lists, and links to pages below `site_url`.

    Emails quote what strangers typed, so no other Markdown is obeyed and no other address becomes a link. A line that
    is one link becomes a button; a short line above it that ends in a colon is its label.
    """
    import nh3

    parser = _email_parser()
    link = re.compile(re.escape(site_url) + r"/[^\s<>\"']*(?<![.,;:!?)])")
    tokens = parser.parse(body)
    for token in tokens:
        if token.type == "inline":
            token.children = list(_email_lines(token.content.split("\n"), link))
    html: str = nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_EMAIL_TAGS,
        attributes={"a": {"class", "href"}, "ol": {"start"}},
        url_schemes={"http", "https"},
        link_rel=None,
    )
    return SafeString(html)


def count_words(text: str) -> int:
    """How many words there are; static/cii/words.js counts the same.

    The text is split at JavaScript's white space (tab, line feed, vertical tab, form feed, carriage return, space,
    U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, U+FEFF). A piece is a word if it holds at
    least one letter or number (Unicode categories L and N): "3-day" and "don't" are one word, "–" is none.

    A piece longer than 30 characters counts as a word for each 30 begun, and three characters of the scripts that put
    no spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) count as one: else an answer of any length
    could be a single word.
    """
    return sum(_words_of(piece) for piece in _SPACE.split(text))


def _words_of(piece: str) -> int:
    length = sum(unicodedata.category(sign) != "Cc" for sign in piece)
    if length <= _LONGEST_WORD and not any(unicodedata.category(sign)[0] in "LN" for sign in piece):
        return 0
    weight = length + (_SPACELESS_WEIGHT - 1) * len(_SPACELESS.findall(piece))
    return -(-weight // _LONGEST_WORD)


def is_visible(text: str) -> bool:
    """Tell whether the text has anything that people see: not only white space, controls and zero-width signs."""
    return any(unicodedata.category(sign)[0] not in "CZ" and sign not in _INVISIBLE for sign in text)


def alike(text: str) -> str:
    """The text as people see it: without case, and with one kind of apostrophe, hyphen, space and accented letter.

    "Siobhán O’Neil‑Vaughan" is "siobhán o'neil-vaughan", with the é as one character however it was typed.
    """
    plain = unicodedata.normalize("NFKC", text.translate(TYPED_FOR_ANOTHER)).casefold()
    return unicodedata.normalize("NFC", " ".join(UNSEEN.sub("", plain).split()))


def plural(number: int, noun: str, many: str = "") -> str:
    """A number with its noun: "1 visit", "3 visits"; `many` is a plural that does not end in s."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _email_parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero").enable("list")


def _email_lines(lines: list[str], link: re.Pattern[str]) -> Iterator[Token]:
    from markdown_it.token import Token

    label, is_first = "", True
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if link.fullmatch(following) and line.endswith(":") and len(line) <= _LONGEST_LABEL:
            label = line[:-1]
            continue
        if not is_first:
            yield Token("hardbreak", "br", 0)
        is_first = False
        if link.fullmatch(line):
            yield from _link(line, label or "Open this page", {"class": "button"})
            label = ""
        else:
            yield from _linked(line, link)


def _linked(line: str, link: re.Pattern[str]) -> Iterator[Token]:
    from markdown_it.token import Token

    end = 0
    for match in link.finditer(line):
        yield Token("text", "", 0, content=line[end : match.start()])
        yield from _link(match.group(), match.group(), {})
        end = match.end()
    yield Token("text", "", 0, content=line[end:])


def _link(address: str, label: str, attributes: dict[str, str]) -> Iterator[Token]:
    from markdown_it.token import Token

    yield Token("link_open", "a", 1, attrs={**attributes, "href": address})
    yield Token("text", "", 0, content=label)
    yield Token("link_close", "a", -1)


def _dress(token: Token) -> None:
    if token.type in {"heading_open", "heading_close"}:
        token.tag = f"h{min(int(token.tag[1]) + 1, _DEEPEST)}"
    if token.type == "th_open":
        token.attrSet("scope", "col")
    if token.nesting >= 0 and token.tag in _CLASSES:
        token.attrSet("class", " ".join(sorted(_CLASSES[token.tag])))


def with_article(noun: str) -> str:
    """ "a call for proposals", "an application"; by the first letter, "u" as in "user"."""
    return f"an {noun}" if noun[:1].lower() in set("aeio") else f"a {noun}"
