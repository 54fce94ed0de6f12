"""Calls without a close: applied to, handled and shown at any time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.actions import applications, calls
from applications.models import Call
from core.lifecycle import Refused
from tests.accounts.factories import OrganisationFactory
from tests.applications import factories
from tests.applications.factories import (
    CLOSES,
    PUBLISHED,
    WRITING,
    an_application,
    application_at,
    draft_call,
    lead,
    officer,
    published_call,
)
from tests.applications.pages import text_of
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def rolling(**fields):
    return published_call(kind=Call.Kind.ROLLING, closes_at=None, **fields)


def test_a_rolling_call_takes_applications_at_any_time_and_says_so(visitor):
    call = rolling(title="Rolling along")
    visitor.clock.move_to(CLOSES + timedelta(days=400))
    page = text_of(visitor.get(call.get_absolute_url()))
    assert SAID.applications_are_taken_at_any in page
    assert "Closes No closing date: apply at any time" in page
    assert "Start an application" in page
    assert "Rolling : no closing date" in text_of(visitor.get("/calls/"))
    assert "Rolling along" in text_of(visitor.get("/"))
    assert "Closes" not in text_of(visitor.get("/"))


def test_in_a_rolling_call_one_is_started_submitted_and_shortlisted_at_any_time():
    late = CLOSES + timedelta(days=400)
    call = rolling()
    application = an_application(call, at=late)
    assert application.is_open(late)
    submitted = application_at("submitted", call=call)
    factories.shortlist(submitted, by=officer(), at=WRITING + timedelta(days=25))
    assert submitted.status == "shortlisted"
    assert call.is_open(late)


def test_the_pages_of_an_application_to_a_rolling_call_name_no_deadline(visitor):
    call, organisation = rolling(), OrganisationFactory()
    application = an_application(call, organisation=organisation)
    visitor.force_login(lead(organisation), backend="core.accounts.sign_in.SignIn")
    for part in ("", "organisation/", "check/"):
        page = visitor.get(f"{application.get_absolute_url()}{part}")
        assert page.status_code == 200
        assert "None" not in text_of(page)
    assert "at any time" in text_of(visitor.get(f"{call.get_absolute_url()}apply/"))


def test_a_rolling_call_with_a_closing_time_is_not_published():
    call = draft_call(kind=Call.Kind.ROLLING)
    with pytest.raises(Refused, match=SAID.a_rolling_call_is_always_open):
        calls.publish(call, by=officer(), at=PUBLISHED)


def test_nobody_applies_twice_in_a_rolling_call():
    call, organisation = rolling(), OrganisationFactory()
    first = an_application(call, organisation=organisation)
    second = applications.start(call.posts.get(), organisation=organisation, by=lead(organisation), at=WRITING)
    assert first == second
