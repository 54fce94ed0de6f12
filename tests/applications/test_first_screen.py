"""What matters stands first: on the task list, on the check page, after the close, and in the printed copy."""

import pytest
from django.urls import reverse

from applications import documents
from applications.actions import candidate_corrections, candidates
from applications.models import Answer
from tests.applications.factories import (
    CLOSES,
    WRITING,
    an_application,
    candidate_of,
    confirmed_by_candidate,
    fill,
    fresh,
    lead,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def application(visitor):
    application = an_application()
    fill(application)
    visitor.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    return application


def test_what_the_secondee_says_is_wrong_comes_before_the_full_bar(visitor, application):
    candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    candidate_corrections.remark(candidate_of(application), text="My job title is wrong.", at=WRITING)
    page = visitor.get(application.get_absolute_url()).text
    assert page.index("My job title is wrong.") < page.index("6 of 6 complete")


def test_the_sum_and_the_way_to_submit_come_before_the_answers(visitor, application):
    address = reverse("application_check", args=[application.shown_reference])
    assert "You are applying for" not in visitor.get(address).text
    confirmed_by_candidate(application)
    page = visitor.get(address).text
    assert page.index("You are applying for <strong>£29,700.60</strong>") < page.index('id="part-organisation"')
    assert page.index('href="#submit"') < page.index('id="part-organisation"') < page.index('id="submit"')


def test_a_closed_draft_shows_no_progress_and_the_way_on(visitor, application):
    visitor.clock.move_to(CLOSES.replace(month=4))
    visitor.force_login(lead(application.organisation), backend="core.accounts.sign_in.SignIn")
    page = visitor.get(application.get_absolute_url()).text
    assert [gone for gone in (" of 6 complete", "<progress", "Complete the sections") if gone in page] == []
    assert f'href="{reverse("expression_new")}"' in page


def test_a_blank_line_in_an_answer_is_one_gap_in_the_copy(application):
    Answer.objects.filter(application=application).update(text="First.\n\nSecond.\nThird.")
    html = documents.copy(fresh(application), with_salary=True, at=WRITING).html
    assert "<p>First.</p>\n\n<p>Second.<br>Third.</p>" in html
