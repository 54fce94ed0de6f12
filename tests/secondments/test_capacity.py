"""How many placements there are at once, with the nine real ones."""

from datetime import date

import pytest

from secondments.capacity import Peak, busiest, with_another

# The 2019 learning report's table; "April 2017 to April 2018" ends with March, "January to December 2019" with December.
NINE = [
    (date(2017, 4, 1), date(2018, 3, 31)),
    (date(2017, 4, 1), date(2018, 3, 31)),
    (date(2017, 4, 1), date(2018, 3, 31)),
    (date(2017, 4, 1), date(2019, 3, 31)),
    (date(2018, 4, 1), date(2019, 3, 31)),
    (date(2018, 4, 1), date(2019, 3, 31)),
    (date(2018, 4, 1), date(2020, 3, 31)),
    (date(2019, 1, 1), date(2019, 12, 31)),
    (date(2019, 5, 1), date(2020, 4, 30)),
]


def test_the_nine_real_placements_are_never_more_than_five_at_once():
    assert busiest(NINE) == Peak(5, date(2019, 1, 1))


def test_the_five_are_from_january_to_march_2019():
    assert busiest(NINE, within=(date(2018, 12, 31), date(2018, 12, 31))).count == 4
    assert busiest(NINE, within=(date(2019, 3, 31), date(2019, 3, 31))).count == 5
    assert busiest(NINE, within=(date(2019, 4, 1), date(2019, 4, 1))).count == 2


def test_a_sixth_placement_on_the_last_day_of_march_would_be_number_six():
    assert with_another(NINE, (date(2019, 3, 31), date(2020, 3, 30))) == Peak(6, date(2019, 3, 31))
    assert with_another(NINE, (date(2019, 4, 1), date(2020, 3, 31))).count == 4


def test_the_end_day_is_included():
    assert busiest([(date(2019, 1, 1), date(2019, 1, 2)), (date(2019, 1, 2), date(2019, 1, 3))]).count == 2
    assert busiest([(date(2019, 1, 1), date(2019, 1, 2)), (date(2019, 1, 3), date(2019, 1, 4))]).count == 1


def test_without_placements_there_is_no_busiest_day():
    assert busiest([]) == Peak(0, None)
    assert busiest(NINE, within=(date(2030, 1, 1), date(2030, 12, 31))) == Peak(0, None)


def test_a_placement_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="cannot end on 01/01/2019"):
        busiest([(date(2019, 1, 2), date(2019, 1, 1))])
