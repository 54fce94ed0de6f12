"""Tells when a newly named organisation is likely to be one that is here already."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

STOP_WORDS = frozenset({"the", "ltd", "limited", "charity", "cio"})


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


def names(body: Body) -> Iterator[str]:
    """Yield the bare forms of every name a body goes by."""
    for name in [body.name, *body.aliases.splitlines()]:
        if known := bare(name):
            yield known


def number(register: str) -> str:
    """Return a register number without blanks, case and leading zeros: they are often dropped."""
    return register.strip().upper().lstrip("0")


def likely_double(new: Body, others: Iterable[Other]) -> Other | None:
    """Return the first of the others that shares a name, an alias or a register number with the new one, or None."""
    known, charity, company = frozenset(names(new)), number(new.charity_number), number(new.company_number)
    for other in others:
        same_charity = bool(charity) and charity == number(other.charity_number)
        same_company = bool(company) and company == number(other.company_number)
        if same_charity or same_company or not known.isdisjoint(names(other)):
            return other
    return None
