"""Pounds and pence as exact decimals: rounding, reading and writing. No Django, so that sums can stand on it."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

MOST_PENCE = 2**63 - 1  # what the database's whole number holds

_WRITTEN = re.compile(
    r"(?P<minus>[-−–]?)£?(?P<pounds>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<pence>[0-9]{1,2}))?",
)
_SPACES = re.compile(r"\s+")
_UNITS = re.compile(r"(?:pounds?|gbp)?(?:(?:a|per|each|/)(?:year|annum|yr)|p\.?a\.?)?\.?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?P<minus>[-−–]?)£?(?P<pounds>[0-9]{1,3}(?:\.[0-9]{1,3})?)k", re.IGNORECASE)


def round_pounds(amount: Decimal | Fraction | int) -> Decimal:
    """The amount to the penny, half a penny going up (away from zero): the one rounding rule."""
    exact = Fraction(amount)
    pence = int(abs(exact) * 100 + Fraction(1, 2))
    return from_pence(-pence if exact < 0 else pence)


def to_pence(amount: Decimal | int) -> int:
    """Pounds as whole pence. ValueError for a fraction of a penny, a float, or more than the database can hold."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise ValueError(f"Money is a Decimal of pounds, not {type(amount).__name__}.")  # noqa: TRY004 - one kind of refusal
    pounds = Decimal(amount)
    if not pounds.is_finite():
        raise ValueError(f"{amount} is not an amount of money.")
    pence = Fraction(pounds) * 100
    if pence.denominator != 1:
        raise ValueError(f"£{amount} has a fraction of a penny. Round it to the penny first.")
    if abs(pence) > MOST_PENCE:
        raise ValueError(f"£{amount} is more than can be stored.")
    return int(pence)


def from_pence(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)


def format_pounds(amount: Decimal | int, *, whole: bool = False) -> str:
    """ "£29,700.60"; with `whole`, an amount without pence is "£32,000". Rounds to the penny by the one rule."""
    pounds = round_pounds(amount)
    places = 0 if whole and pounds == pounds.to_integral_value() else 2
    return f"{'-' if pounds < 0 else ''}£{abs(pounds):,.{places}f}"


def parse_pounds(text: str) -> Decimal:
    """Pounds as a person types them: "£32,000", "32,000.50", "32 000", "32k", "GBP 32,000 pa". ValueError else."""
    bare = _UNITS.sub("", _SPACES.sub("", text).upper().removeprefix("GBP"), count=1)
    if written := _THOUSANDS.fullmatch(bare):
        amount = Decimal(written["pounds"]) * 1000
    elif written := _WRITTEN.fullmatch(bare):
        amount = Decimal(f"{written['pounds'].replace(',', '')}.{written['pence'] or '00'}")
    else:
        raise ValueError(f"“{text}” is not an amount in pounds.")
    pence = to_pence(amount)
    return from_pence(-pence if written["minus"] else pence)
