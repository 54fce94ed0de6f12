"""Instants and days as people in London read and write them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from core.dates import (
    LONDON,
    LocalDateTimeField,
    at_london,
    bank_holiday,
    is_working_day,
    london,
    say_day,
    say_deadline,
    say_exactly,
    say_left,
    say_moment,
    say_time,
)
from tests.sentences import SAID

DEADLINE = datetime(2019, 3, 13, 17, 0, tzinfo=UTC)
TWICE = SAID.choose_a_time_before_1am.format(
    "1:30am", "on Sunday 25 October 2026 happens twice, because the clocks go back"
)
NEVER = SAID.choose_a_time_before_1am.format(
    "1:30am", "on Sunday 28 March 2027 does not exist, because the clocks go forward"
)


def test_the_deadline_of_the_february_2019_call_was_on_a_wednesday() -> None:
    assert say_deadline(DEADLINE) == "5pm on Wednesday 13 March 2019"


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (time(17, 0), "5pm on Wednesday 3 July 2019"),
        (time(17, 30), "5:30pm on Wednesday 3 July 2019"),
        (time(16, 59, 59), "4:59:59pm on Wednesday 3 July 2019"),
        (time(9, 0), "9am on Wednesday 3 July 2019"),
        (time(12, 0), "midday on Wednesday 3 July 2019"),
        (time(12, 1), "12:01pm on Wednesday 3 July 2019"),
        (time(0, 0), "midnight at the start of Wednesday 3 July 2019"),
        (time(0, 5), "12:05am on Wednesday 3 July 2019"),
        (time(23, 59), "11:59pm on Wednesday 3 July 2019"),
    ],
)
def test_a_deadline_is_said_by_londons_clocks(clock: time, said: str) -> None:
    at = at_london(date(2019, 7, 3), clock)
    assert say_deadline(at) == say_deadline(at.astimezone(UTC)) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2019, 3, 13, 16, 59, 59, 900_000, tzinfo=UTC), "Wednesday 13 March 2019 at 4:59:59pm"),
        (DEADLINE, "Wednesday 13 March 2019 at 5:00:00pm"),
        (datetime(2019, 7, 3, 23, 30, tzinfo=UTC), "Thursday 4 July 2019 at 12:30:00am"),
    ],
)
def test_a_receipt_says_the_second_that_has_begun_and_other_pages_the_minute(at: datetime, said: str) -> None:
    assert say_exactly(at) == said
    assert say_moment(at) == said.replace(":59:59", ":59").replace(":00:00", "").replace("30:00", "30")


def test_a_day_is_said_with_its_weekday() -> None:
    assert say_day(date(2019, 3, 13)) == "Wednesday 13 March 2019"
    assert say_day(datetime(2019, 7, 3, 23, 30, tzinfo=UTC)) == "Thursday 4 July 2019"


def test_a_time_does_not_count_what_is_less_than_a_second() -> None:
    assert say_time(DEADLINE + timedelta(microseconds=1)) == "5pm"


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=3, hours=4, minutes=59), "in 3 days 4 hours"),
        (timedelta(days=1), "in 1 day"),
        (timedelta(days=2, minutes=59), "in 2 days"),
        (timedelta(hours=23, minutes=59, seconds=59), "in 23 hours 59 minutes"),
        (timedelta(hours=1, minutes=1), "in 1 hour 1 minute"),
        (timedelta(minutes=12, seconds=30), "in 12 minutes"),
        (timedelta(seconds=59), SAID.in_less_than_a_minute),
        (timedelta(0), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(hours=-2, minutes=-5), "2 hours 5 minutes ago"),
        (timedelta(days=-9), "9 days ago"),
    ],
)
def test_what_is_left_is_said_in_two_units(left: timedelta, said: str) -> None:
    assert say_left(DEADLINE - left, DEADLINE) == said


def test_an_instant_needs_a_time_zone() -> None:
    with pytest.raises(ValueError, match=SAID.has_no_time_zone):
        london(datetime(2019, 3, 13, 17, 0))  # noqa: DTZ001 - that is the point


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_every_instant_that_london_shows_once_can_be_entered(at: datetime) -> None:
    shown = london(at)
    try:
        entered = at_london(shown.date(), shown.time())
    except ValueError as refusal:
        assert shown.hour == 1
        assert "happens twice" in str(refusal)  # noqa: PT017 - and never one that does not exist
    else:
        assert entered == at


@pytest.mark.parametrize(
    ("day", "clock", "instant"),
    [
        (date(2026, 10, 25), time(0, 59, 59), datetime(2026, 10, 24, 23, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
        (date(2027, 3, 28), time(0, 59, 59), datetime(2027, 3, 28, 0, 59, 59, tzinfo=UTC)),
        (date(2027, 3, 28), time(2, 0), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
)
def test_the_hours_beside_a_change_of_clocks_are_plain(day: date, clock: time, instant: datetime) -> None:
    assert at_london(day, clock) == instant


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2026, 10, 25), TWICE), (date(2027, 3, 28), NEVER)],
)
def test_an_hour_that_comes_twice_or_never_is_not_guessed(day: date, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        at_london(day, time(1, 30))


class VisitForm(forms.Form):
    at = LocalDateTimeField(required=False)


@pytest.mark.parametrize(
    "typed",
    [
        "2019-07-03T17:00",
        "2019-07-03 17:00:00",
        "03/07/2019 17:00",
        "3/7/2019 17:00:00",
        "3 July 2019 17:00",
        " 3 Jul 2019 17:00 ",
    ],
)
def test_a_moment_is_read_as_browsers_and_people_write_it(typed: str) -> None:
    form = VisitForm({"at": typed})
    assert form.is_valid()
    assert form.cleaned_data["at"] == datetime(2019, 7, 3, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("2026-10-25T01:30", TWICE),
        ("28/03/2027 01:30", NEVER),
        ("2019-03-13", SAID.enter_a_day_and_a),
        ("Wednesday at five", SAID.enter_a_day_and_a),
        ("2019-02-30T10:00", SAID.enter_a_day_and_a),
    ],
)
def test_a_wrong_moment_gets_a_sentence_and_is_not_lost(typed: str, error: str) -> None:
    form = VisitForm({"at": typed})
    assert form.errors == {"at": [error]}
    assert form["at"].value() == typed


def test_a_moment_may_be_left_out_where_it_may() -> None:
    assert [LocalDateTimeField(required=False).clean(empty) for empty in ("", "  ", None, ["", ""])] == [None] * 4
    with pytest.raises(forms.ValidationError, match=r"Enter a day and a time\."):
        LocalDateTimeField().clean("")


def test_a_moment_can_come_in_two_halves_or_with_its_own_zone() -> None:
    field = LocalDateTimeField()
    assert field.clean(["2019-07-03", "17:00"]) == datetime(2019, 7, 3, 16, 0, tzinfo=UTC)
    assert field.clean("2019-07-03T17:00+02:00") == datetime(2019, 7, 3, 17, 0, tzinfo=timezone(timedelta(hours=2)))


def test_a_moment_is_shown_on_londons_clocks_and_is_no_change() -> None:
    at = datetime(2019, 7, 3, 16, 0, tzinfo=UTC)
    shown = str(VisitForm(initial={"at": at})["at"])
    assert [part in shown for part in ('type="datetime-local"', 'value="2019-07-03T17:00:00"')] == [True, True]
    assert VisitForm({"at": "2019-07-03T17:00"}, initial={"at": at}).changed_data == []


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2019, 4, 19), "Good Friday"),
        (date(2021, 12, 27), "Christmas Day (substitute day)"),
        (date(2020, 5, 8), "May Day"),
        (date(2019, 3, 13), None),
        (date(2019, 3, 18), None),
    ],
)
def test_bank_holidays_are_englands(day: date, name: str | None) -> None:
    assert bank_holiday(day) == name


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2019, 3, 13), True),
        (date(2019, 3, 15), True),
        (date(2019, 3, 16), False),
        (date(2019, 3, 17), False),
        (date(2019, 4, 22), False),
    ],
)
def test_working_days_are_weekdays_without_bank_holidays(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("nation", "holidays"),
    [
        ("England", [False, False, False, True]),
        ("Wales", [False, False, False, True]),
        ("Scotland", [True, False, False, False]),
        ("Northern Ireland", [False, True, True, True]),
    ],
)
def test_bank_holidays_are_the_installations(settings: Any, nation: str, holidays: list[bool]) -> None:
    settings.BANK_HOLIDAYS = nation
    days = [date(2026, 1, 2), date(2026, 3, 17), date(2026, 7, 13), date(2026, 4, 6)]
    assert [bank_holiday(day) is not None for day in days] == holidays


def test_pages_and_letters_name_the_installations_time(settings: Any) -> None:
    assert Template("5pm ({% clock %})").render(Context()) == "5pm (UK time)"
    settings.CLOCK_NAME = "Glasgow time"
    assert Template("5pm ({% clock %})").render(Context()) == "5pm (Glasgow time)"


@pytest.mark.parametrize(("name", "wrong"), [("TIME_ZONE", "Manchester"), ("BANK_HOLIDAYS", "Yorkshire")])
def test_a_setting_that_is_none_is_refused_with_its_name(name: str, wrong: str) -> None:
    command = [sys.executable, "manage.py", "check"]
    answer = subprocess.run(command, env={**os.environ, name: wrong}, capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert f"{name} is {wrong}" in answer.stderr


def test_london_is_the_clock_of_the_edges() -> None:
    assert london(DEADLINE).tzinfo is LONDON
