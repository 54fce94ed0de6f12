"""Tells when a newly named organisation is likely to be one that is here already."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

STOP_WORDS = frozenset({"the", "ltd", "limited", "charity", "cio", "scio", "cic", "plc", "llp"})
SMALL_WORDS = frozenset({"and", "of", "for", "in", "to", "a", "with"})
SPELLINGS = {
    "center": "centre",
    "theater": "theatre",
    "program": "programme",
    "neighborhood": "neighbourhood",
    "labor": "labour",
    "organization": "organisation",
    "women": "woman",
    "womens": "woman",
}
# Anybody has an address at these; and nobody at the domains that are kept for examples (RFC 2606).
FREE_MAIL = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "hotmail.com",
            "hotmail.co.uk",
            "live.com",
            "live.co.uk",
            "msn.com",
        ),
        *(
            "yahoo.com",
            "yahoo.co.uk",
            "icloud.com",
            "me.com",
            "aol.com",
            "protonmail.com",
            "proton.me",
            "btinternet.com",
        ),
        *("sky.com", "talktalk.net", "virginmedia.com", "example.org", "example.com", "example.net"),
    }
)
ALIKE, ALIKE_WORD = 0.92, 0.8  # the share of letters in the same order, in the whole name and in each word
SHORTEST_ALIKE = 10  # letters: a letter makes another name of a shorter one
FEWEST_INITIALS = 3
NUMBERS = ("charity_number", "company_number", "society_number")


class Body(Protocol):
    """What is compared: names (aliases one on each line) and register numbers, as an organisation has them."""

    name: str
    aliases: str
    charity_number: str
    company_number: str


Other = TypeVar("Other", bound=Body)


def bare(name: str) -> str:
    """Return a name without case, accents, punctuation and the words that people leave out ("The … Ltd")."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and ").replace("'", "").replace("’", ""))
    words = re.findall(r"\w+", "".join(mark for mark in plain if not unicodedata.combining(mark)))
    return " ".join([word for word in words if word not in STOP_WORDS] or words)


def mailbox(email: str) -> str:
    """Return an address as most mail services read it: without case, dots and what follows a plus in its first part."""
    local, _, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"


def names(body: Body) -> Iterator[str]:
    for name in [body.name, *body.aliases.splitlines()]:
        if known := bare(name):
            yield known


def number(register: str) -> str:
    """Return a register number without blanks, case and leading zeros: they are often dropped."""
    return register.strip().upper().lstrip("0")


def is_alike(one: str, other: str) -> bool:
    """Tell whether two bare names are likely one but for spelling, a plural, or initials for the words.

    Names that begin with another letter, have other figures, or differ much in one word are others ("Brent", "Barnet").
    """
    first, second = sorted((respelled(one), respelled(other)))
    if first == second or first in initials(second) or second in initials(first):
        return True
    if min(len(first), len(second)) < SHORTEST_ALIKE or first[0] != second[0] or figures(first) != figures(second):
        return False
    pairs = list(zip(first.split(), second.split(), strict=False))
    return likeness(first, second) >= ALIKE and all(likeness(*pair) >= ALIKE_WORD for pair in pairs)


def likeness(first: str, second: str) -> float:
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def respelled(name: str) -> str:
    words = [re.sub(r"(?<=[^\W\d_]{3})(?<!s)s$", "", word) for word in name.split()]
    if all(len(word) == 1 for word in words):  # "M.A.C."
        return "".join(words)
    return " ".join(SPELLINGS.get(word, word) for word in words)


def initials(name: str) -> set[str]:
    """ "mac" for "marigold advice centre", with and without its small words; none for fewer than three words."""
    words = name.split()
    long = [word for word in words if word not in SMALL_WORDS]
    return {"".join(word[0] for word in some) for some in (words, long) if len(some) >= FEWEST_INITIALS}


def figures(name: str) -> list[str]:
    return re.findall(r"\d+", name)


def email_domain(address: str) -> str:
    """The domain of an organisation's own addresses; empty for free mail, which anybody has."""
    domain = address.rpartition("@")[2].strip().lower()
    return "" if domain in FREE_MAIL else domain


def likely_double(new: Body, others: Iterable[Other]) -> Other | None:
    """Return the first of the others with a register number or a name of the new one, else one with a name like it."""
    others = list(others)
    for same in (has_same_number, has_same_name, has_name_alike):
        if (double := next((other for other in others if same(new, other)), None)) is not None:
            return double
    return None


def has_same_number(one: Body, other: Body) -> bool:
    pairs = ((number(getattr(one, name, "")), number(getattr(other, name, ""))) for name in NUMBERS)
    return any(first and first == second for first, second in pairs)


def has_same_name(one: Body, other: Body) -> bool:
    return not frozenset(names(one)).isdisjoint(names(other))


def has_name_alike(one: Body, other: Body) -> bool:
    """Names that are only alike are of two bodies where both have a number in a register, and another one."""
    pairs = ((number(getattr(one, name, "")), number(getattr(other, name, ""))) for name in NUMBERS)
    if any(first and second and first != second for first, second in pairs):
        return False
    return any(is_alike(first, second) for first in names(one) for second in names(other))
