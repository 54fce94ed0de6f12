"""Scores side by side: totals, spread, and where funder and host differ."""

from decimal import Decimal

from applications.scoring import Comparison, Mark, Sheet, mean, spread


def sheet(party, *scores, weights=(1, 1, 1, 1), name="Ada"):
    marks = tuple(Mark(letter, score, weight) for letter, score, weight in zip("abcd", scores, weights, strict=False))
    return Sheet(name, party, marks)


def test_a_total_counts_each_score_as_often_as_its_criterion_weighs():
    weighed = sheet("funder", 4, 3, 2, 1, weights=(2, 1, 1, 1))
    assert (weighed.total, weighed.best) == (14, 20)


def test_a_criterion_without_a_mark_has_no_score():
    assert sheet("host", 4, 3).score_of("c") is None


def test_the_mean_is_said_to_one_decimal_place_half_up():
    assert mean([1, 2, 2, 2]) == Decimal("1.8")
    assert mean([]) is None


def test_the_spread_wants_two():
    assert spread([3]) is None
    assert spread([1, 4, 2]) == 3


def test_the_difference_is_the_funders_side_less_the_hosts():
    compared = Comparison((sheet("funder", 4, 4, 2, 2), sheet("funder", 2, 4, 2, 2), sheet("host", 1, 4, 3, 2)))
    assert compared.mean_total == Decimal("10.7")
    assert compared.spread == 2
    assert compared.difference == Decimal("1.0")
    assert [compared.difference_of(letter) for letter in "abcd"] == [2, 0, -1, 0]
    assert [compared.spread_of(letter) for letter in "abcd"] == [3, 0, 1, 0]
    assert [compared.mean_of(letter) for letter in "abcd"] == [Decimal("2.3"), 4, Decimal("2.3"), 2]


def test_two_points_on_one_criterion_are_apart_and_less_is_not():
    compared = Comparison((sheet("funder", 4, 3, 1, 0), sheet("host", 2, 2, 3, 0)))
    assert [compared.is_apart_on(letter) for letter in "abcd"] == [True, False, True, False]
    assert compared.is_apart


def test_sides_that_agree_are_not_apart():
    assert not Comparison((sheet("funder", 4, 3, 1, 0), sheet("host", 4, 2, 2, 0))).is_apart


def test_one_side_alone_has_no_difference():
    alone = Comparison((sheet("host", 4, 3, 1, 0),))
    assert (alone.difference, alone.difference_of("a"), alone.spread, alone.is_apart) == (None, None, None, False)


def test_nothing_scored_has_no_mean():
    assert Comparison(()).mean_total is None
