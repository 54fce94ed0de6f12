"""The printed workplan and its timeline."""

from datetime import date, timedelta

import pytest

from secondments import documents
from secondments.actions import workplans
from tests.secondments.factories import PLANNING, line_manager, milestone, opened

pytestmark = pytest.mark.django_db
TODAY = date(2019, 8, 15)


@pytest.fixture
def placement():
    return opened()


def test_milestones_are_numbered_in_the_order_of_their_dates_and_late_ones_are_told(placement):
    milestone(placement, title="Later", due_on=date(2019, 12, 1))
    done = milestone(placement, title="Done", due_on=date(2019, 7, 1))
    milestone(placement, title="Late", due_on=date(2019, 8, 14))
    workplans.take_step(done, step="complete", by=line_manager(), at=PLANNING)
    shown = documents.workplan(placement, TODAY)
    assert [(item.number, str(item.milestone), item.is_late) for item in shown["parts"][0].items] == [
        ("1.1", "Done", False),
        ("1.2", "Late", True),
        ("1.3", "Later", False),
    ]
    assert (shown["done"], shown["planned"], shown["waiting"]) == (1, 3, 0)


def test_a_milestone_due_today_is_not_late(placement):
    milestone(placement, due_on=TODAY)
    assert [item.is_late for item in documents.parts(placement, TODAY)[0].items] == [False]


def test_without_milestones_there_is_no_timeline(placement):
    workplans.add_objective(placement, title="Alone", by=line_manager(), at=PLANNING)
    shown = documents.workplan(placement, TODAY)
    assert (shown["chart"], len(shown["parts"])) == (None, 1)


def test_the_first_day_is_at_the_left_edge_and_the_last_at_the_right(placement):
    first, last = placement.starts_on, placement.ends_on
    days = (first - timedelta(days=9), first, last, last + timedelta(days=9))
    edges = [documents.LEFT, documents.LEFT, documents.RIGHT, documents.RIGHT]
    assert [documents.across(day, first, last) for day in days] == edges


def test_dots_that_would_cover_each_other_share_a_lane_in_rows(placement):
    for days in (0, 1, 60):
        milestone(placement, title=f"After {days}", due_on=date(2019, 7, 1) + timedelta(days=days))
    chart = documents.workplan(placement, TODAY)["chart"]
    assert [round(dot.y - chart.dots[0].y) for dot in chart.dots] == [0, documents.ROW, 0]


def test_every_month_has_its_line_and_a_name_where_there_is_room(placement):
    named = [name for _, name in documents.months(placement.starts_on, placement.ends_on)]
    assert (len(named), named[0], named[-1]) == (12, "May 19", "Apr 20")
    narrow = [name for _, name in documents.months(date(2019, 5, 28), date(2019, 7, 1))]
    assert narrow == ["May 19", "Jun 19", ""]


def test_today_is_drawn_only_within_the_placement(placement):
    milestone(placement)
    before = documents.workplan(placement, date(2019, 4, 30))["chart"]
    within = documents.workplan(placement, placement.starts_on)["chart"]
    assert (before.today, within.today) == (None, documents.LEFT)


def test_how_long_a_sign_off_has_waited_is_said_in_words(placement):
    row = milestone(placement)
    workplans.ask_sign_off(row, by=line_manager(), at=PLANNING)
    words = [
        documents.parts(placement, PLANNING.date() + timedelta(days=days))[0].items[0].words for days in (0, 1, 12)
    ]
    assert words == ["asked for today", "waiting for 1 day", "waiting for 12 days"]
