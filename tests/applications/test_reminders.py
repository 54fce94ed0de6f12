"""Reminders of an unfinished application: each milestone once, and none that makes no sense."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications import reminders, work_queue
from applications.actions import calls, candidates
from applications.lifecycle import Status
from applications.models import Application
from core.letters.models import Letter
from core.letters.reminders import post_due
from core.work_queue import WorkItem
from tests.accounts.factories import UserFactory, editor_of
from tests.applications.factories import (
    CLOSES,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    confirmed_by_candidate,
    fill,
    lead,
    officer,
    published_call,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def due_at(now) -> list[timedelta]:
    """How long before the close each reminder that is due at this instant belongs."""
    return [CLOSES - reminder.due_at for reminder in reminders.unfinished(now) if reminder.is_due(now)]


@pytest.mark.parametrize(
    ("left", "milestones"),
    [
        (timedelta(days=14, seconds=1), []),
        (timedelta(days=14), [timedelta(days=14)]),
        (timedelta(days=7), [timedelta(days=7)]),
        (timedelta(days=3), [timedelta(days=7)]),
        (timedelta(days=2), [timedelta(days=2)]),
        (timedelta(hours=8), [timedelta(hours=8)]),
        (timedelta(hours=2, seconds=1), [timedelta(hours=8)]),
        (timedelta(hours=2), [timedelta(hours=2)]),
        (timedelta(seconds=1), [timedelta(hours=2)]),
        (timedelta(0), []),
    ],
)
def test_only_the_latest_milestone_that_has_passed_is_reminded_of(left, milestones):
    an_application(at=WRITING)
    assert due_at(CLOSES - left) == milestones


def test_a_draft_begun_three_days_before_the_close_is_not_told_of_fourteen():
    an_application(at=CLOSES - timedelta(days=3))
    assert due_at(CLOSES - timedelta(days=3)) == []
    assert due_at(CLOSES - timedelta(days=2)) == [timedelta(days=2)]


@pytest.mark.parametrize(
    ("own", "due_at"),
    [
        # Admitted late: two days before its own deadline.
        (CLOSES + timedelta(days=10), CLOSES + timedelta(days=8)),
        # The call was extended past the deadline it was given: seven days before the call's.
        (CLOSES - timedelta(days=3), CLOSES - timedelta(days=7)),
    ],
)
def test_the_deadline_of_the_application_counts(own, due_at):
    application = an_application(at=WRITING)
    Application.objects.filter(pk=application.pk).update(own_closes_at=own)
    now = own - timedelta(days=2)
    assert [reminder.due_at for reminder in reminders.unfinished(now) if reminder.is_due(now)] == [due_at]


def test_everybody_of_the_organisation_is_reminded_once_per_milestone(settings):
    settings.REMINDER_SOURCES = ["applications.reminders.due"]
    application = an_application()
    people = {lead(application.organisation).email, editor_of(application.organisation).email}
    now = CLOSES - timedelta(days=2)
    assert (post_due(now), post_due(now + timedelta(hours=1))) == (2, 0)
    letters = Letter.objects.filter(template="applications.unfinished")
    assert {letter.to_email for letter in letters} == people
    assert (
        letters[0].subject
        == f"Submit your application by 5pm on Wednesday 13 March 2019: {SAID.it_closes.format('in 2 days')}"
    )
    assert "5pm on Wednesday 13 March 2019 (UK time), in 2 days" in letters[0].body


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.WITHDRAWN])
def test_none_after_submission_or_withdrawal(status):
    application_at(status)
    assert due_at(CLOSES - timedelta(hours=8)) == []


def test_none_for_a_call_that_was_cancelled():
    application = an_application()
    calls.cancel(application.call, reason="No money.", by=officer(), at=WRITING)
    assert due_at(CLOSES - timedelta(hours=8)) == []


def test_reminders_ask_the_same_number_of_questions_for_one_draft_and_for_three(django_assert_num_queries):
    call = published_call()
    for more in (1, 2):
        for _ in range(more):
            an_application(call)
        with django_assert_num_queries(2):
            list(reminders.unfinished(CLOSES - timedelta(days=2)))


# --- What waits for the applicants ---


def waits_for(application) -> list[str]:
    return [item.sentence for item in work_queue.items(lead(application.organisation), WRITING)]


def test_a_draft_waits_with_its_deadline():
    application = an_application()
    assert list(work_queue.items(lead(application.organisation), WRITING)) == [
        WorkItem(
            "Finish and submit the application for Citizenship and Integration Project Adviser",
            application.get_absolute_url(),
            CLOSES.date(),
        )
    ]


def test_what_waits_follows_the_proposed_secondees_answer():
    application = an_application()
    fill(application)
    token = candidates.ask(candidate_of(application), by=lead(application.organisation), at=WRITING)
    assert waits_for(application)[0].startswith("Sana Secondee has not answered yet")
    candidates.decline(candidates.find(token), at=WRITING)
    assert waits_for(application)[0].startswith("Propose someone else")
    fill(application)
    confirmed_by_candidate(application)
    assert waits_for(application)[0].startswith("Check and submit")


def test_nothing_waits_after_submission_after_the_close_or_for_strangers(django_assert_num_queries):
    submitted, late = application_at(Status.SUBMITTED), an_application()
    assert waits_for(submitted) == []
    assert list(work_queue.items(lead(late.organisation), CLOSES)) == []
    stranger = UserFactory()
    assert (stranger.roles, stranger.standings) == (frozenset(), {})
    with django_assert_num_queries(0):
        assert list(work_queue.items(stranger, WRITING)) == []
