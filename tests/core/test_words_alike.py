"""The page and the server count words alike: for every character there is, and for awkward texts put together of them.

Both rules look at one character after another (does it part words, does it make a piece a word), so characters that
are judged alike one by one make texts that are counted alike; the texts below prove that nothing else plays a part.
"""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from applications.forms.sections import ProseField
from core.text import count_words

COUNTER = """
import { createInterface } from "node:readline";
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => console.log(JSON.stringify(JSON.parse(line).map(countWords))));
"""
AWKWARD = [
    "👩‍👩‍👧‍👦 came 👍🏽 to the 🏳️‍🌈 meeting",  # emoji of several joined by zero-width joiners, skin tones, flags
    "👩‍👩‍👧‍👦 👍🏽 🏳️‍🌈",
    "a three-day week – well-known – state‑of‑the‑art",  # hyphens, dashes, no-break hyphens
    "word—word — word ―",
    "- one\n- two\n* three\n1. four\n• five\n\n\n– six",
    "no\u00a0break\u00a0spaces\u202fof\u2007all\u2060kinds",
    "السلام عليكم ورحمة الله وبركاته، كيف حالك؟",
    "مُحَمَّد ٣ أيام في الأسبوع",  # with vowel signs and Arabic figures
    "東京都 は 日本 の 首都 です。",
    "中文没有空格",
    "e\u0301cole nai\u0308ve \u0301 Ça",  # combining marks, one of them alone
    "zero\u200bwidth\u200cjoin\u200der \u200b \u200d \ufeff",
    "\u202eright-to-left\u202c override \u2066isolate\u2069",
    "don't “quote” £1,000 50% a/b @name #tag e.g. i.e. &",
    "½ ² Ⅳ ① ⁴ ₂ 🅰 🄰",
    "tab\there\vthere\fform\u0085next\u2028line\u2029paragraph",
    "हिन्दी में लिखना",
    "ไทยไม่มีช่องว่าง",
    "𝕸𝖆𝖙𝖍 𝟙𝟚 🜚 𐍈",
    "a\u00adb soft\u00adhyphen \u00ad",
    "a" * 31 + " " + "🙂" * 61,
    "𠮷野家で働く人々𠮷 " * 9,
    "",
    " \n\r\n\t ",
]


class Page:
    """static/cii/words.js, running in Node."""

    def __init__(self, folder: Path) -> None:
        script = folder / "count.mjs"
        source = (settings.BASE_DIR / "static" / "cii" / "words.js").read_text(encoding="utf-8")
        script.write_text(source + COUNTER, encoding="utf-8")
        self.running = subprocess.Popen(
            ["node", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def count(self, texts: list[str]) -> list[int]:
        """Count the words of each text as the page does."""
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        self.running.stdin.write(json.dumps(texts) + "\n")
        self.running.stdin.flush()
        counts: list[int] = json.loads(self.running.stdout.readline())
        return counts

    def close(self) -> None:
        """End it."""
        self.running.communicate(timeout=20)


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    running = Page(tmp_path_factory.mktemp("words"))
    yield running
    running.close()


@pytest.mark.parametrize("text", AWKWARD)
def test_an_awkward_text_has_as_many_words_in_the_page_as_on_the_server(counter, text):
    assert counter.count([text]) == [count_words(text)]


def known() -> list[str]:
    """Every character that this Python knows; half a surrogate pair reaches no server."""
    signs = map(chr, range(sys.maxunicode + 1))
    return [sign for sign in signs if unicodedata.category(sign) not in {"Cn", "Cs"}]


def test_every_character_there_is_parts_words_or_makes_one_on_both_sides_alike(counter):
    signs = known()
    assert len(signs) > 250_000
    for texts in ([f"a{sign}b" for sign in signs], signs):
        counts = counter.count(texts)
        assert [(text, count) for text, count in zip(texts, counts, strict=True) if count != count_words(text)] == []


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cn"])), max_size=20))
def test_made_up_texts_are_counted_alike(counter, texts):
    assert counter.count(texts) == [count_words(text) for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs", "Cn"])).map(lambda text: text.replace("\r", "")))
def test_what_a_button_sends_has_as_many_words_as_what_the_box_holds(counter, text):
    sent = ProseField(required=False).to_python(text.replace("\n", "\r\n"))  # how browsers send the lines of a box
    assert count_words(sent) == counter.count([text])[0]
    assert sent == ProseField(required=False).to_python(text)  # and how their scripts do
