"""An extension checks its dates, moves what follows the close, and tells everybody who was told the old dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from applications.actions import calls, candidates, invitations
from applications.actions.call_checks import LaterDates
from applications.lifecycle import Status
from applications.models import Call
from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from tests.applications.factories import (
    CLOSES,
    SUBMITTING,
    WRITING,
    an_application,
    application_at,
    candidate_of,
    fill,
    lead,
    officer,
    published_call,
)
from tests.applications.pages import text_of
from tests.client import Client

pytestmark = pytest.mark.django_db

A_WEEK_LATER = CLOSES + timedelta(days=7)
EASTER_LATER = datetime(2019, 4, 19, 16, 0, tzinfo=UTC)  # Good Friday


def extend(call, closes_at=A_WEEK_LATER, **facts):
    calls.extend(call, closes_at=closes_at, reason="The line was cut.", by=officer(), at=WRITING, **facts)


def told(template):
    return set(Letter.objects.filter(template=f"applications.{template}").values_list("to_email", flat=True))


def test_f11_the_later_dates_are_proposed_moved_by_as_many_days_on_working_days():
    call = published_call()
    assert LaterDates.moved(call, A_WEEK_LATER) == LaterDates(
        visits_from_on=date(2019, 3, 27),
        visits_to_on=date(2019, 4, 3),
        decision_week_on=date(2019, 4, 15),
        start_month_on=date(2019, 5, 1),
    )
    easter = LaterDates.moved(call, CLOSES + timedelta(days=30))  # 20 March and 30 days: Good Friday
    assert easter.visits_from_on == date(2019, 4, 23)
    assert easter.decision_week_on == date(2019, 5, 13)


def test_f11_an_extension_past_the_visits_or_onto_a_free_day_needs_a_reason():
    call = published_call()
    for closes_at in (EASTER_LATER, CLOSES + timedelta(days=10)):
        with pytest.raises(Refused) as refusal:
            extend(call, closes_at)
        assert (refusal.value.field, refusal.value.code) == ("despite", "dates")
    assert Call.objects.get(pk=call.pk).closes_at == CLOSES
    extend(call, EASTER_LATER, despite="The office works over Easter.")
    assert Call.objects.get(pk=call.pk).closes_at == EASTER_LATER
    assert "over Easter" in str(trail.history(call).get(event="call extended").detail)


def test_f11_the_dates_move_together_and_visits_can_be_arranged():
    call = published_call()
    extend(call, later=LaterDates.moved(call, A_WEEK_LATER))
    moved = Call.objects.get(pk=call.pk)
    assert (moved.visits_from_on, moved.decision_week_on) == (date(2019, 3, 27), date(2019, 4, 15))


def test_a_date_that_applicants_have_read_is_never_moved_to_an_earlier_day():
    call = published_call()
    with pytest.raises(Refused) as refusal:
        extend(call, later=LaterDates(visits_from_on=date(2019, 3, 19)))
    assert refusal.value.field == "visits_from_on"


def test_everybody_who_was_told_the_old_dates_is_told_the_new():
    call = published_call()
    submitted = application_at(Status.SUBMITTED, call=call)
    asked = an_application(call)
    fill(asked)
    candidates.ask(candidate_of(asked), by=lead(asked.organisation), at=WRITING)
    extend(call, later=LaterDates.moved(call, A_WEEK_LATER))
    assert told("call_extended") == {lead(submitted.organisation).email, lead(asked.organisation).email}
    assert told("call_extended_candidate") == {candidate_of(submitted).email, candidate_of(asked).email}
    for letter in Letter.objects.filter(template__contains="call_extended"):
        assert "5pm on Wednesday 20 March 2019" in letter.body
        assert "Wednesday 27 March 2019 to Wednesday 3 April 2019" in letter.body
        assert "in the week of Monday 15 April 2019" in letter.body


def test_who_has_an_unused_code_is_told_the_new_deadline():
    call = published_call(kind="invited")
    invitations.issue(
        call, invited="Elder Grove", email="grove@example.org", expires_at=CLOSES, most_uses=1, by=officer(), at=WRITING
    )
    extend(call, later=LaterDates.moved(call, A_WEEK_LATER))
    assert told("call_extended_invited") == {"grove@example.org"}


def test_the_officer_is_shown_the_proposed_dates_and_confirms_them():
    call = published_call()
    client = Client()
    client.force_login(officer(), backend="core.accounts.sign_in.SignIn")
    page = f"/admin/applications/call/{call.pk}/steps/extend/"
    typed = {"closes_at_0": "2019-03-20", "closes_at_1": "17:00", "closes_at": "2019-03-20T17:00", "reason": "Snow."}
    with time_machine.travel(SUBMITTING, tick=False):
        shown = client.post(page, typed)
        assert "The later dates below follow the new closing time" in text_of(shown)
        assert Call.objects.get(pk=call.pk).closes_at == CLOSES
        form = shown.context_data["form"]
        client.post(page, {**typed, **{name: form.data[name] for name in form.data if name not in typed}})
    moved = Call.objects.get(pk=call.pk)
    assert (moved.closes_at, moved.visits_from_on) == (A_WEEK_LATER, date(2019, 3, 27))
