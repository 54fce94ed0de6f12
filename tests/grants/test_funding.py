"""What contributions can pay for: as brute force finds it, and in words where it is not enough."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grants.funding import Award, Purpose, Source, most_restricted_first, propose

GOALS, STRANDS, KINDS = (None, 1, 2), (None, 1, 2), ("", "secondments", "learning")
sources = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(GOALS), st.sampled_from(STRANDS), st.sampled_from(KINDS)), max_size=3
).map(lambda rows: [Source(key, f"C{key}", *row) for key, row in enumerate(rows, start=1)])
awards = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(GOALS), st.sets(st.sampled_from([1, 2])), st.sampled_from(KINDS[1:])),
    max_size=2,
).map(
    lambda rows: [
        Award(key, f"A{key}", pence, Purpose(goal, frozenset(strands), kind))
        for key, (pence, goal, strands, kind) in enumerate(rows, start=11)
    ]
)


def ways_to_pay(of, given):
    """Every way in whole pence."""
    pairs = [(one, award) for one in of for award in given if one.may_pay(award.purpose)]
    for amounts in product(*(range(min(one.pence, award.pence) + 1) for one, award in pairs)):
        taken, paid = dict.fromkeys((one.key for one in of), 0), dict.fromkeys((award.key for award in given), 0)
        for (one, award), pence in zip(pairs, amounts, strict=True):
            taken[one.key] += pence
            paid[award.key] += pence
        if all(taken[one.key] <= one.pence for one in of) and all(paid[award.key] <= award.pence for award in given):
            yield taken


def best(of, given):
    """What each contribution gives where the most is paid: of those ways, the most restricted give the most."""
    order = most_restricted_first(of)
    return max(ways_to_pay(of, given), key=lambda taken: (sum(taken.values()), [taken[one.key] for one in order]))


@given(sources, awards)
def test_as_much_is_paid_as_any_way_pays_and_the_most_restricted_give_first(of, given):
    proposal, expected = propose(of, given), best(of, given)
    taken = {one.key: sum(pence for (key, _), pence in proposal.parts.items() if key == one.key) for one in of}
    assert taken == expected
    assert proposal.short == sum(award.pence for award in given) - sum(expected.values())


@given(sources, awards)
def test_restricted_money_pays_only_for_its_purpose_and_nothing_is_paid_twice(of, given):
    proposal = propose(of, given)
    purposes, by_key = {award.key: award.purpose for award in given}, {one.key: one for one in of}
    assert all(by_key[one].may_pay(purposes[award]) and pence > 0 for (one, award), pence in proposal.parts.items())
    assert all(sum(proposal.of(award.key).values()) <= award.pence for award in given)


@given(sources, awards)
def test_more_money_helps_in_a_binding_contribution_and_in_no_other(of, given):
    proposal = propose(of, given)
    for one in of:
        more = [Source(o.key, o.name, o.pence + (o is one), o.goal, o.strand, o.kind) for o in of]
        assert (propose(more, given).short < proposal.short) == (one in proposal.binding)


def test_what_only_one_contribution_can_pay_is_left_to_it():
    of = [Source(1, "Pears", 100, goal=1), Source(2, "City Bridge", 100, strand=1)]
    both, ceremonies = Purpose(1, frozenset({1}), "secondments"), Purpose(1, frozenset(), "secondments")
    proposal = propose(of, [Award(11, "fits both", 100, both), Award(12, "fits Pears", 100, ceremonies)])
    assert proposal.parts == {(2, 11): 100, (1, 12): 100}


SCHOOLS = Award(11, "CII-2019-014", 50_000, Purpose(1, frozenset({1}), "secondments"))
CASES = {
    "nothing fits": (
        [Source(1, "Pears, only for learning", 90_000, kind="learning")],
        (
            "The fund is £500.00 short of paying for CII-2019-014. No contribution may pay for it. "
            "Another £900.00 is free, but only for other purposes."
        ),
    ),
    "too little": (
        [Source(1, "Pears", 20_000), Source(2, "Unbound, only for strand 2", 90_000, strand=2), Source(3, "Hamlyn", 0)],
        (
            "The fund is £300.00 short of paying for CII-2019-014. What may pay for it is used up: “Pears”; “Hamlyn”. "
            "Another £900.00 is free, but only for other purposes."
        ),
    ),
    "no pool": ([], "The fund is £500.00 short of paying for CII-2019-014. No contribution may pay for it."),
}


@pytest.mark.parametrize("case", CASES)
def test_a_refusal_names_what_binds_and_by_how_much(case):
    of, sentence = CASES[case]
    assert propose(of, [SCHOOLS]).refusal("CII-2019-014") == sentence
