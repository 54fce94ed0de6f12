"""The steps before the start, and whose they are."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.audit import trail
from core.dates import say_day
from core.letters.models import Letter
from core.lifecycle import Refused
from secondments import defaults, rules
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
KINDS = [row.kind for row in defaults.STEPS]


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


# --- Waivers: by the step's owner, or with the consent of the owner or the other side ---


def letters_of(template):
    return {letter.to_user for letter in Letter.objects.filter(template=f"secondments.{template}")}


@pytest.mark.parametrize("kind", ["screening", "release", "role_meeting"])
def test_a_step_of_one_side_is_waived_by_its_owner_with_a_reason(placement, kind):
    step = step_of(placement, kind)
    with pytest.raises(Refused) as refused:
        start_steps.waive(step, reason="  ", by=owner_of(step), at=DOING)
    assert (refused.value.sentence, refused.value.field) == (SAID.enter_why_this_step_is, "reason")
    start_steps.waive(step, reason="They know each other.", by=owner_of(step), at=DOING)
    assert (step_of(placement, kind).status, step.waived_reason) == ("waived", "They know each other.")
    three = {placement.secondee, placement.line_manager, placement.home_manager}
    assert letters_of("step_waived") == three | {lead(placement.grant.organisation)}


@pytest.mark.parametrize("kind", ["contract", "release", "role_meeting", "managers_meeting"])
def test_the_host_waives_no_step_alone(placement, kind):
    step, host = step_of(placement, kind), programme_manager()
    with pytest.raises(Refused) as refused:
        start_steps.waive(step, reason="Not needed.", by=host, at=DOING)
    assert refused.value.code == "secondments.waive_startstep"
    start_steps.ask_waiver(step, reason="Not needed.", by=host, at=DOING)
    step = step_of(placement, kind)
    assert (step.status, step.waiver_asked_by, step.is_settled) == ("open", host, False)
    with pytest.raises(Refused):
        start_steps.waive(step, reason="Not needed.", by=host, at=DOING)
    consenting = {person for person in everybody(placement) if rules.consents_to_waiver(person, step)}
    assert consenting == letters_of("waiver_asked") == {other_side_of(step) if step.has_two_sides else owner_of(step)}


def test_a_waiver_that_was_asked_for_stands_once_the_other_side_agrees(placement):
    step, consenting = step_of(placement, "managers_meeting"), placement.home_manager
    start_steps.ask_waiver(step, reason="They worked together.", by=line_manager(), at=DOING)
    start_steps.waive(step, reason="They worked together.", by=consenting, at=DOING)
    step = step_of(placement, "managers_meeting")
    assert (step.status, step.waiver_asked_by, step.waiver_reason) == ("waived", None, "")
    line = trail.history(placement).get(event="step waived")
    assert (line.by, line.detail["asked_by"]) == (consenting, str(line_manager()))


def test_the_organisation_may_ask_the_host_to_waive(placement):
    step = step_of(placement, "contract")
    start_steps.ask_waiver(step, reason="The old contract runs on.", by=lead(placement.grant.organisation), at=DOING)
    assert letters_of("waiver_asked") == {programme_manager()}


def test_a_waiver_is_refused_and_whoever_asked_is_emailed(placement):
    step, by = step_of(placement, "release"), lead(placement.grant.organisation)
    start_steps.ask_waiver(step, reason="Not needed.", by=programme_manager(), at=DOING)
    with pytest.raises(Refused):
        start_steps.ask_waiver(step, reason="Not needed.", by=programme_manager(), at=DOING)
    start_steps.refuse_waiver(step, by=by, at=DOING)
    assert (step_of(placement, "release").status, step_of(placement, "release").waiver_asked_by) == ("open", None)
    assert letters_of("waiver_refused") == {programme_manager()}


def test_a_step_that_happens_after_all_is_no_longer_asked_to_be_waived(placement):
    step = step_of(placement, "release")
    start_steps.ask_waiver(step, reason="Not needed.", by=programme_manager(), at=DOING)
    do(step)
    assert (step_of(placement, "release").status, step_of(placement, "release").waiver_asked_by) == ("done", None)


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
        lambda: start_steps.waive(step, reason="No.", by=lead(placement.grant.organisation), at=DOING),
        lambda: start_steps.ask_waiver(step, reason="No.", by=programme_manager(), at=DOING),
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
