"""What a call's page shows before anybody registers: the calculator, key dates, who decides, answers for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.actions import calls
from applications.models import Application, Clarification
from core.audit import trail
from core.lifecycle import Refused
from tests.applications.factories import (
    CLOSES,
    OPENS,
    WRITING,
    draft_call,
    officer,
    published_call,
)
from tests.applications.pages import text_of
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def worked_out(visitor, call, **figures) -> str:
    given = {"salary": "32,000", "days": "3", "months": "12"}
    return text_of(visitor.get(call.get_absolute_url(), given | figures))


# --- The calculator ---


def test_the_calculator_begins_with_an_example_and_takes_figures_of_ones_own(visitor):
    call = published_call()
    assert "The grant £29,700.60" in text_of(visitor.get(call.get_absolute_url()))
    assert "The grant £29,700.60" in worked_out(visitor, call)
    assert "The grant £51,000.00" in worked_out(visitor, call, salary="£45000", days="5")
    assert "The grant £19,825.35" in worked_out(visitor, call, days="3.5", months="6")


def test_the_workings_are_in_words_and_a_salary_above_the_band_is_flagged(visitor):
    call = published_call()
    assert "£32,000 × 3/5 of a week × 12/12 of a year" in worked_out(visitor, call)
    above = SAID.this_salary_is_above_the.format("£43,602")
    assert above in worked_out(visitor, call, salary="45,000")
    assert above not in worked_out(visitor, call, salary="43,602")


@pytest.mark.parametrize(
    ("figures", "sentence"),
    [
        (
            {"salary": "thirty thousand"},
            SAID.enter_in_pounds_in_figures.format(SAID.the_full_time_salary_for),
        ),
        ({"salary": ""}, SAID.enter_the_full_time_salary),
        (
            {"salary": "2,500"},
            SAID.enter_the_full_time_salary_for.format(
                "£2,500 looks like a salary for a month, or shared out by days."
            ),
        ),
        (
            {"salary": "320000"},
            SAID.enter_the_full_time_salary_for.format("£320,000 looks like a salary with a figure too many."),
        ),
        ({"days": "2"}, SAID.days_a_week_must_be.format("3", "5", "2")),
        ({"days": "6"}, SAID.days_a_week_must_be.format("3", "5", "6")),
        ({"days": "3.2"}, SAID.days_a_week_are_whole_or.format("3.2")),
        ({"days": "three"}, SAID.enter_the_days_a_week_in),
        ({"days": "NaN"}, SAID.enter_the_days_a_week_in),
        ({"months": "13"}, SAID.the_length_must_be_from.format("12")),
        ({"months": "a year"}, SAID.enter_the_number_of_months_as),
    ],
)
def test_what_cannot_be_reckoned_with_gets_a_sentence_and_stays_in_its_box(visitor, figures, sentence):
    page = visitor.get(published_call().get_absolute_url(), {"salary": "32,000", "days": "3", "months": "12"} | figures)
    assert sentence in text_of(page)
    assert "<title>Error: " in page.text
    name, typed = next(iter(figures.items()))
    assert page.context["form"][name].value() == typed
    assert f'href="#id_{name}"' in page.text


def test_while_typing_only_the_sheet_is_sent(visitor):
    figures = {"salary": "45,000", "days": "5", "months": "12"}
    part = visitor.get(published_call().get_absolute_url(), figures, headers={"HX-Request": "true"})
    assert "£51,000.00" in part.text
    assert "<h1" not in part.text


def test_the_calculator_keeps_nothing(visitor, django_assert_num_queries):
    call = published_call()
    before = (Application.objects.count(), trail.history(call).count())
    visitor.get("/calls/")  # what a process asks once a minute
    with django_assert_num_queries(6):
        worked_out(visitor, call)
    assert (Application.objects.count(), trail.history(call).count()) == before
    assert visitor.cookies == {}


# --- Dates, and who decides ---


def test_the_key_dates_name_the_time_zone_and_what_is_left(visitor):
    call = published_call()
    page = text_of(visitor.get(call.get_absolute_url()))
    assert "Closes 5pm on Wednesday 13 March 2019 (UK time), in 21 days 7 hours" in page
    visitor.clock.move_to(OPENS - timedelta(hours=3))
    page = text_of(visitor.get(call.get_absolute_url()))
    assert "Opens 9am on Monday 4 February 2019 (UK time), in 3 hours" in page


def test_who_decides_is_said_in_the_programmes_own_names_and_titles(visitor):
    call = published_call()
    call.programme.titles = {"Grants director": "Director of Grants"}
    call.programme.save()
    page = text_of(visitor.get(call.get_absolute_url()))
    assert "Assessors of Trust for London and of Greater London Authority. Each scores separately" in page
    assert "The grants committee of Trust for London" in page
    assert "by the Director of Grants" in page


# --- Answers for everybody ---


def clarify(call, at=WRITING, **words):
    given = {"question": "May it be two people?", "answer": "No, **one** person."}
    return calls.clarify(call, **given | words, by=officer(), at=at)


def test_an_answer_is_on_the_page_for_everybody_with_its_date(visitor):
    call = published_call()
    clarify(call)
    page = visitor.get(call.get_absolute_url())
    assert "May it be two people?" in page.text
    assert "No, <strong>one</strong> person." in page.text
    assert "Published Wednesday 20 February 2019" in text_of(page)
    assert [entry.event for entry in trail.history(call)][-1] == "answer published"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"question": " "}, SAID.enter_the_question_as_it),
        ({"answer": "\n"}, SAID.enter_the_answer_that_everyone),
        ({"at": CLOSES}, SAID.the_call_has_closed_so),
    ],
)
def test_an_answer_has_words_and_comes_before_the_close(words, sentence):
    with pytest.raises(Refused) as refused:
        clarify(published_call(), **words)
    assert refused.value.sentence == sentence
    assert not Clarification.objects.exists()


def test_a_draft_call_has_no_answers():
    with pytest.raises(Refused):
        clarify(draft_call())
