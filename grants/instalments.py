"""How a grant is paid out: equal instalments in advance, and what is held back; all add up to the penny."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from core.money.amounts import from_pence, to_pence
from core.months import add_months


@dataclass(frozen=True, slots=True)
class Instalment:
    """One payment: its number from 1, the day it is due, and pounds to the penny.

    A part that is held back says since when: the day on which the instalment is due that it is a part of.
    """

    number: int
    due_on: date
    amount: Decimal
    held_back_on: date | None = None


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


def hold_back(parts: list[Instalment], fee: Decimal, due_on: date) -> list[Instalment]:
    """The same instalments with the fee's share of the last one as an instalment of its own, due on that day.

    The share is rounded half up to the penny. Without any, or where it would be due before the last instalment is, the
    plan stays as it is.
    """
    *before, last = parts
    total = sum(to_pence(part.amount) for part in parts)
    held = (2 * to_pence(last.amount) * to_pence(fee) + total) // (2 * total) if total else 0
    if not held or due_on < last.due_on:
        return parts
    rest = replace(last, amount=from_pence(to_pence(last.amount) - held))
    return [*before, rest, Instalment(last.number + 1, due_on, from_pence(held), held_back_on=last.due_on)]
