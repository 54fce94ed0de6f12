"""Laws of totals and ranks, on made-up scores."""

from fractions import Fraction

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.scoring import BEST, Mark, Policy, Rank, Sheet, is_outlier, ranks, total

policies = st.sampled_from(list(Policy))
scores = st.integers(0, BEST)


@st.composite
def panels(draw):
    """Applications' sheets, all on the same weighted criteria, by any number of assessors; one mark can be raised."""
    weights = draw(st.lists(st.integers(1, 5), min_size=1, max_size=5))
    letters = "abcde"[: len(weights)]

    def sheet(number):
        given_scores = [draw(scores) for _ in letters]
        party = draw(st.sampled_from(["funder", "host"]))
        marks = zip(letters, given_scores, weights, strict=True)
        return Sheet(f"Assessor {number}", party, tuple(Mark(*mark) for mark in marks))

    return [[sheet(one) for one in range(draw(st.integers(0, 4)))] for _ in range(draw(st.integers(1, 6)))]


def placed(panel, policy):
    return ranks({key: total(sheets, policy) for key, sheets in enumerate(panel)})


def raised(sheet, place):
    marks = list(sheet.marks)
    one = marks[place]
    marks[place] = Mark(one.letter, min(BEST, one.score + 1), one.weight)
    return Sheet(sheet.assessor, sheet.party, tuple(marks))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(panels(), policies, st.data())
def test_a_higher_score_never_ranks_lower(panel, policy, data):
    key = data.draw(st.sampled_from(range(len(panel))))
    if not panel[key]:
        return
    before = placed(panel, policy)
    who = data.draw(st.sampled_from(range(len(panel[key]))))
    where = data.draw(st.sampled_from(range(len(panel[key][who].marks))))
    panel[key][who] = raised(panel[key][who], where)
    assert placed(panel, policy)[key].place <= before[key].place


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(panels(), policies)
def test_the_better_total_has_the_better_rank_and_equal_totals_the_same(panel, policy):
    found = placed(panel, policy)
    shares = {key: total(panel[key], policy).share for key in found}
    for one, share in shares.items():
        assert found[one].place == 1 + sum(other > share for other in shares.values())
        assert found[one].is_tied == (list(shares.values()).count(share) > 1)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(panels(), policies)
def test_a_total_is_between_nothing_and_the_best_and_wants_a_sheet(panel, policy):
    for sheets in panel:
        found = total(sheets, policy)
        assert (found is None) == (not sheets)
        if found is not None:
            assert 0 <= found.share <= 1


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(panels(), st.data())
def test_the_order_of_the_assessors_changes_nothing(panel, data):
    for policy in Policy:
        shuffled = [data.draw(st.permutations(sheets)) for sheets in panel]
        assert placed(shuffled, policy) == placed(panel, policy)


def sheet(*given_scores):
    return Sheet("Ada", "funder", tuple(Mark(letter, one) for letter, one in zip("abcd", given_scores, strict=True)))


THREE = [sheet(4, 4, 4, 4), sheet(2, 2, 2, 2), sheet(1, 1, 1, 1)]


def test_the_total_is_by_the_policy_and_says_of_what():
    assert str(total(THREE, Policy.SUM)) == "28.0 of 48"
    assert str(total(THREE, Policy.MEAN)) == "9.3 of 16"
    assert str(total(THREE, Policy.MEDIAN)) == "8.0 of 16"
    assert total(THREE[:2], Policy.MEDIAN).points == Fraction(12)


def test_ties_share_a_rank_and_the_next_is_left_out():
    four = [THREE[0], THREE[1], THREE[1], THREE[2]]
    totals = {key: total([one], Policy.MEAN) for key, one in zip("abcd", four, strict=True)}
    assert {key: str(one) for key, one in ranks({**totals, "none": None}).items()} == {
        "a": "1", "b": "2=", "c": "2=", "d": "4",
    }  # fmt: skip
    assert ranks({"only": None}) == {}
    assert ranks({"only": totals["a"]}) == {"only": Rank(1, is_tied=False)}


def test_an_outlier_is_a_quarter_of_the_best_away_from_the_others_and_wants_three():
    assert [is_outlier(one, THREE) for one in THREE] == [True, False, True]
    assert not any(is_outlier(one, THREE[:2]) for one in THREE[:2])
    close = [sheet(3, 3, 3, 3), sheet(3, 3, 3, 2), sheet(2, 3, 3, 2)]
    assert not any(is_outlier(one, close) for one in close)
