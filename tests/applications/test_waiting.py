"""What waits for the office: a call to mark as decided, redacted copies to make and to check."""

from datetime import timedelta

import pytest
import time_machine

from applications import work_queue
from applications.actions import assessments, calls, names
from applications.lifecycle import Status
from applications.work_queue.calls import to_decide
from core.accounts.models import User
from core.lifecycle import Refused
from tests.applications.blind import marked, redacted, score_others
from tests.applications.factories import (
    ASSESSING,
    CLOSES,
    DECIDING,
    application_at,
    officer,
    published_call,
    shortlist,
    turn_down,
)
from tests.applications.panel import begun
from tests.grants.factories import second_officer

pytestmark = pytest.mark.django_db
TO_DECIDE = "1 call to mark as decided: every applicant has an answer"
TO_MAKE = "1 application without a redacted copy: its assessors cannot read the CV"
TO_CHECK = "1 application with a redacted copy to check"


@pytest.fixture(autouse=True)
def _spring():
    with time_machine.travel(ASSESSING, tick=False):
        yield


def said(person, now=DECIDING):
    return [item.sentence for item in work_queue.items(User.objects.get(pk=person.pk), now)]


def test_a_call_waits_to_be_marked_as_decided_once_every_applicant_has_an_answer():
    call = published_call()
    first, second = application_at(Status.SUBMITTED, call=call), application_at(Status.SUBMITTED, call=call)
    turn_down(first, by=officer(), at=ASSESSING)
    assert TO_DECIDE not in said(officer())
    with pytest.raises(Refused):
        calls.decide(call, by=officer(), at=DECIDING)
    turn_down(second, by=officer(), at=ASSESSING)
    assert TO_DECIDE in said(officer())
    calls.decide(call, by=officer(), at=DECIDING)
    assert TO_DECIDE not in said(officer())


def test_a_call_that_is_open_or_to_which_nobody_applied_is_not_to_be_decided():
    call = published_call()
    assert list(to_decide(officer(), CLOSES + timedelta(days=3))) == []
    turn_down(application_at(Status.SUBMITTED, call=call), by=officer(), at=ASSESSING)
    assert list(to_decide(officer(), CLOSES - timedelta(days=1))) == []
    assert list(to_decide(officer(), CLOSES + timedelta(days=3))) == [call]


def test_who_stood_aside_is_not_told_by_a_call_to_be_decided_that_the_case_has_its_answer():
    call = published_call()
    application = application_at(Status.SUBMITTED, call=call)
    assessments.declare_conflict(application, explanation="A friend.", by=officer(), at=ASSESSING)
    turn_down(application, by=second_officer(), at=ASSESSING)
    assert TO_DECIDE in said(second_officer())
    assert TO_DECIDE not in said(officer())


def test_redacted_copies_wait_to_be_made_then_checked_and_then_no_more():
    application = marked()
    assert {TO_MAKE, TO_CHECK} & set(said(officer())) == {TO_MAKE}
    redacted(application, "statement")
    redacted(application, is_checked=False)
    assert {TO_MAKE, TO_CHECK} & set(said(officer())) == {TO_CHECK}
    redacted(application, words="This person led a choir")
    assert {TO_MAKE, TO_CHECK} & set(said(officer())) == set()


def test_no_copy_is_wanted_where_names_are_shown_or_open_to_all():
    shortlist(application_at(Status.SUBMITTED), by=officer(), at=ASSESSING)
    assert TO_MAKE not in said(officer())
    application = marked()
    assert TO_MAKE in said(officer())
    score_others(begun(application))
    names.open_to_all(application, by=officer(), at=ASSESSING)
    assert TO_MAKE not in said(officer())
