"""What the desk costs in queries, and to whom it is closed."""

import pytest

from applications.actions import call_gaps
from applications.models import Application, Assessment
from tests.applications.desk import as_, url
from tests.applications.factories import (
    WRITING,
    application_at,
    lead,
    officer,
)
from tests.applications.panel import (
    begun,
    committee,
    complete,
    funder_assessor,
    says_none,
    visit,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_the_close")]


@pytest.fixture
def desk_of(django_assert_max_num_queries):
    """Return what counts the queries of a page for a person."""

    def count(person, address, most, rows=None):
        client = as_(person)
        client.get(address)
        with django_assert_max_num_queries(most) as asked:
            answer = client.get(address)
        assert answer.status_code == 200
        if rows is not None:
            assert len(answer.context["cl"].result_list) == rows
        return len(asked.captured_queries)

    return count


def filled(call=None):
    application = application_at("shortlisted", call=call)
    complete(application)
    complete(application, party="host")
    visit(application)
    says_none(committee(), application)
    return application


def test_lists_and_the_matrix_ask_the_same_number_of_questions_at_1_row_and_at_3(desk_of):
    first = filled()
    people = {person.pk: person for person in (officer(), funder_assessor(), committee())}
    pages = {
        url("application", "changelist"): 15,
        url("assessment", "changelist"): 15,
        url("assessmentvisit", "changelist"): 15,
        url("call", "changelist"): 15,
        url("call", "matrix", first.call_id): 15,
    }
    before = {(pk, page): desk_of(person, page, most) for pk, person in people.items() for page, most in pages.items()}
    filled(first.call)
    filled(first.call)
    after = {(pk, page): desk_of(person, page, most) for pk, person in people.items() for page, most in pages.items()}
    assert after == before
    assert (
        desk_of(officer(), url("application", "changelist"), 15, rows=3)
        == before[officer().pk, url("application", "changelist")]
    )


def test_scoring_takes_twenty_three_questions_and_saving_fifteen(desk_of, django_assert_max_num_queries):
    own = begun()
    address = url("assessment", "change", own.pk)
    desk_of(own.assessor, address, 23)
    client = as_(own.assessor)
    typed = {f"score_{letter}": "2" for letter in "abcd"} | {f"reason_{letter}": "Fair" for letter in "abcd"}
    with django_assert_max_num_queries(15):
        answer = client.post(address, {"do": "save", **typed}, HTTP_ACCEPT="application/json")
    assert answer.status_code == 200


def test_one_application_is_read_in_fifty(desk_of):
    application = filled()
    desk_of(officer(), url("application", "change", application.pk), 50)


def test_every_list_and_page_is_closed_to_those_without_a_part_in_it():
    application = filled()
    stranger = lead(application.organisation)
    for row, noun in (
        (application, "application"),
        (application.assessments.first(), "assessment"),
        (application.visits.get(), "assessmentvisit"),
    ):
        assert as_(stranger).get(url(noun, "change", row.pk)).status_code in {302, 403, 404}
    assert Application.objects.count() == 1
    assert Assessment.objects.count() == 2
    assert call_gaps.lacks(application.call, WRITING) == []
