"""An application through its pages: the declaration, the receipt, the timeline, and who finds it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from applications.actions import applications
from applications.lifecycle import Status
from applications.models import Application, Post
from tests.accounts.factories import OrganisationFactory, editor_of
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    WRITING,
    application_at,
    fresh,
    lead,
    officer,
    published_call,
    ready_application,
)
from tests.applications.test_applying import DEADLINE
from tests.client import Client
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor():
    client = Client()
    with time_machine.travel(SUBMITTING, tick=False) as clock:
        client.clock = clock
        yield client


def test_a_declaration_is_needed_and_the_receipt_shows_reference_and_second(visitor):
    application = ready_application()
    visitor.force_login(lead(application.organisation))
    address = f"/applications/{application.draft_reference}/submit/"
    refused = visitor.post(address)
    assert refused.status_code == 200
    assert b"Tick the box to declare that the application is true and complete" in refused.content
    visitor.clock.move_to(CLOSES - timedelta(seconds=1))
    visitor.force_login(lead(application.organisation))
    response = visitor.post(address, {"declaration": "on"})
    assert response.headers["Location"] == "/applications/CII-2019-001/receipt/"
    receipt = visitor.get(response.headers["Location"]).content.decode()
    assert "CII-2019-001" in receipt
    assert "Wednesday 13 March 2019 at 4:59:59pm" in receipt
    again = visitor.post(address, {"declaration": "on"})
    assert again.headers["Location"] == response.headers["Location"]


def test_at_the_deadline_the_page_says_so_and_nothing_is_sent(visitor):
    application = ready_application()
    visitor.force_login(lead(application.organisation))
    visitor.clock.move_to(CLOSES)
    visitor.force_login(lead(application.organisation))
    response = visitor.post(f"/applications/{application.draft_reference}/submit/", {"declaration": "on"})
    assert (response.status_code, DEADLINE in response.content.decode()) == (409, True)
    assert fresh(application).status == Status.DRAFT


def test_an_editor_is_told_who_can_submit(visitor):
    application = ready_application()
    by = lead(application.organisation)
    visitor.force_login(editor_of(application.organisation))
    checked = visitor.get(f"/applications/{application.draft_reference}/check/").content.decode()
    assert f"To submit, ask {by} ({by.email})" in checked
    assert "Submit the application" not in checked


def test_the_drafts_address_leads_to_the_real_one_after_submission(visitor):
    application = application_at(Status.SUBMITTED)
    visitor.force_login(lead(application.organisation))
    response = visitor.get(f"/applications/{application.draft_reference}/")
    assert (response.status_code, response.headers["Location"]) == (302, "/applications/CII-2019-001/")


def test_an_application_of_somebody_else_is_not_found(visitor):
    application = ready_application()
    visitor.force_login(lead(OrganisationFactory()))
    for part in ("", "organisation/", "check/", "receipt/", "withdraw/", "reopen/", "ask/", "application.pdf"):
        address = f"/applications/{application.draft_reference}/{part}"
        assert (address, visitor.get(address).status_code) == (address, 404)
    assert (
        visitor.post(f"/applications/{application.draft_reference}/submit/", {"declaration": "on"}).status_code == 404
    )
    assert visitor.post(f"/applications/{application.draft_reference}/sheet/").status_code == 404


def test_an_outcome_is_not_told_before_it_is_released(visitor):
    application = application_at(Status.UNSUCCESSFUL)
    Application.objects.filter(pk=application.pk).update(released_at=None)
    visitor.force_login(lead(application.organisation))
    shown = visitor.get(application.get_absolute_url()).content.decode().lower()
    assert ("unsuccessful" in shown, "being decided" in shown) == (False, True)


def test_the_timeline_tells_what_happened_in_plain_words(visitor):
    application = application_at(Status.SHORTLISTED)
    visitor.force_login(lead(application.organisation))
    told = [entry.title for entry in visitor.get(application.get_absolute_url()).context["story"]]
    assert told == ["Started", SAID.the_proposed_secondee_confirmed, "Submitted", "Shortlisted", "Decision"]


def test_withdrawing_asks_for_a_reason_once(visitor):
    application = application_at(Status.SUBMITTED)
    visitor.force_login(lead(application.organisation))
    address = f"{application.get_absolute_url()}withdraw/"
    assert b"Enter why you want to withdraw" in visitor.post(address, {"reason": ""}).content
    assert visitor.post(address, {"reason": "Staff changed."}).headers["Location"] == application.get_absolute_url()
    assert fresh(application).status == Status.WITHDRAWN


def test_lists_and_pages_ask_the_same_number_of_questions_for_one_row_and_for_three(visitor, django_assert_num_queries):
    call = published_call()
    organisation = OrganisationFactory()
    by = lead(organisation)
    posts = [call.posts.get(), *(Post.objects.create(call=call, job_title=f"Post {n}", grade="7") for n in range(2))]
    first = applications.start(posts[0], organisation=organisation, by=by, at=WRITING)
    visitor.force_login(by)
    visitor.get("/applications/")  # what a process asks once a minute
    addresses = {"/applications/": 7, f"/applications/{first.draft_reference}/": 7}
    addresses |= {f"/applications/{first.draft_reference}/{section}/": 6 for section in ("candidate", "secondment")}
    for more in ([], posts[1:]):
        for post in more:
            applications.start(post, organisation=organisation, by=by, at=WRITING)
        for address, number in addresses.items():
            with django_assert_num_queries(number):
                assert visitor.get(address).status_code == 200


def test_a_submit_asks_few_questions(visitor, django_assert_max_num_queries):
    application_at(Status.SUBMITTED)
    application = ready_application(published_call())
    visitor.force_login(lead(application.organisation))
    # One of them the savepoint of the test itself; five freeze the copy, eight seal, five look for known conflicts.
    with django_assert_max_num_queries(45):
        visitor.post(f"/applications/{application.draft_reference}/submit/", {"declaration": "on"})
    assert fresh(application).reference == "CII-2019-002"


def test_officers_read_what_was_submitted_and_no_draft(visitor):
    draft, submitted = ready_application(), application_at(Status.SUBMITTED)
    visitor.force_login(officer())
    assert visitor.get(f"/applications/{draft.draft_reference}/").status_code == 404
    assert visitor.get(submitted.get_absolute_url()).status_code == 200
    assert visitor.get(f"{submitted.get_absolute_url()}check/").status_code == 404
