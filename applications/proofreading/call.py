"""A call as plain values, what is found in it, and its words cut into sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SHORTEST_BROKEN_LINE = 60  # letters
WHAT_THE_FORM_TAKES = frozenset({"CV", "supporting statement"})

_OWN_LINE = re.compile(r"\s*(?:[-*+•·]\s|\d{1,2}[.)]\s|#{1,6}\s|\||>)")
_HEADING = re.compile(r"\s*#{1,6}\s")
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[A-Z“\"‘(\d*_])")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit: the kind of thing, where it stands, and a sentence with the way out."""

    key: str
    where: str
    sentence: str


def no_holidays(_day: date) -> str | None:
    return None


@dataclass(frozen=True)
class WrittenCall:
    """A call before it is published. Instants are as local clocks show them.

    `texts` are its words by the name of the place; `other_names` what must not be left over, with what it is the name
    of; `known_titles` are people's titles that may be named; `subject` is its title, goal and strands, in which words
    are at home.
    """

    texts: Mapping[str, str]
    opens: datetime | None = None
    closes: datetime | None = None
    visits_from: date | None = None
    visits_to: date | None = None
    decision_week: date | None = None
    start_month: date | None = None
    job_titles: tuple[str, ...] = ()
    known_titles: tuple[str, ...] = ()
    subject: str = ""
    other_names: Mapping[str, str] = field(default_factory=dict)
    documents: frozenset[str] = WHAT_THE_FORM_TAKES
    holiday_on: Callable[[date], str | None] = no_holidays

    def sentences(self) -> Iterator[tuple[str, str]]:
        for where, text in self.texts.items():
            for sentence in sentences(text):
                yield where, sentence


def lines(text: str) -> Iterator[str]:
    """Yield paragraphs, and each item of a list, row of a table and heading by itself; soft line breaks are spaces."""
    block = ""
    for line in [*text.replace("\u00a0", " ").splitlines(), ""]:
        if block and not _goes_on(block, line):
            yield block
            block = ""
        block = " ".join(f"{block} {line}".split())


def _goes_on(block: str, line: str) -> bool:
    """Tell whether a line goes on with what stands before it: small letters do, or a line that was broken for width."""
    if not line.strip() or line.isupper() or _OWN_LINE.match(line) or _HEADING.match(block):
        return False
    was_broken = len(block) >= SHORTEST_BROKEN_LINE and block[-1] not in ".!?:;"
    return was_broken or line.strip()[0].islower()


def sentences(text: str) -> Iterator[str]:
    for line in lines(text):
        yield from _SENTENCE_END.split(line)


def quoted(words: str, most: int = 80) -> str:
    """Return words between quotation marks, cut after a word where they are long."""
    words = " ".join(words.split()).lstrip("-*+•·#>| ").strip()
    if len(words) <= most:
        return f"“{words}”"
    return f"“{words[:most].rsplit(' ', 1)[0]}…”"


def listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
