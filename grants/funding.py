"""Which contributions can pay for which awards: the greatest flow in whole pence. No Django here.

Of all ways that pay as much as can be paid, the one is proposed that uses the most restricted contributions first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.money.amounts import format_pounds, from_pence

ZERO = Decimal("0.00")
Parts = dict[tuple[int, int], int]  # pence, by (key of the source, key of the award)


@dataclass(frozen=True, slots=True)
class Position:
    """What was pledged, received, committed and paid by a date, in pounds."""

    pledged: Decimal = ZERO
    received: Decimal = ZERO
    committed: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        return self.received - self.committed

    @property
    def unpaid(self) -> Decimal:
        return self.committed - self.paid

    def __add__(self, other: Position) -> Position:
        return Position(
            self.pledged + other.pledged,
            self.received + other.received,
            self.committed + other.committed,
            self.paid + other.paid,
        )


@dataclass(frozen=True, slots=True)
class Purpose:
    """What an award is for: a goal, strands and a kind of spending."""

    goal: int | None = None
    strands: frozenset[int] = frozenset()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Free money of one contribution, and what it may pay for; None and "" restrict nothing."""

    key: int
    name: str
    pence: int
    goal: int | None = None
    strand: int | None = None
    kind: str = ""

    @property
    def restrictions(self) -> int:
        return (self.goal is not None) + (self.strand is not None) + bool(self.kind)

    def may_pay(self, purpose: Purpose) -> bool:
        return (
            self.goal in {None, purpose.goal}
            and (self.strand is None or self.strand in purpose.strands)
            and self.kind in {"", purpose.kind}
        )


@dataclass(frozen=True, slots=True)
class Award:
    key: int
    name: str
    pence: int
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Proposal:
    """What pays for what. `short` pence are missing; more money in a `binding` source would make them fewer."""

    parts: Parts
    short: int
    binding: tuple[Source, ...]
    unfit: int  # pence that are free, in sources that may not pay for what is short

    def of(self, award: int) -> dict[int, int]:
        """The pence that each source pays for an award."""
        return {source: pence for (source, other), pence in self.parts.items() if other == award}

    def refusal(self, what: str) -> str:
        """Say by how much the fund is short of paying for `what`, and which contributions bind."""
        short, unfit = (format_pounds(from_pence(pence)) for pence in (self.short, self.unfit))
        names = "; ".join(f"“{source.name}”" for source in self.binding)
        used = f"What may pay for it is used up: {names}." if names else "No contribution may pay for it."
        rest = f" Another {unfit} is free, but only for other purposes." if self.unfit else ""
        return f"The fund is {short} short of paying for {what}. {used}{rest}"


def most_restricted_first(sources: Sequence[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: (-source.restrictions, source.key))


def propose(sources: Sequence[Source], awards: Sequence[Award]) -> Proposal:
    """Propose what each source pays for each award.

    Sources are added one by one, the most restricted first, and each is used as far as the awards allow: a later one
    reroutes what an earlier one pays for and never takes less of it. (Augmenting along shortest paths.)
    """
    network = _Network(most_restricted_first(sources), sorted(awards, key=lambda award: award.key))
    for source in network.sources:
        while path := network.path(source.key):
            network.augment(path)
    binding = tuple(source for source in network.sources if network.path(source.key, spare=False))
    unfit = sum(network.left[source.key] for source in network.sources if source not in binding)
    short = sum(network.wanted.values())
    return Proposal(
        {pair: pence for pair, pence in network.flow.items() if pence}, short, binding, unfit if short else 0
    )


class _Network:
    """Sources and awards with what flows between them; a path alternates between keys of sources and of awards."""

    def __init__(self, sources: Sequence[Source], awards: Sequence[Award]) -> None:
        self.sources = sources
        self.left = {source.key: source.pence for source in sources}
        self.wanted = {award.key: award.pence for award in awards}
        self.flow: Parts = {}
        self.pays: Mapping[int, list[int]] = {
            source.key: [award.key for award in awards if source.may_pay(award.purpose)] for source in sources
        }

    def path(self, source: int, *, spare: bool = True) -> list[int]:
        """The shortest way from a source to an award that wants more; empty if none, or no money is spare."""
        if spare and not self.left[source]:
            return []
        ways, queue = {source: [source]}, deque([source])
        reached: set[int] = set()
        while queue:
            here = queue.popleft()
            for award in self.pays[here]:
                if award in reached:
                    continue
                reached.add(award)
                way = [*ways[here], award]
                if self.wanted[award]:
                    return way
                for (other, paid), pence in self.flow.items():
                    if paid == award and pence and other not in ways:
                        ways[other] = [*way, other]
                        queue.append(other)
        return []

    def augment(self, path: list[int]) -> None:
        forward = list(zip(path[::2], path[1::2], strict=True))
        back = list(zip(path[2::2], path[1::2], strict=False))
        pence = min([self.left[path[0]], self.wanted[path[-1]], *(self.flow[pair] for pair in back)])
        for pair in forward:
            self.flow[pair] = self.flow.get(pair, 0) + pence
        for pair in back:
            self.flow[pair] -= pence
        self.left[path[0]] -= pence
        self.wanted[path[-1]] -= pence
