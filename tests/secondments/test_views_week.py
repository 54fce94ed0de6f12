"""The week board: who is in on which day."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from core.accounts.roles import Role
from secondments.actions import placements
from secondments.models import Placement
from secondments.views.week import cell, monday_of, week_name
from tests.secondments.factories import DOING, fresh, of_host, programme_manager
from tests.sentences import SAID

IN_WEEK_20 = datetime(2019, 5, 15, 9, tzinfo=UTC)


@pytest.fixture
def board(client):
    def get(person, week=""):
        client.force_login(person, backend="core.accounts.sign_in.SignIn")
        return client.get("/placements/week/", {"week": week} if week else {})

    return get


def days_in(response):
    return [[cell["is_in"] for cell in row["cells"]] for row in response.context["board"]]


def test_a_week_is_written_with_its_year_and_number():
    assert week_name(date(2026, 11, 16)) == "2026-W47"
    assert monday_of("2026-W47") == date(2026, 11, 16)
    assert week_name(date(2018, 12, 31)) == "2019-W01"
    assert monday_of("2020-W53") == date(2020, 12, 28)


@pytest.mark.parametrize(
    "week", ["2019-W53", "2019-W00", "2019", "2019-05-1", "next week", "9999-W01", "0001-W01", "2019W47-"]
)
def test_what_is_no_week_is_not_guessed(week):
    assert monday_of(week) is None


@pytest.fixture
def placed(active):
    placements.set_working_days(active, days={"Monday", "Tuesday", "Friday"}, by=active.secondee, at=DOING)
    return fresh(active)


@time_machine.travel(IN_WEEK_20, tick=False)
def test_the_board_shows_this_week_unless_the_address_says_another(placed, board):
    response = board(placed.secondee)
    assert (response.context["week"], response.context["previous"], response.context["next"]) == (
        "2019-W20",
        "2019-W19",
        "2019-W21",
    )
    assert days_in(response) == [[True, True, False, False, True]]


@pytest.mark.parametrize("day", [18, 19])
def test_on_a_weekend_the_board_shows_the_coming_week(placed, board, day):
    with time_machine.travel(datetime(2019, 5, day, 9, tzinfo=UTC), tick=False):
        response = board(placed.secondee)
        past = board(placed.secondee, "2019-W20")
    assert (response.context["week"], response.context["is_this_week"]) == ("2019-W21", True)
    assert (SAID.the_coming_week in response.text, "today" in response.text) == (True, False)
    assert past.context["is_this_week"] is False


@time_machine.travel(IN_WEEK_20, tick=False)
def test_an_unknown_week_gets_a_sentence_and_this_week(placed, board):
    response = board(placed.secondee, "2019-W99")
    assert "“2019-W99” is not a week. A week is written like 2026-W47." in response.content.decode()
    assert response.context["week"] == "2019-W20"


def test_nobody_is_in_before_the_first_day_after_the_last_or_on_a_bank_holiday(placed, board):
    assert days_in(board(placed.secondee, "2019-W18")) == [[False, False, False, False, True]]  # from Wednesday 1 May
    assert days_in(board(placed.secondee, "2019-W19")) == [[False, True, False, False, True]]  # the early May holiday
    assert days_in(board(placed.secondee, "2020-W18")) == [[True, True, False, False, False]]  # until Thursday 30 April
    assert days_in(board(placed.secondee, "2020-W19")) == []


def test_who_ended_sooner_is_not_in_afterwards(placed):
    placed.ended_at = datetime(2019, 9, 30, 22, 59, tzinfo=UTC)  # 11:59pm in London
    assert cell(placed, date(2019, 9, 30)) == {"is_in": True, "why": ""}
    assert cell(placed, date(2019, 10, 1)) == {"is_in": False, "why": "no placement"}


def test_without_days_chosen_nobody_is_in_and_the_board_says_why(active):
    assert cell(active, date(2019, 5, 14)) == {"is_in": False, "why": "days not chosen"}


def test_another_line_manager_of_the_host_sees_the_days_but_gets_no_link(placed, board):
    other = of_host(Role.LINE_MANAGER, "Olga Other")
    shown = board(other, "2019-W20").content.decode()
    assert "Sana Secondee" in shown
    assert f"/placements/{placed.reference}/" not in shown
    assert f"/placements/{placed.reference}/" in board(programme_manager(), "2019-W20").content.decode()


def test_a_placement_that_has_not_started_is_not_on_the_board(placed, board):
    Placement.objects.filter(pk=placed.pk).update(status="preparing")
    assert days_in(board(placed.secondee, "2019-W20")) == []
