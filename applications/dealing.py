"""Dealing applications out to assessors: as evenly as conflicts allow. Sums without Django."""

from collections import deque
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Case = TypeVar("Case", bound=Hashable)
Person = TypeVar("Person", bound=Hashable)


def deal(
    cases: Sequence[Case],
    people: Sequence[Person],
    *,
    barred: Collection[tuple[Case, Person]] = (),
    load: Mapping[Person, int] | None = None,
) -> dict[Case, Person]:
    """Give each case to one person, none to a barred one; `load` is what each person has already.

    A case whose people are all barred is left out. No other way of dealing is more even: nobody has two more than
    somebody who could take over, directly or through a chain of others. The same input is dealt the same way.
    """
    allowed = {case: [person for person in people if (case, person) not in barred] for case in cases}
    loads = {person: (load or {}).get(person, 0) for person in people}
    place = {person: number for number, person in enumerate(people)}
    dealt: dict[Case, Person] = {}
    for case in sorted(cases, key=lambda one: len(allowed[one])):
        if allowed[case]:
            dealt[case] = min(allowed[case], key=lambda person: (loads[person], place[person]))
            loads[dealt[case]] += 1
    while chain := _improvement(dealt, allowed, loads):
        loads[dealt[chain[0][0]]] -= 1
        loads[chain[-1][1]] += 1
        dealt.update(chain)
    return dealt


def _improvement(
    dealt: Mapping[Case, Person], allowed: Mapping[Case, Sequence[Person]], loads: Mapping[Person, int]
) -> list[tuple[Case, Person]]:
    """Moves that pass one case on from a person to somebody with at least two fewer, in order; none if it is even."""
    for giver in sorted(loads, key=lambda person: -loads[person]):
        came: dict[Person, tuple[Case, Person]] = {}
        seen, waiting = {giver}, deque([giver])
        while waiting:
            person = waiting.popleft()
            for case in (one for one, holder in dealt.items() if holder == person):
                for other in allowed[case]:
                    if other in seen:
                        continue
                    seen.add(other)
                    came[other] = (case, person)
                    if loads[other] <= loads[giver] - 2:
                        return _chain(came, other, giver)
                    waiting.append(other)
    return []


def _chain(came: Mapping[Person, tuple[Case, Person]], last: Person, first: Person) -> list[tuple[Case, Person]]:
    moves = []
    while last != first:
        case, before = came[last]
        moves.append((case, last))
        last = before
    return moves[::-1]
