"""A step before the start that is overdue."""

from datetime import UTC, datetime, timedelta

import pytest

from secondments.actions import start_steps
from secondments.lifecycle import PlacementStatus
from secondments.reminders import due
from tests.secondments.factories import (
    DOING,
    HAPPENED,
    do,
    line_manager,
    opened,
    other_side_of,
    owner_of,
    placement_at,
    step_of,
)

pytestmark = pytest.mark.django_db
# The steps are due on Wednesday 17 April 2019; nine o'clock in London is eight in UTC by then.
FIRST = datetime(2019, 4, 18, 8, 0, tzinfo=UTC)
SECOND = datetime(2019, 4, 24, 8, 0, tzinfo=UTC)
KINDS = ("screening", "contract", "release", "role_meeting", "managers_meeting")


def keys(now):
    return [reminder.key for reminder in due(now) if reminder.is_due(now)]


def test_the_owners_are_reminded_at_nine_on_the_day_after_and_seven_days_after():
    placement = opened()
    assert keys(FIRST - timedelta(seconds=1)) == []
    owners = [(step.pk, owner_of(step).pk) for step in (step_of(placement, kind) for kind in KINDS)]
    assert keys(FIRST) == [f"step overdue:{step}:2019-04-17:1:{person}" for step, person in owners]
    assert keys(SECOND - timedelta(seconds=1)) == keys(FIRST)
    assert keys(SECOND) == [f"step overdue:{step}:2019-04-17:7:{person}" for step, person in owners]
    assert keys(SECOND + timedelta(days=300)) == keys(SECOND)


def test_what_is_done_or_waived_is_not_reminded_of():
    placement = opened()
    for kind in KINDS[:4]:
        do(step_of(placement, kind))
    last = step_of(placement, "managers_meeting")
    start_steps.ask_waiver(last, reason="One person was both.", by=line_manager(), at=DOING)
    start_steps.waive(last, reason="One person was both.", by=placement.home_manager, at=DOING)
    assert keys(SECOND + timedelta(days=30)) == []


def test_once_recorded_the_other_side_is_reminded():
    placement = opened()
    step = step_of(placement, "managers_meeting")
    early = DOING - timedelta(days=7)
    start_steps.record(step, happened_on=early.date(), by=owner_of(step), at=early)
    assert keys(FIRST)[-1] == f"step overdue:{step.pk}:2019-04-17:1:{other_side_of(step).pk}"


def test_somebody_who_was_asked_after_the_reminders_day_is_not_reminded_of_that_day():
    placement = opened()
    step = step_of(placement, "managers_meeting")
    at = FIRST + timedelta(days=1)
    start_steps.record(step, happened_on=at.date(), by=owner_of(step), at=at)
    assert [key for key in keys(at + timedelta(days=1)) if f":{step.pk}:" in key] == []
    assert keys(SECOND)[-1].endswith(f":7:{other_side_of(step).pk}")


def test_after_the_start_nothing_is_overdue():
    placement_at(PlacementStatus.ACTIVE)
    assert keys(SECOND + timedelta(days=30)) == []


def test_the_reminded_are_the_steps_own_people():
    placement = opened()
    for reminder in due(FIRST):
        step = reminder.context["step"]
        assert reminder.to == owner_of(step)
    step = step_of(placement, "contract")
    start_steps.record(step, happened_on=HAPPENED, by=owner_of(step), at=DOING)
    late = [r for r in due(DOING + timedelta(days=30)) if r.context["step"].kind == "contract"]
    assert [r.to for r in late] == [other_side_of(step)]


def test_a_reminder_says_what_to_do_and_by_when_it_was_due(settings):
    from core.letters.rendering import render

    opened()
    reminder = next(r for r in due(FIRST) if r.context["step"].kind == "release")
    words = render(reminder.template, {"person": reminder.to, "site_url": settings.SITE_URL, **reminder.context})
    assert words.subject == "Overdue for CII-P-2019-001: Release arrangements"
    assert "This step was due on Wednesday 17 April 2019 and is not complete: Release arrangements." in words.body
    assert f"{settings.SITE_URL}/placements/CII-P-2019-001/steps/release/" in words.body


def test_the_number_of_queries_does_not_grow_with_the_steps(django_assert_num_queries):
    opened()
    with django_assert_num_queries(7):
        list(due(FIRST))
