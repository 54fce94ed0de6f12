"""The steps before the start, and whose they are."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.audit import trail
from core.dates import say_day
from core.letters.models import Letter
from core.lifecycle import Refused
from secondments import rules
from secondments.actions import start_steps
from secondments.letters import next_people
from secondments.lifecycle import PlacementStatus
from secondments.models import StartStep
from tests.applications.factories import lead, officer
from tests.secondments.factories import (
    DOING,
    HAPPENED,
    do,
    line_manager,
    opened,
    other_side_of,
    owner_of,
    placement_at,
    programme_manager,
    step_of,
)
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
KINDS = list(StartStep.Kind.values)


@pytest.fixture
def placement():
    return opened()


def everybody(placement):
    return [
        placement.secondee, placement.home_manager, line_manager(), programme_manager(), lead(placement.grant.organisation), officer(),
    ]  # fmt: skip


def people_for(step):
    [(_, people)] = next_people([step])
    return people


def test_each_step_is_recorded_by_its_owner_and_nobody_else(placement):
    for kind in KINDS:
        step = step_of(placement, kind)
        owner = owner_of(step)
        for person in everybody(placement):
            if person != owner:
                with pytest.raises(Refused, match=SAID.only_the_person_named_for):
                    start_steps.record(step, happened_on=HAPPENED, by=person, at=DOING)
        start_steps.record(step, happened_on=HAPPENED, by=owner, at=DOING)
        assert step_of(placement, kind).status == ("recorded" if step.has_two_sides else "done")


def test_the_people_who_are_written_to_are_those_the_rules_let_act(placement):
    for kind in KINDS:
        step = step_of(placement, kind)
        assert people_for(step) == [person for person in everybody(placement) if rules.records_step(person, step)]
        start_steps.record(step, happened_on=HAPPENED, by=owner_of(step), at=DOING)
        if step.has_two_sides:
            assert people_for(step) == [person for person in everybody(placement) if rules.confirms_step(person, step)]


def test_two_steps_are_confirmed_by_the_other_side(placement):
    for kind in ("contract", "managers_meeting"):
        step = step_of(placement, kind)
        start_steps.record(step, happened_on=HAPPENED, by=owner_of(step), at=DOING)
        for person in everybody(placement):
            if person != other_side_of(step):
                with pytest.raises(Refused):
                    start_steps.confirm(step, by=person, at=DOING)
        start_steps.confirm(step, by=other_side_of(step), at=DOING)
        assert step_of(placement, kind).status == "done"


def test_nobody_confirms_their_own_record(placement):
    placement.grant.organisation.memberships.create(person=programme_manager(), standing="lead")
    step = step_of(placement, "contract")
    start_steps.record(step, happened_on=HAPPENED, by=programme_manager(), at=DOING)
    with pytest.raises(Refused, match=SAID.not_the_person_who_recorded):
        start_steps.confirm(step, by=programme_manager(), at=DOING)
    assert step_of(placement, "contract").status == "recorded"


def test_the_other_side_is_asked_by_letter(placement):
    step = step_of(placement, "contract")
    start_steps.record(step, happened_on=HAPPENED, by=programme_manager(), at=DOING)
    letter = Letter.objects.get(template="secondments.step_to_confirm")
    assert letter.to_email == lead(placement.grant.organisation).email
    assert (
        letter.subject == f"Confirm by {say_day(step.due_on)}: Contract between organisation and host, CII-P-2019-001"
    )


def test_what_is_still_to_come_cannot_be_recorded(placement):
    step = step_of(placement, "release")
    with pytest.raises(Refused) as refused:
        start_steps.record(step, happened_on=date(2019, 4, 25), by=owner_of(step), at=DOING)
    assert (refused.value.sentence, refused.value.field) == (
        SAID.record_the_step_after_it.format(SAID.is_in_the_future.format("Thursday 25 April 2019")),
        "happened_on",
    )


def test_nothing_happens_before_the_grant_was_offered(placement):
    step = step_of(placement, "release")
    with pytest.raises(Refused) as refused:
        start_steps.record(step, happened_on=date(2019, 4, 9), by=owner_of(step), at=DOING)
    assert refused.value.sentence == SAID.the_grant_was_offered_on.format(
        "Wednesday 10 April 2019. Enter that day or a later one"
    )


def test_of_the_screening_only_date_and_outcome_are_kept(placement):
    step = step_of(placement, "screening")
    with pytest.raises(Refused, match=SAID.we_record_only_the_date):
        start_steps.record(step, happened_on=HAPPENED, note="Two references.", by=programme_manager(), at=DOING)
    with pytest.raises(IntegrityError), transaction.atomic():
        StartStep.objects.filter(pk=step.pk).update(note="Two references.")


def test_a_step_is_waived_by_the_programme_manager_with_a_reason(placement):
    step = step_of(placement, "role_meeting")
    with pytest.raises(Refused) as refused:
        start_steps.waive(step, reason="  ", by=programme_manager(), at=DOING)
    assert (refused.value.sentence, refused.value.field) == (SAID.enter_why_this_step_is, "reason")
    with pytest.raises(Refused, match=SAID.only_a_programme_manager_of_the_host_can):
        start_steps.waive(step, reason="They know each other.", by=line_manager(), at=DOING)
    start_steps.waive(step, reason="They know each other.", by=programme_manager(), at=DOING)
    assert (step_of(placement, "role_meeting").status, step.waived_reason) == ("waived", "They know each other.")


def test_a_step_opened_again_begins_anew_and_the_trail_keeps_the_past(placement):
    step = step_of(placement, "contract")
    do(step)
    start_steps.reopen(step, by=programme_manager(), at=DOING)
    again = step_of(placement, "contract")
    assert (again.status, again.happened_on, again.recorded_by, again.confirmed_by, again.note) == (
        "open",
        None,
        None,
        None,
        "",
    )
    do(again, at=DOING + timedelta(hours=1))
    assert [entry.event for entry in trail.history(placement)] == [
        "placement opened", "step recorded", "step confirmed", "step reopened", "step recorded", "step confirmed",
    ]  # fmt: skip
    assert Letter.objects.filter(template="secondments.step_to_confirm").count() == 2


def test_a_step_is_recorded_once(placement):
    step = step_of(placement, "release")
    do(step)
    with pytest.raises(Refused, match="This start step is done"):
        do(step_of(placement, "release"))


def test_after_the_start_the_steps_stand_as_they_are():
    placement = placement_at(PlacementStatus.ACTIVE)
    step = step_of(placement, "release")
    for attempt in (
        lambda: start_steps.reopen(step, by=programme_manager(), at=DOING),
        lambda: start_steps.waive(step, reason="No.", by=programme_manager(), at=DOING),
        lambda: do(step),
        lambda: start_steps.confirm(step_of(placement, "managers_meeting"), by=placement.home_manager, at=DOING),
    ):
        with pytest.raises(Refused, match=SAID.this_placement_has_started_so):
            attempt()


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "done"},
        {"status": "recorded"},
        {"status": "waived"},
        {"status": "nowhere"},
    ],
)
def test_impossible_steps_are_refused_by_the_database(placement, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        StartStep.objects.filter(placement=placement, kind="contract").update(**facts)


def test_one_person_cannot_be_both_sides_in_the_database(placement):
    facts = {"happened_on": HAPPENED, "recorded_at": DOING, "confirmed_at": DOING, "status": "done"}
    one = programme_manager()
    with pytest.raises(IntegrityError), transaction.atomic():
        StartStep.objects.filter(placement=placement, kind="contract").update(
            **facts, recorded_by=one, confirmed_by=one
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        StartStep.objects.filter(placement=placement, kind="contract").update(
            **facts | {"confirmed_at": None}, recorded_by=one
        )
