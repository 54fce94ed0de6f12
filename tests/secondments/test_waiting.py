"""What waits for whom around placements."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.accounts.models import User
from core.accounts.roles import Role
from core.work_queue import WorkItem
from grants.lifecycle import GrantStatus
from secondments.actions import organisation_views, placements, start_steps, workplans
from secondments.work_queue import items
from tests.accounts.factories import UserFactory, person_with
from tests.applications.factories import lead, officer
from tests.grants.factories import grant_at
from tests.secondments.factories import (
    DOING,
    PLANNING,
    do,
    line_manager,
    milestone,
    opened,
    programme_manager,
    ready,
    step_of,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db


def waits(person, now=DOING):
    return [item.sentence for item in items(User.objects.get(pk=person.pk), now)]


def test_officers_and_the_programme_manager_see_that_an_agreed_grant_has_no_placement():
    grant_at(GrantStatus.AGREED)
    expected = [WorkItem(SAID.open_a_placement_for_1, "/placements/")]
    assert list(items(officer(), DOING)) == expected
    assert list(items(programme_manager(), DOING)) == expected
    assert list(items(line_manager(), DOING)) == []


def test_each_owner_sees_their_own_steps_with_the_day_they_are_due():
    placement = opened()
    assert waits(programme_manager()) == [
        "Record for Sana Secondee: Host's HR screening",
        "Record for Sana Secondee: Contract between organisation and host",
    ]
    assert list(items(lead(placement.grant.organisation), DOING)) == [
        WorkItem(
            "Record for Sana Secondee: Release arrangements",
            "/placements/CII-P-2019-001/steps/release/",
            date(2019, 4, 17),
        )
    ]
    assert waits(placement.home_manager) == []
    assert waits(placement.secondee) == ["Choose your working days"]


def test_the_programme_manager_sees_a_placement_that_can_start():
    placement = ready()
    assert list(items(programme_manager(), DOING)) == [
        WorkItem(
            SAID.start_the_placement_of.format("Sana Secondee"),
            "/placements/CII-P-2019-001/start/",
            placement.starts_on,
        )
    ]


def test_a_placement_past_its_last_day_waits_to_be_ended(active):
    assert waits(programme_manager(), datetime(2020, 4, 30, 9, tzinfo=UTC)) == []
    assert waits(programme_manager(), datetime(2020, 5, 1, 9, tzinfo=UTC)) == [
        SAID.end_the_placement_of.format("Sana Secondee")
    ]


def test_a_secondee_begins_the_workplan_once_the_placement_runs(active):
    placements.set_working_days(active, days={"Monday", "Tuesday", "Friday"}, by=active.secondee, at=PLANNING)
    assert waits(active.secondee) == ["Start your workplan"]
    milestone(active)
    assert waits(active.secondee) == []


def test_a_milestone_waits_for_the_secondee_from_a_fortnight_before_it_is_due_until_it_is_done_or_with_the_host(active):
    placements.set_working_days(active, days={"Monday", "Tuesday", "Friday"}, by=active.secondee, at=PLANNING)
    due = datetime(2019, 7, 31, 9, tzinfo=UTC)
    row = milestone(active, due_on=due.date())
    milestone(active, title="Much later", due_on=due.date() + timedelta(days=200))
    waiting = [WorkItem("Your workplan: Plan the campaign", "/placements/CII-P-2019-001/workplan/", due.date())]
    for now in (due - timedelta(days=14), due, due + timedelta(days=40)):
        assert list(items(active.secondee, now)) == waiting
    assert waits(active.secondee, due - timedelta(days=15)) == []
    assert "Your workplan: Plan the campaign" not in waits(line_manager(), due)
    workplans.ask_sign_off(row, by=active.secondee, at=PLANNING)
    assert waits(active.secondee, due) == []


def test_sign_offs_and_concerns_wait_for_the_host_and_the_version_for_the_organisation(active):
    placements.set_working_days(active, days={"Monday", "Tuesday", "Friday"}, by=active.secondee, at=PLANNING)
    row = milestone(active)
    workplans.ask_sign_off(row, by=active.secondee, at=PLANNING)
    assert waits(active.home_manager) == [SAID.say_what_your_organisation_thinks.format("Sana Secondee")]
    organisation_views.say_view(active, view="concern", text="Too much paper.", by=active.home_manager, at=PLANNING)
    assert waits(active.home_manager) == []
    for person in (line_manager(), programme_manager()):
        assert waits(person, PLANNING + timedelta(days=12)) == [
            "Sign off “Plan the campaign” of Sana Secondee: waiting for 12 days",
            SAID.answer_s_concern_about_a.format("Hanna Home", "Sana Secondee"),
        ]
    assert waits(line_manager(), PLANNING)[0] == "Sign off “Plan the campaign” of Sana Secondee: asked for today"


def test_nothing_is_asked_of_the_database_for_people_without_a_part(django_assert_num_queries):
    opened()
    for role in (Role.FINANCE, Role.COMMITTEE, Role.LEARNING_PARTNER):
        person = person_with(role)
        assert (person.roles, person.organisation_ids) == (frozenset({role}), frozenset())
        with django_assert_num_queries(int(person.is_staff)):  # the cases on which they stand in for somebody
            assert list(items(person, DOING)) == []
    stranger = UserFactory()
    assert stranger.roles | stranger.organisation_ids == frozenset()
    with django_assert_num_queries(2):
        assert list(items(stranger, DOING)) == []


def test_a_confirmation_waits_for_the_other_side():
    placement = opened()
    step = step_of(placement, "contract")
    start_steps.record(step, happened_on=date(2019, 4, 20), by=programme_manager(), at=DOING)
    assert waits(lead(placement.grant.organisation)) == [
        "Confirm for Sana Secondee: Contract between organisation and host",
        "Record for Sana Secondee: Release arrangements",
    ]
    do(step_of(placement, "release"))


def test_a_sign_off_says_since_when_it_waits(active):
    placements.set_working_days(active, days={"Monday", "Tuesday", "Friday"}, by=active.secondee, at=PLANNING)
    workplans.ask_sign_off(milestone(active), by=active.secondee, at=PLANNING)
    [item] = items(User.objects.get(pk=line_manager().pk), PLANNING)
    assert (item.due_on, item.since) == (None, PLANNING.date())


def test_a_waiver_that_waits_says_whose_step_it_is():
    placement = opened()
    step = step_of(placement, "role_meeting")
    start_steps.ask_waiver(step, reason="They have met.", by=programme_manager(), at=DOING)
    asked = SAID.agree_to_waive_or_refuse.format("Sana Secondee", "Meeting of secondee and line manager")
    assert asked in waits(placement.line_manager)
