"""Names and contact details taken out of a text. Without Django."""

import re
import unicodedata
from collections.abc import Iterable

LABEL = "the proposed secondee"
NO_EMAIL, NO_PHONE = "(email address hidden)", "(phone number hidden)"
SHORTEST = 2  # letters of a part of a name that is looked for by itself
EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
FEWEST_DIGITS = 9  # of a phone number; two years have eight
PHONE = re.compile(r"(?<![\w/,.])\+?\(?\d[\d()\s.\u2011-]{7,}\d(?!\w)")


def redacted(text: str, names: Iterable[str]) -> str:
    """The text without these names, in whole or in part, without email addresses and without phone numbers."""
    text = EMAIL.sub(NO_EMAIL, unicodedata.normalize("NFC", text))
    text = PHONE.sub(lambda match: NO_PHONE if is_phone(match[0]) else match[0], text)
    pattern = _pattern(names)
    if pattern is None:
        return text
    pieces, end = [], 0
    for match in pattern.finditer(_plain(text)):
        pieces += [text[end : match.start()], LABEL]
        end = match.end()
    return "".join([*pieces, text[end:]])


def found_in(text: str, names: Iterable[str]) -> list[str]:
    """What `redacted` would take out, each once, as it stands in the text."""
    text = unicodedata.normalize("NFC", text)
    hits = [match[0] for match in EMAIL.finditer(text)]
    hits += [match[0] for match in PHONE.finditer(text) if is_phone(match[0])]
    pattern = _pattern(names)
    hits += [text[one.start() : one.end()] for one in pattern.finditer(_plain(text))] if pattern else []
    return list(dict.fromkeys(hits))


def is_phone(text: str) -> bool:
    return sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS


def _plain(text: str) -> str:
    """The text without accents, letter for letter, so that places in it are places in the text."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names in any case; their parts as names are written, since "will" and "may" are words too."""
    whole = {_plain(unicodedata.normalize("NFC", name.strip())) for name in names} - {""}
    parts = {part for name in whole for part in re.split(r"[\s,]+", name) if len(part.strip(".-'")) >= SHORTEST}
    ways = ["(?i:" + r"\s+".join(re.escape(word) for word in name.split()) + ")" for name in whole]
    ways += [re.escape(way) for part in parts for way in {part, part.upper(), part[:1].upper() + part[1:]}]
    if not ways:
        return None
    longest_first = sorted(ways, key=lambda way: (-len(way), way))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
