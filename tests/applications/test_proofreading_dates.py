"""The check of a call's dates and times: those that do not fit each other, the calendar or the call's own."""

from __future__ import annotations

from datetime import date

import pytest

from tests.applications.muddled import at, found, keys
from tests.sentences import SAID


@pytest.mark.parametrize(
    "words",
    [
        "Friday 13 March 2019",
        "Fri 13th Mar 2019",
        "Friday, the 13th of March",
        "13 March 2019, a Friday",
        "13 March (Friday)",
        "Friday, March 13, 2019",
        "Friday 13/03/2019",
    ],
)
def test_a_weekday_that_does_not_fit_is_found_however_it_is_written(words):
    assert [key for key, sentence in found(f"We meet on {words} at the quay.") if "is a Wednesday" in sentence] == [
        "weekday"
    ]
    assert keys(f"We meet on {words.replace('Friday', 'Wednesday').replace('Fri ', 'Wed ')} at the quay.") == []


def test_each_end_of_a_span_is_checked():
    assert keys("Come between Monday 20 and Wednesday 27 March 2019.") == ["weekday"]
    assert keys("Come between Wednesday 20 and Wednesday 27 March 2019.") == []


def test_without_a_year_a_weekday_fits_if_it_does_in_any_year_of_the_call():
    over_new_year = {"opens": at(2018, 11, 5, 9), "closes": at(2019, 1, 9, 17)}
    assert keys("We meet on Monday 7 January.", **over_new_year) == []
    assert keys("We meet on Tuesday 7 January.", **over_new_year) == ["weekday"]


def test_a_day_that_no_calendar_has_is_found():
    assert keys("We meet on 31 April 2019.") == ["weekday"]


def test_a_week_begins_on_a_monday():
    assert keys("Visits are in the week commencing 20 March 2019.") == ["weekday"]
    assert keys("The committee meets in the week commencing 8 April 2019.") == []


@pytest.mark.parametrize(
    ("closes", "why"),
    [
        (at(2019, 3, 16, 17), "Saturday 16 March 2019, a weekend"),
        (at(2019, 4, 22, 17), "Monday 22 April 2019, a bank holiday (Easter Monday)"),
    ],
)
def test_a_deadline_on_a_free_day_is_found(closes, why):
    sentence = f"The call closes on {why}. Choose a working day."
    assert found("Words.", closes=closes, visits_from=None, visits_to=None, decision_week=None) == [
        ("free day", sentence)
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"opens": at(2019, 3, 14, 9)},
        {"visits_from": date(2019, 3, 13)},
        {"visits_to": date(2019, 4, 9)},
        {"decision_week": date(2019, 3, 27)},
        {"start_month": date(2019, 3, 1)},
    ],
)
def test_dates_out_of_order_are_found(changes):
    assert keys("Words.", **changes) == ["order"]


def test_visits_may_be_on_one_day_and_the_start_in_the_month_of_the_decision():
    assert keys("Words.", visits_to=date(2019, 3, 20), start_month=date(2019, 4, 1)) == []


@pytest.mark.parametrize(
    ("sentence", "own"),
    [
        ("Applications close on 14 March 2019.", "5pm on Wednesday 13 March 2019"),
        ("Applications close at 12 noon on 13 March 2019.", "5pm on Wednesday 13 March 2019"),
        ("The deadline is 17:30 on Wednesday 13 March.", "5pm on Wednesday 13 March 2019"),
        ("13 March 2018: deadline for bids.", "5pm on Wednesday 13 March 2019"),
        ("Applications open from 4 February 2019.", "Friday 1 February 2019"),
        ("Assessment visits take place on 28 March 2019.", "Wednesday 20 March 2019 to Wednesday 27 March 2019"),
        ("The funding decision follows on 18 April.", "the week of Monday 8 April 2019"),
        ("The secondment starts in June 2019.", "May 2019"),
        ("The colleague begins on 3 June 2019.", "May 2019"),
    ],
)
def test_a_date_or_time_that_is_another_than_the_calls_own_is_found(sentence, own):
    assert [(key, own in said) for key, said in found(sentence)] == [("dates", True)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Send us questions by 1 March 2019 and we publish the answers before the call closes.",
        "The strategy was published on 14 March 2018.",
        "An information session takes place on 12 February 2019.",
        "The first secondments began in April 2017.",
        "Applications close at 5pm on 13 March.",
        "The secondment begins in May 2019 and ends on 30 April 2020.",
        "Visits between 20 and 27 March, decisions in the week of 8 April.",
    ],
)
def test_dates_of_other_things_are_left_alone(sentence):
    assert found(sentence) == []


def test_a_deadline_in_the_words_of_a_rolling_call_is_found():
    sentence = SAID.reads_as_a_deadline_and.format("13 March 2019")
    assert found("Applications close on 13 March 2019.", closes=None) == [("dates", sentence)]


def test_two_ways_of_writing_times_are_found_once():
    said = SAID.times_are_written_in_two.format("10am", "14:30", "2:30pm")
    assert found("The quay opens at 10am. Lunch is at 12:00 for some. Boats leave at 14:30.") == [
        ("times", said.replace("14:30", "12:00").replace("2:30pm", "midday"))
    ]
    assert found("The quay opens at 10:00. Boats leave at 14:30.") == []


def test_a_time_with_a_stray_letter_is_found_and_a_length_of_time_is_not():
    said = SAID.is_stray_write.format("13h", SAID.for_a_time_people_here, "1pm")
    assert found("Boats leave at 13h from the quay.") == [("stray", said)]
    assert found("We answer within 24h, and the post is 35h a week.") == []
