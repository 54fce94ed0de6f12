"""What becomes of an application: every step from every status."""

import pytest

from applications.actions import outcomes
from applications.lifecycle import APPLICATION, Status
from core.audit import trail
from core.lifecycle import Refused
from tests.applications.factories import DECIDING, application_at, officer
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
STEPS = {
    "offer": outcomes.offer,
    "reserve": outcomes.reserve,
    "turn_down": outcomes.turn_down,
    "accept_offer": outcomes.accept_offer,
    "decline_offer": outcomes.decline_offer,
}


@pytest.mark.parametrize("status", Status.values)
def test_outcomes_move_what_they_may_and_leave_the_rest_as_it_is(status):
    start = application_at(status)
    for step, action in STEPS.items():
        application = type(start).objects.get(pk=start.pk)
        if APPLICATION.allows(status, step):
            continue
        with pytest.raises(Refused) as refused:
            action(application, by=officer(), at=DECIDING)
        application.refresh_from_db()
        assert application.status == status
        assert refused.value.sentence.startswith(f"This application is {application.get_status_display()}, so “")


@pytest.mark.parametrize(
    ("status", "step", "target", "event"),
    [
        ("shortlisted", "offer", "offered", "grant offered"),
        ("reserve", "offer", "offered", "grant offered"),
        ("shortlisted", "reserve", "reserve", SAID.put_on_the_reserve_list),
        ("shortlisted", "turn_down", "unsuccessful", "application unsuccessful"),
        ("reserve", "turn_down", "unsuccessful", "application unsuccessful"),
        ("submitted", "turn_down", "unsuccessful", "application unsuccessful"),
        ("offered", "accept_offer", "accepted", "offer accepted"),
        ("offered", "decline_offer", "offer_declined", "offer declined"),
    ],
)
def test_an_outcome_is_kept_with_a_line_in_the_trail(status, step, target, event):
    application = application_at(status)
    STEPS[step](application, by=officer(), at=DECIDING)
    application.refresh_from_db()
    assert application.status == target
    assert application.released_at == DECIDING
    last = trail.history(application).last()
    assert (last.event, last.by, last.at) == (event, officer(), DECIDING)
