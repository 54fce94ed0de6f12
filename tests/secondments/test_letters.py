"""Who is emailed when something of a placement waits for them: a home page is not the only place that says so."""

from datetime import date, timedelta

import pytest

from core.dates import london
from core.letters import reminders
from core.letters.models import Letter, Status
from grants.actions import extensions
from grants.lifecycle import GrantStatus
from secondments import defaults
from secondments.actions import organisation_views, start_steps, workplans
from secondments.letters import everyone
from secondments.lifecycle import PlacementStatus
from secondments.reminders import morning_after
from tests.applications.factories import lead, officer
from tests.grants.factories import fresh as fresh_grant
from tests.grants.factories import grant_at
from tests.secondments.factories import (
    DOING,
    HAPPENED,
    PLANNING,
    do,
    fresh,
    milestone,
    opened,
    placement_at,
    programme_manager,
    step_of,
)

pytestmark = pytest.mark.django_db
KINDS = [row.kind for row in defaults.STEPS]


def told(template):
    letters = Letter.objects.filter(template=f"secondments.{template}").order_by("pk")
    return [letter.to_email for letter in letters]


def test_the_host_is_asked_to_open_the_placement_of_a_grant_that_was_agreed():
    manager = programme_manager()
    grant = grant_at(GrantStatus.AGREED)
    assert told("placement_to_open") == [manager.email]
    letter = Letter.objects.get(template="secondments.placement_to_open")
    assert f"/placements/open/{grant.reference}/" in letter.body
    assert letter.attachments == []  # the agreement, with its sums, is between the organisation and the funder


def test_the_line_manager_is_emailed_when_a_sign_off_is_asked_for_and_the_secondee_when_it_is_answered():
    placement = placement_at(PlacementStatus.ACTIVE)
    row = milestone(placement)
    workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING)
    assert told("sign_off_asked") == [placement.line_manager.email]
    workplans.refuse_sign_off(row, by=placement.line_manager, at=PLANNING + timedelta(hours=1))
    workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING + timedelta(hours=2))
    workplans.give_sign_off(row, by=placement.line_manager, at=PLANNING + timedelta(hours=3))
    assert told("sign_off_asked") == [placement.line_manager.email] * 2
    assert told("sign_off_answered") == [placement.secondee.email] * 2
    subjects = Letter.objects.filter(template="secondments.sign_off_answered").order_by("pk")
    assert [letter.subject.split(":")[0] for letter in subjects] == ["Not signed off", "Signed off"]


def test_who_asks_for_a_sign_off_is_not_emailed_about_it_and_a_programme_manager_stands_in_for_who_left():
    placement = placement_at(PlacementStatus.ACTIVE)
    workplans.ask_sign_off(milestone(placement), by=placement.line_manager, at=PLANNING)
    assert told("sign_off_asked") == []
    second = milestone(placement, title="Plan a second campaign")
    placement.line_manager.role_assignments.all().delete()
    workplans.ask_sign_off(second, by=placement.secondee, at=PLANNING)
    assert told("sign_off_asked") == [programme_manager().email]


def test_the_organisation_is_emailed_the_morning_after_a_workplan_changed_once_for_all_changes_of_the_day():
    placement = placement_at(PlacementStatus.ACTIVE)
    milestone(placement)
    morning = morning_after(london(PLANNING).date(), 1)
    organisation = sorted([placement.home_manager.email, lead(placement.grant.organisation).email])
    reminders.post_due(morning - timedelta(seconds=1))
    assert told("new_workplan") == []
    reminders.post_due(morning)
    reminders.post_due(morning + timedelta(days=2))
    assert sorted(told("new_workplan")) == organisation
    assert {
        letter.subject.split(" of ")[0] for letter in Letter.objects.filter(template="secondments.new_workplan")
    } == {"Read version 2"}


def test_a_letter_that_waits_is_taken_back_when_the_workplan_has_been_read():
    placement = placement_at(PlacementStatus.ACTIVE)
    milestone(placement)
    reminders.post_due(PLANNING + timedelta(days=1))
    Letter.objects.filter(template="secondments.new_workplan").update(status="queued")
    organisation_views.say_view(placement, view="agrees", by=placement.home_manager, at=PLANNING + timedelta(days=1))
    statuses = Letter.objects.filter(template="secondments.new_workplan").values_list("status", flat=True)
    assert set(statuses) == {"withdrawn"}


def test_nobody_is_asked_to_read_a_workplan_that_was_read_or_whose_placement_is_over():
    placement = placement_at(PlacementStatus.ACTIVE)
    milestone(placement)
    organisation_views.say_view(placement, view="agrees", by=placement.home_manager, at=PLANNING)
    later = PLANNING + timedelta(days=3)
    reminders.post_due(later)
    assert told("new_workplan") == []
    other = opened(grant_at(GrantStatus.AGREED))
    milestone(other)
    type(other).objects.filter(pk=other.pk).update(status="called_off", ended_at=PLANNING, called_off_reason="None.")
    reminders.post_due(later)
    assert told("new_workplan") == []


def test_everyone_is_told_once_the_last_of_the_six_steps_is_settled_and_not_before():
    placement = opened()
    *others, last = placement.steps.all()
    for step in others:
        do(step)
    assert told("ready_to_start") == []
    do(last)
    assert told("ready_to_start") == [person.email for person in everyone([placement])[placement.pk]]
    assert programme_manager().email in told("ready_to_start")


def test_a_placement_s_last_day_is_said_four_weeks_and_one_week_before_and_not_after_it():
    placement = placement_at(PlacementStatus.ACTIVE)
    four, one = (morning_after(placement.ends_on, -days) for days in (28, 7))
    reminders.post_due(four - timedelta(seconds=1))
    assert told("ends_soon") == []
    expected = [person.email for person in everyone([placement])[placement.pk]]
    for now, times in ((four, 1), (one, 2), (morning_after(placement.ends_on, 1), 2)):
        reminders.post_due(now)
        assert told("ends_soon") == expected * times


def test_a_last_day_that_moved_takes_its_reminders_along():
    placement = placement_at(PlacementStatus.ACTIVE)
    four = morning_after(placement.ends_on, -28)
    reminders.post_due(four)
    extensions.extend(
        fresh_grant(placement.grant), to_on=date(2020, 10, 31), reason="More to do.", by=officer(), at=four
    )
    waiting = Letter.objects.filter(template="secondments.ends_soon").values_list("status", flat=True)
    assert set(waiting) == {Status.WITHDRAWN}
    placement.refresh_from_db()
    reminders.post_due(morning_after(placement.ends_on, -28))
    assert told("ends_soon") == [person.email for person in everyone([placement])[placement.pk]] * 2


def test_who_recorded_a_step_is_emailed_when_the_other_side_confirms_it_once():
    placement = opened()
    step = step_of(placement, "managers_meeting")
    start_steps.record(step, happened_on=HAPPENED, by=placement.line_manager, at=DOING)
    assert told("step_confirmed") == []
    start_steps.confirm(step, by=placement.home_manager, at=DOING)
    assert told("step_confirmed") == [placement.line_manager.email]
    letter = Letter.objects.get(template="secondments.step_confirmed")
    assert letter.subject == f"Confirmed: {step.get_kind_display()}, {placement.reference}"
    assert placement.home_manager.name in letter.body


def test_of_the_last_step_who_recorded_it_is_emailed_that_the_placement_is_ready_and_nothing_else():
    placement = opened()
    for kind in KINDS:
        do(step_of(placement, kind))
    two_sided = [step for step in placement.steps.all() if step.has_two_sides]
    assert fresh(placement).is_ready
    last = placement.steps.latest("confirmed_at")
    start_steps.reopen(last, by=programme_manager(), at=DOING)
    before = len(told("step_confirmed"))
    assert before == len(two_sided) - last.has_two_sides
    do(step_of(placement, last.kind), at=DOING + timedelta(hours=1))
    assert (len(told("step_confirmed")), fresh(placement).is_ready) == (before, True)


def test_who_recorded_a_step_and_has_left_the_placement_is_not_emailed():
    placement = opened()
    step = step_of(placement, "managers_meeting")
    start_steps.record(step, happened_on=HAPPENED, by=placement.line_manager, at=DOING)
    placement.line_manager.role_assignments.all().delete()
    start_steps.confirm(step_of(fresh(placement), "managers_meeting"), by=placement.home_manager, at=DOING)
    assert told("step_confirmed") == []


@pytest.mark.parametrize("state", ["recorded", "done", "waived"])
def test_a_step_that_is_reopened_is_told_to_both_its_sides_and_to_all_who_heard_that_it_was_waived(state):
    placement = opened()
    step = step_of(placement, "managers_meeting")
    start_steps.record(step, happened_on=HAPPENED, by=placement.line_manager, at=DOING)
    if state == "done":
        start_steps.confirm(step, by=placement.home_manager, at=DOING)
    if state == "waived":
        start_steps.ask_waiver(step, reason="They know each other.", by=programme_manager(), at=DOING)
        start_steps.waive(
            step_of(placement, step.kind), reason="They know each other.", by=placement.home_manager, at=DOING
        )
    start_steps.reopen(step_of(placement, step.kind), by=programme_manager(), at=DOING + timedelta(hours=1))
    both = {placement.line_manager.email, placement.home_manager.email}
    more = {*told("step_waived")} if state == "waived" else set()
    assert {*told("step_reopened")} == both | more
    assert len(told("step_reopened")) == len(both | more)
    assert programme_manager().email not in told("step_reopened")


def test_who_asked_for_a_waiver_is_emailed_that_the_step_is_waived():
    placement = opened()
    start_steps.record(step_of(placement, "contract"), happened_on=HAPPENED, by=programme_manager(), at=DOING)
    start_steps.ask_waiver(step_of(placement, "contract"), reason="It still holds.", by=programme_manager(), at=DOING)
    by = lead(placement.grant.organisation)
    start_steps.waive(step_of(placement, "contract"), reason="It still holds.", by=by, at=DOING)
    assert programme_manager().email in told("step_waived")
