"""What the sections ask, what is missing, what the grant comes to, and what a confirmation binds."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from applications.completeness import FilledForm
from applications.form_schema import example_of, sheet, sheet_of
from applications.models import Application
from applications.models.section import Section
from tests.applications.factories import an_application, fill, published_call
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def filled_of(application: Application) -> FilledForm:
    return FilledForm.current(application.pk)


@pytest.fixture
def filled() -> FilledForm:
    application = an_application()
    fill(application)
    return filled_of(application)


def states(filled: FilledForm) -> dict[str, str]:
    return {part.section: part.status for part in filled.parts}


def test_a_fresh_draft_has_begun_nothing():
    assert states(filled_of(an_application())) == dict.fromkeys(Section.values, "Not started")


def test_a_filled_one_is_complete(filled):
    assert states(filled) == dict.fromkeys(Section.values, "Complete")
    assert {part.colour for part in filled.parts} == {""}


def test_blanks_are_no_answer():
    application = an_application()
    fill(application)
    application.answers.filter(question__section="experience").update(text=" \n ")
    assert states(filled_of(application))["experience"] == "Not started"


def test_a_part_that_lacks_something_is_in_progress():
    application = an_application()
    fill(application, declared_conflicts="")
    part = next(part for part in filled_of(application).parts if part.section == Section.CONFLICTS)
    assert (part.status, [row.label for row in part.missing]) == (
        "In progress",
        [SAID.conflicts_of_interest_to_declare],
    )


def test_facts_are_said_in_words(filled):
    said = {row.field: row.value for part in filled.parts for row in part.rows}
    fields = (
        "whose_idea",
        "current_salary",
        "present_hours",
        "days_per_week",
        "earliest_start_on",
        "wants_enhancement",
    )
    assert [said[field] for field in fields] == ["Both together", "£32,000", "35", "3", "Monday 6 May 2019", "Wanted"]


def test_the_sheet_is_the_sum_of_the_february_2019_call(filled):
    assert sheet_of(filled.application).total == Decimal("29700.60")


def test_there_is_no_sum_while_a_figure_is_missing():
    call = published_call()
    assert sheet(call, salary=Decimal(32000), days=None, months=12, wants_enhancement=True) is None


def test_an_enhancement_that_is_not_wanted_is_not_paid():
    call = published_call()
    assert sheet(call, salary=Decimal(32000), days=Decimal(3), months=12, wants_enhancement=False).enhancement == 0


def test_the_example_on_the_call_page_is_below_the_band():
    terms, budget = example_of(published_call())
    assert (terms.current_salary, budget.total) == (Decimal(32000), Decimal("29700.60"))


def test_the_proposed_secondee_sees_all_that_concerns_them_and_no_more(filled):
    shown = {row.field for row in filled.shown_to_candidate if not row.field.startswith("question_")}
    assert shown == {
        *("name", "email", "job_title", "declared_conflicts", "statement"),
        *("current_salary", "present_hours", "days_per_week", "months", "earliest_start_on", "wants_enhancement"),
        *("post", "host", "pay", "direction", "employer", "publication"),
    }
    asked = {f"question_{question.pk}" for question in filled.questions if question.section != "experience"}
    assert {row.field for row in filled.shown_to_candidate} == shown | asked


def test_the_digest_follows_everything_that_is_shown_and_nothing_else(filled):
    before = filled.candidate_digest
    filled.application.other_funding = "Something else"
    filled.application.contact_phone = "020 7946 0001"
    assert filled.candidate_digest == before
    assert replace(filled, documents={}).candidate_digest != before
    filled.application.days_per_week = Decimal(4)
    assert filled.candidate_digest != before
    filled.application.days_per_week = Decimal(3)
    assert filled.candidate_digest == before
    filled.candidate.job_title = "Head of Youth Work"
    assert filled.candidate_digest != before


def test_an_application_its_words_and_the_funders_take_three_queries(filled, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert len(filled_of(filled.application).parts) == 6
