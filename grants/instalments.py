"""How a grant is paid out: equal instalments in advance, which add up to the penny."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from core.money.amounts import from_pence, to_pence
from core.months import add_months


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: its number from 1, the day it is due, and pounds to the penny."""

    number: int
    due_on: date
    amount: Decimal


def schedule(total: Decimal, months: int | Fraction, starts_on: date, every_months: int = 3) -> list[Instalment]:
    """The instalments of a grant, one at the beginning of every `every_months` months (the last may cover fewer).

    They are equal but for a penny, which the earliest carry, and sum to the total exactly. A day that a month does not
    have becomes its last. ValueError, with a sentence, for what cannot be paid out so.
    """
    pence = to_pence(total)
    if pence < 0:
        raise ValueError("The grant cannot be below £0. Enter the amount to pay.")
    if months <= 0:
        raise ValueError("The number of months must be more than 0. Choose an end after the start.")
    if every_months < 1:
        raise ValueError("Instalments must be at least one month apart. Choose 1 month or more.")
    count = ceil(Fraction(months) / every_months)
    share, left_over = divmod(pence, count)
    return [
        Instalment(
            number=place + 1,
            due_on=add_months(starts_on, place * every_months),
            amount=from_pence(share + (place < left_over)),
        )
        for place in range(count)
    ]
