"""Laws of dealing out, on made-up cases: never a conflict, nobody left out who could be placed, as even as can be."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.dealing import deal

people = st.lists(st.sampled_from("ABCDEF"), unique=True, max_size=6)


@st.composite
def tables(draw):
    chosen = draw(people)
    cases = list(range(draw(st.integers(0, 12))))
    pairs = [(case, person) for case in cases for person in chosen]
    barred = set(draw(st.lists(st.sampled_from(pairs), unique=True))) if pairs else set()
    load = {person: draw(st.integers(0, 5)) for person in chosen}
    return cases, chosen, barred, load


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_dealing_never_breaks_a_conflict_and_places_whatever_can_be(table):
    cases, chosen, barred, load = table
    dealt = deal(cases, chosen, barred=barred, load=load)
    assert not barred & set(dealt.items())
    possible = {case for case in cases if any((case, person) not in barred for person in chosen)}
    assert set(dealt) == possible


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_nobody_has_two_more_than_somebody_who_could_take_over(table):
    cases, chosen, barred, load = table
    dealt = deal(cases, chosen, barred=barred, load=load)
    loads = Counter(dealt.values()) + Counter(load)
    for case, person in dealt.items():
        for other in chosen:
            assert (case, other) in barred or loads[other] >= loads[person] - 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 40), people.filter(bool))
def test_without_conflicts_and_loads_no_two_differ_by_more_than_one(number, chosen):
    loads = Counter(dict.fromkeys(chosen, 0))
    loads.update(deal(range(number), chosen).values())
    assert max(loads.values()) - min(loads.values()) <= 1
    assert sum(loads.values()) == number


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_the_same_input_is_dealt_the_same_way(table):
    cases, chosen, barred, load = table
    assert deal(cases, chosen, barred=barred, load=load) == deal(cases, chosen, barred=set(barred), load=load)


def test_a_chain_of_others_is_used():
    """C can take nothing from A but through B."""
    barred = {(1, "C"), (2, "C"), (3, "C"), (4, "A")}
    dealt = deal([1, 2, 3, 4], ["A", "B", "C"], barred=barred)
    assert sorted(Counter(dealt.values()).values()) == [1, 1, 2]
