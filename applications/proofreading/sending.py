"""What the words ask people to send: two lists that differ, and a list that the form does not take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from applications.proofreading.call import Finding, WrittenCall, lines, listed, quoted, sentences

FORM = "application form"  # the page itself
ITEMS = {
    FORM: r"application form|completed form|proposal form|online form|the form",
    "CV": r"CVs?|curriculum vitae|résumés?",
    "supporting statement": r"supporting statements?|statements? (?:of|in) support",
    "covering letter": r"cover(?:ing)?[ -]letters?|letters? of application|motivation letters?",
    "references": r"references?(?! numbers?)|referees?",
    "letter of support": r"letters? of (?:support|recommendation)",
    "accounts": r"(?:annual|audited|latest|recent) accounts",
    "budget": r"budgets?",
    "governing document": r"governing documents?|constitution|articles of association",
    "proof of identity": r"passports?|proof of identity|proof of (?:the )?right to work",
    "equality form": r"equal(?:ity|ities| opportunities)(?: monitoring)? forms?",
    "examples of work": r"(?:examples|samples) of (?:\w+ )?work|work samples?|portfolios?",
}
ITEM = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in ITEMS.items()}
SEND = re.compile(
    r"\b(?:submit(?:s|ted|ting)?|send(?:s|ing)?|sent|attach(?:ing|ed)?|enclos(?:e|ing)|upload(?:s|ed|ing)?|supply"
    r"|provid(?:e|ing)|includ(?:e|ing)|return(?:ing)?|e-?mail|complet(?:e|ing)|accompanied|fill in|hand in|asks? for"
    r"|consists? of)\b",
    re.IGNORECASE,
)
NOT_SENT = re.compile(r"\b(?:not|n['’]t|never|no need|without|instead of|rather than)\b", re.IGNORECASE)
_IN_A_LIST = re.compile(r"(?:[-*+•·]|\d{1,2}[.)])\s")


def lists_of_what_to_send(call: WrittenCall) -> Iterator[Finding]:
    """Find two lists that name different things; where all are alike, one that differs from what the form takes."""
    lists = [
        (where, passage, items)
        for where, text in call.texts.items()
        for passage in passages(text)
        if (items := asked_for(passage)) is not None
    ]
    if not lists:
        return
    where, passage, items = lists[0]
    takes = f"The form takes {listed(named(call.documents))}."
    other = next(((place, words, others) for place, words, others in lists if others != items), None)
    if other is not None:
        place, words, others = other
        yield Finding(
            "lists",
            place,
            f"Two lists of what to send differ: {quoted(passage)} ({where}) names {listed(named(items))}, and "
            f"{quoted(words)} names {listed(named(others))}. {takes}",
        )
    elif items != call.documents:
        yield Finding(
            "form", where, f"{quoted(passage)} names {listed(named(items))} as what to send. {takes} Name just that."
        )


def passages(text: str) -> Iterator[str]:
    lead, items = "", ""
    for line in [*lines(text), ""]:
        if lead and _IN_A_LIST.match(line):
            items += f" {line}"
            continue
        if lead:
            yield f"{lead}{items}"
        parts = list(sentences(line))
        yield from parts[:-1]
        lead, items = (parts[-1], "") if parts else ("", "")


def asked_for(passage: str) -> frozenset[str] | None:
    """Return what a passage asks people to send besides the form itself; None when it is no list of that."""
    if not SEND.search(passage) or NOT_SENT.search(passage):
        return None
    items = frozenset(name for name, words in ITEM.items() if words.search(passage))
    is_list = len(items) > 1 and items != {FORM}
    return items - {FORM} if is_list else None


def named(items: frozenset[str]) -> list[str]:
    plural = {"references", "accounts", "examples of work"}
    return [name if name in plural else f"a {name}" for name in ITEMS if name in items]
