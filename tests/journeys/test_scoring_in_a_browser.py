"""An assessor scores one application: from the list to complete in seven clicks, or without the mouse."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.accounts.factories import PASSWORD
from tests.applications.factories import ASSESSING, application_at
from tests.applications.panel import begun, funder_assessor
from tests.journeys.by_browser import NARROW, WIDE
from tests.journeys.test_eight_decisions_in_a_browser import CountingVisitor
from tests.journeys.visitor import Person

pytestmark = pytest.mark.browser

MOST_CLICKS = 7
WORDS = "They show it in the answer and in the CV."
LETTERS = "abcd"


@pytest.fixture
def assessor(visit, clock):
    """An assessor who has declared their interest in an application, at the list of what they have to score."""
    clock.move_to(ASSESSING + timedelta(hours=1))
    assessment = begun(application_at("shortlisted"))
    person, problems = funder_assessor(), []
    visitor = CountingVisitor(Person(person.name, person.email, PASSWORD), *visit, problems)
    visitor.open("/admin/applications/assessment/")
    yield visitor, assessment
    assert not problems, "\n".join(problems)


def test_four_scores_with_reasons_take_seven_clicks(assessor):
    visitor, assessment = assessor
    visitor.click_on("#result_list tbody a", goes=True)
    for place, letter in enumerate(LETTERS, start=1):
        visitor.click_on(f"label:has(#id_score_{letter}_{place})")
        visitor.tab.keyboard.press("Tab")
        visitor.tab.keyboard.type(WORDS)
    visitor.click_on("label:has(#id_recommendation_0)")
    expect(visitor.tab.locator("[data-saved]")).to_contain_text("Saved at")
    visitor.click_on("button[value=complete]", goes=True)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.recommendation) == ("complete", "recommend")
    scores = assessment.scores.order_by("criterion__letter").values_list("score", "reason")
    assert list(scores) == [(place, WORDS) for place in range(1, 5)]
    assert visitor.clicks <= MOST_CLICKS


def test_it_is_scored_with_the_keys_alone_and_what_is_missing_is_named_and_linked(assessor):
    visitor, assessment = assessor
    visitor.go(f"/admin/applications/assessment/{assessment.pk}/change/")
    keys = visitor.tab.keyboard
    visitor.tab.locator("#id_score_a_0").focus()
    for letter in LETTERS:
        expect(visitor.tab.locator(f"input[name=score_{letter}]:focus")).to_have_count(1)
        keys.press("3")
        if letter != "d":
            keys.press("Tab")
            keys.type(WORDS)
        keys.press("Control+Enter")
    keys.press("Space")
    visitor.tab.locator("button[value=complete]").press("Enter")
    missing = visitor.tab.locator(".errornote a")
    expect(missing).to_have_count(1)
    missing.press("Enter")
    expect(visitor.tab.locator("#id_reason_d:focus")).to_have_count(1)
    keys.type(WORDS)
    visitor.tab.locator("button[value=complete]").press("Enter")
    visitor.tab.wait_for_load_state()
    assessment.refresh_from_db()
    assert (assessment.status, visitor.clicks) == ("complete", 0)


@pytest.mark.parametrize("window", [WIDE, NARROW], ids=["wide", "narrow"])
def test_cv_specification_and_criteria_stand_on_a_page_that_is_no_wider_than_the_window(assessor, window):
    visitor, assessment = assessor
    visitor.tab.set_viewport_size(window)
    visitor.go(f"/admin/applications/assessment/{assessment.pk}/change/")
    for heading in ("#papers", "#specification", *(f"#c{letter}" for letter in LETTERS), "#overall"):
        expect(visitor.tab.locator(heading)).to_be_visible()
    wide = visitor.tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
