"""Text from people: Markdown as clean HTML, and words counted as the page counts them."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from core.text import count_words, is_visible, markdown, plural


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*you* and **me**", '<p class="govuk-body"><em>you</em> and <strong>me</strong></p>\n'),
        ("# Brief", '<h2 class="govuk-heading-m">Brief</h2>\n'),
        ("## Post", '<h3 class="govuk-heading-s">Post</h3>\n'),
        ("###### Deep", '<h6 class="govuk-heading-s">Deep</h6>\n'),
        (
            "- one\n- two",
            '<ul class="govuk-list govuk-list--bullet">\n<li>one</li>\n<li>two</li>\n</ul>\n',
        ),
        ("3. three", '<ol start="3" class="govuk-list govuk-list--number">\n<li>three</li>\n</ol>\n'),
        (
            "[site](https://example.org)",
            '<p class="govuk-body"><a href="https://example.org" class="govuk-link" rel="noopener">site</a></p>\n',
        ),
        (
            "> said",
            '<blockquote class="govuk-inset-text">\n<p class="govuk-body">said</p>\n</blockquote>\n',
        ),
        ("", ""),
    ],
)
def test_markdown_becomes_the_pages_own_html(text: str, html: str) -> None:
    assert markdown(text) == html
    assert isinstance(markdown(text), SafeString)


def test_a_table_has_headers_for_its_columns_and_no_inline_style() -> None:
    assert markdown("| days | pounds |\n|---|--:|\n| 3 | 9 |") == (
        '<table class="govuk-table">\n<thead class="govuk-table__head">\n<tr class="govuk-table__row">\n'
        '<th scope="col" class="govuk-table__header">days</th>\n'
        '<th scope="col" class="govuk-table__header">pounds</th>\n'
        '</tr>\n</thead>\n<tbody class="govuk-table__body">\n<tr class="govuk-table__row">\n'
        '<td class="govuk-table__cell">3</td>\n<td class="govuk-table__cell">9</td>\n</tr>\n</tbody>\n</table>\n'
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", '<p class="govuk-body">&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'),
        ('<b onclick="x()">b</b>', '<p class="govuk-body">&lt;b onclick="x()"&gt;b&lt;/b&gt;</p>\n'),
        ("[x](javascript:alert(1))", '<p class="govuk-body">[x](javascript:alert(1))</p>\n'),
        (
            "[x](ftp://example.org)",
            '<p class="govuk-body"><a class="govuk-link" rel="noopener">x</a></p>\n',
        ),
        ("![spy](https://example.org/spy.png)", '<p class="govuk-body"></p>\n'),
    ],
)
def test_what_could_act_or_fetch_is_shown_or_left_out(text: str, html: str) -> None:
    assert markdown(text) == html


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("   \n\t ", 0),
        ("one", 1),
        ("  Three days\na week ", 4),
        ("3-day don't e.g. £1,000", 4),
        ("this – and – that", 3),
        ("- a list\n- of two * things", 5),
        ("no\u00a0break narrow\u202fbreak figure\u2007space", 6),
        ("byte\ufefforder", 2),
        ("zero\u200bwidth", 1),
        ("unit\u001fseparator next\u0085line", 2),
        ("café Łódź 東京 ½ Ⅳ", 5),
        ("👍 ✓ …", 0),
        ("a" * 30, 1),
        ("a" * 31, 2),
        ("a" * 300_000, 10_000),
        ("🙂" * 300, 10),
        ("我们帮助移民", 2),
        ("新しい人を助ける", 3),
        ("สวัสดี", 2),
        ("김민지입니다", 1),
    ],
)
def test_words_are_counted_by_one_rule(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize("text", ["", "  \n", "\u200b", "\u2060\ufeff", "\u3164", "\u00ad\u202e"])
def test_what_nobody_sees_is_no_answer(text: str) -> None:
    assert not is_visible(text)
    assert is_visible(f"{text}-")


@given(
    st.lists(st.text("abcŁ9-'", min_size=1, max_size=20).filter(lambda word: word.strip("-'"))),
    st.sampled_from([" ", "\n", "\u00a0 ", "\t– "]),
)
def test_words_put_together_are_as_many_as_there_were(words: list[str], between: str) -> None:
    assert count_words(between.join(words)) == len(words)


@pytest.mark.parametrize(
    ("number", "noun", "many", "words"),
    [
        (0, "visit", "", "0 visits"),
        (1, "visit", "", "1 visit"),
        (2, "visit", "", "2 visits"),
        (1, "expression of interest", "expressions of interest", "1 expression of interest"),
        (3, "expression of interest", "expressions of interest", "3 expressions of interest"),
    ],
)
def test_a_number_stands_with_its_noun(number: int, noun: str, many: str, words: str) -> None:
    assert plural(number, noun, many) == words
