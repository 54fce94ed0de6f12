"""Small counts: nothing below five follows from what is shown."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.small_numbers import FEWEST, shown, total

COUNTS = st.lists(st.integers(0, 40), max_size=7)


def words(counts):
    return [cell.words for cell in shown(counts)]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([], []),
        ([12, 5], ["12", "5"]),
        ([3, 12, 7, 30], ["fewer than 5", "12", "not shown", "30"]),
        ([3, 2, 30, 8], ["fewer than 5", "fewer than 5", "30", "not shown"]),
        ([0, 5, 20, 18], ["fewer than 5", "not shown", "20", "not shown"]),
        ([4, 5, 5, 20], ["fewer than 5", "not shown", "not shown", "20"]),
        ([0, 9], ["fewer than 5", "not shown"]),
        ([1, 2], ["fewer than 5", "fewer than 5"]),
    ],
)
def test_what_is_shown_of_a_table(counts, said):
    assert words(counts) == said


def test_a_negative_count_is_a_mistake():
    with pytest.raises(ValueError, match="not negative"):
        shown([3, -1])


@given(COUNTS)
def test_a_shown_count_is_true_and_five_or_more_and_a_total_stands_only_beside_all_counts(counts):
    cells = shown(counts)
    assert [cell.is_small for cell in cells] == [count < FEWEST for count in counts]
    for count, cell in zip(counts, cells, strict=True):
        assert cell.count is None or (cell.count == count and count >= FEWEST)
    assert total(cells) == (sum(counts) if all(count >= FEWEST for count in counts) else None)


@given(COUNTS)
def test_only_the_smallest_of_the_others_are_left_out_and_only_to_protect(counts):
    cells = shown(counts)
    left_out = [count for count, cell in zip(counts, cells, strict=True) if cell.count is None and not cell.is_small]
    kept = [cell.count for cell in cells if cell.count is not None]
    assert not left_out or min(counts) < FEWEST
    assert not left_out or not kept or max(left_out) <= min(kept)


def fits(cells, known):
    """Every way to fill in the small ones that fits the words and a total known from elsewhere."""
    kept = [cell.count for cell in cells if cell.count is not None]
    hidden = [cell for cell in cells if cell.count is None]
    missing = known - sum(kept)
    highest = min(kept, default=missing)
    ranges = [range(FEWEST) if cell.is_small else range(FEWEST, highest + 1) for cell in hidden]
    small = [place for place, cell in enumerate(hidden) if cell.is_small]
    return [[one[place] for place in small] for one in product(*ranges) if sum(one) == missing]


@given(st.lists(st.integers(0, 12), max_size=5))
def test_a_small_count_may_be_anything_for_somebody_who_knows_how_many_answered(counts):
    cells = shown(counts)
    if not any(cell.count is not None for cell in cells):
        return  # no figure is shown at all
    for values in zip(*fits(cells, sum(counts)), strict=True):
        assert set(values) == set(range(FEWEST))


@pytest.mark.parametrize("answers", [1, 2, 3, 4])
def test_no_small_count_follows_for_somebody_who_knows_how_this_works_and_how_many_answered(answers):
    """All tables with counts up to 10, by what is shown of them: behind each, every small count may be several."""
    behind = defaultdict(list)
    for counts in product(range(11), repeat=answers):
        behind[tuple(words(counts)), sum(counts)].append(counts)
    for (said, _), tables in behind.items():
        if any(word.isdecimal() for word in said):
            for place, word in enumerate(said):
                assert not word.startswith("fewer") or len({counts[place] for counts in tables}) > 1, (said, tables)
