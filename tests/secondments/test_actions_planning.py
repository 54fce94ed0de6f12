"""Keeping the workplan, its sign-offs, and the organisation's say."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.audit import trail
from core.letters.models import Letter
from core.lifecycle import Refused
from secondments.actions import organisation_views, workplans
from secondments.lifecycle import MILESTONE, SIGN_OFF, PlacementStatus
from secondments.models import Milestone, OrganisationView, Workplan
from tests.applications.factories import lead, officer
from tests.secondments.factories import PLANNING, milestone, opened, placement_at, programme_manager
from tests.sentences import SAID

pytestmark = pytest.mark.django_db
CHANGED = {
    "title": "Plan two campaigns",
    "due_on": date(2019, 8, 30),
    "strand": None,
    "work": "proactive",
    "influence": "vertical",
}


@pytest.fixture
def placement():
    return opened()


def version(placement):
    return Workplan.objects.get(placement=placement).version


def test_every_change_of_words_raises_the_version(placement):
    objective = workplans.add_objective(placement, title="More register", by=placement.secondee, at=PLANNING)
    objective.workplan.placement = placement
    first = milestone(placement)
    workplans.change_objective(
        objective, title="Many more register", seen_version=2, by=placement.secondee, at=PLANNING
    )
    workplans.change_milestone(first, **CHANGED, seen_version=3, by=placement.secondee, at=PLANNING)
    assert version(placement) == 4
    workplans.take_step(first, step="begin", by=placement.secondee, at=PLANNING)
    assert version(placement) == 4
    assert [entry.event for entry in trail.history(placement)][1:] == [
        "objective added", "milestone added", "objective changed", "milestone changed", "milestone under way",
    ]  # fmt: skip


def test_saving_the_same_words_changes_nothing(placement):
    row = milestone(placement)
    same = {
        "title": row.title,
        "due_on": row.due_on,
        "strand": row.strand,
        "work": row.work,
        "influence": row.influence,
    }
    workplans.change_milestone(row, **same, needs_sign_off=True, seen_version=2, by=placement.secondee, at=PLANNING)
    workplans.change_objective(
        row.objective, title=row.objective.title, seen_version=2, by=placement.secondee, at=PLANNING
    )
    assert version(placement) == 2


def test_of_two_writers_the_second_is_told_and_loses_no_word(placement):
    row = milestone(placement)
    workplans.change_milestone(row, **CHANGED, seen_version=2, by=placement.secondee, at=PLANNING)
    with pytest.raises(Refused, match="Someone else changed this milestone while you were writing"):
        workplans.change_milestone(
            row, **CHANGED | {"title": "Mine"}, seen_version=2, by=placement.line_manager, at=PLANNING
        )
    assert Milestone.objects.get().title == "Plan two campaigns"
    assert version(placement) == 3
    workplans.change_milestone(
        row, **CHANGED | {"title": "Mine"}, seen_version=3, by=placement.line_manager, at=PLANNING
    )
    assert Milestone.objects.get().title == "Mine"


def test_a_change_elsewhere_in_the_plan_holds_nobody_up(placement):
    row = milestone(placement)
    milestone(placement, title="Another")
    workplans.change_milestone(row, **CHANGED, seen_version=2, by=placement.secondee, at=PLANNING)
    assert version(placement) == 4


@pytest.mark.parametrize("due_on", [date(2019, 4, 30), date(2020, 5, 1)])
def test_a_milestone_is_due_within_the_placement(placement, due_on):
    with pytest.raises(Refused) as refused:
        milestone(placement, due_on=due_on)
    assert (refused.value.sentence, refused.value.field) == (
        SAID.the_placement_runs_from_to.format(
            "Wednesday 1 May 2019", "Thursday 30 April 2020. Choose a day between them"
        ),
        "due_on",
    )


def test_home_manager_lead_and_officer_read_the_workplan_but_do_not_write_it(placement):
    for by in (placement.home_manager, lead(placement.grant.organisation), officer()):
        with pytest.raises(Refused, match=SAID.a_programme_manager_of_the_host):
            workplans.add_objective(placement, title="Ours", by=by, at=PLANNING)
    assert version(placement) == 0


def test_a_milestone_is_done_on_londons_day(placement):
    row = milestone(placement)
    workplans.take_step(row, step="complete", by=placement.secondee, at=PLANNING.replace(hour=23, minute=30))
    assert Milestone.objects.get().done_on == date(2019, 5, 7)
    workplans.take_step(row, step="resume", by=placement.secondee, at=PLANNING)
    assert (Milestone.objects.get().status, Milestone.objects.get().done_on) == ("under_way", None)


@pytest.mark.parametrize("status", [*MILESTONE.steps["drop"].sources, "done", "dropped"])
@pytest.mark.parametrize("step", list(MILESTONE.steps))
def test_every_step_from_every_status_of_a_milestone(placement, status, step):
    row = milestone(placement)
    Milestone.objects.filter(pk=row.pk).update(status=status, done_on=date(2019, 5, 6) if status == "done" else None)
    row.refresh_from_db()
    row.objective.workplan.placement = placement
    if MILESTONE.allows(status, step):
        workplans.take_step(row, step=step, by=placement.secondee, at=PLANNING)
        assert Milestone.objects.get().status == MILESTONE.steps[step].target
    else:
        with pytest.raises(Refused, match=SAID.is_not_possible_now):
            workplans.take_step(row, step=step, by=placement.secondee, at=PLANNING)
        assert Milestone.objects.get().status == status


def test_how_long_a_sign_off_waits_is_counted_in_days(placement):
    row = milestone(placement)
    workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING)
    assert row.days_waited(date(2019, 5, 18)) == 12
    workplans.give_sign_off(row, by=placement.line_manager, at=PLANNING + timedelta(days=14))
    assert (row.days_waited(date(2030, 1, 1)), row.sign_off_given_on) == (14, date(2019, 5, 20))


def test_only_the_host_signs_off(placement):
    row = milestone(placement)
    workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING)
    with pytest.raises(Refused, match=SAID.only_the_line_manager_and):
        workplans.give_sign_off(row, by=placement.secondee, at=PLANNING)
    assert Milestone.objects.get().sign_off == "asked"


def test_a_sign_off_sent_back_is_asked_for_again(placement):
    row = milestone(placement)
    workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING)
    workplans.refuse_sign_off(row, by=programme_manager(), at=PLANNING)
    assert (Milestone.objects.get().sign_off, Milestone.objects.get().sign_off_asked_on) == ("needed", None)
    assert SIGN_OFF.steps_from(Milestone.objects.get()) == ["ask"]


def test_sign_off_that_is_not_needed_is_not_asked_for(placement):
    row = milestone(placement, needs_sign_off=False)
    assert row.days_waited(date(2019, 5, 18)) is None
    with pytest.raises(Refused, match=SAID.is_not_possible_now):
        workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING)


def test_a_sign_off_once_asked_for_cannot_be_unticked(placement):
    row = milestone(placement)
    workplans.ask_sign_off(row, by=placement.secondee, at=PLANNING)
    with pytest.raises(Refused) as refused:
        workplans.change_milestone(
            row, **CHANGED, needs_sign_off=False, seen_version=2, by=placement.secondee, at=PLANNING
        )
    assert refused.value.field == "needs_sign_off"
    assert refused.value.sentence == "You asked for sign-off on Monday 6 May 2019, so it is needed. Tick the box again."
    workplans.change_milestone(row, **CHANGED, needs_sign_off=True, seen_version=2, by=placement.secondee, at=PLANNING)
    assert Milestone.objects.get().sign_off == "asked"


def test_lead_and_home_manager_say_what_they_think_of_the_version_they_saw(placement):
    milestone(placement)
    agrees = organisation_views.say_view(placement, view="agrees", by=lead(placement.grant.organisation), at=PLANNING)
    concern = organisation_views.say_view(
        placement, view="concern", text="Too much paper.", seen_version=2, by=placement.home_manager, at=PLANNING
    )
    assert (agrees.of_version, concern.of_version) == (2, 2)
    assert Workplan.objects.get().views.first() == concern


def test_a_view_of_a_version_that_is_past_is_refused(placement):
    milestone(placement)
    with pytest.raises(Refused) as refused:
        organisation_views.say_view(placement, view="agrees", seen_version=1, by=placement.home_manager, at=PLANNING)
    assert refused.value.sentence == (
        SAID.the_workplan_changed_while_you.format("2. Read it again. We have kept what you wrote below")
    )


def test_the_host_and_the_secondee_do_not_speak_for_the_organisation(placement):
    milestone(placement)
    for by in (placement.secondee, placement.line_manager, programme_manager(), officer()):
        with pytest.raises(Refused, match=SAID.only_a_lead_of_the):
            organisation_views.say_view(placement, view="agrees", by=by, at=PLANNING)


def test_there_is_nothing_to_say_of_an_empty_plan(placement):
    with pytest.raises(Refused, match=SAID.the_workplan_is_empty):
        organisation_views.say_view(placement, view="agrees", by=placement.home_manager, at=PLANNING)


def test_a_concern_says_what_it_is(placement):
    milestone(placement)
    with pytest.raises(Refused) as refused:
        organisation_views.say_view(placement, view="concern", text="  ", by=placement.home_manager, at=PLANNING)
    assert (refused.value.sentence, refused.value.field) == (
        SAID.enter_your_concern,
        "text",
    )


def test_a_concern_goes_to_the_line_manager_and_its_answer_comes_back(placement):
    milestone(placement)
    view = organisation_views.say_view(
        placement, view="concern", text="Too much paper.", by=placement.home_manager, at=PLANNING
    )
    organisation_views.answer_view(view, answer="Half of it is gone.", by=placement.line_manager, at=PLANNING)
    letters = Letter.objects.filter(template__in=["secondments.concern", "secondments.concern_answered"]).order_by("pk")
    assert [(letter.template, letter.to_email) for letter in letters] == [
        ("secondments.concern", placement.line_manager.email),
        ("secondments.concern_answered", placement.home_manager.email),
    ]
    assert ["Too much paper." in letters[0].body, "Half of it is gone." in letters[1].body] == [True, True]


def test_a_concern_is_answered_once_by_the_host(placement):
    milestone(placement)
    view = organisation_views.say_view(
        placement, view="concern", text="Too much paper.", by=placement.home_manager, at=PLANNING
    )
    view.workplan.placement = placement
    with pytest.raises(Refused, match=SAID.of_the_host_can_answer):
        organisation_views.answer_view(view, answer="Yes.", by=placement.home_manager, at=PLANNING)
    with pytest.raises(Refused, match="Enter your answer"):
        organisation_views.answer_view(view, answer=" ", by=placement.line_manager, at=PLANNING)
    organisation_views.answer_view(view, answer="First.", by=placement.line_manager, at=PLANNING)
    with pytest.raises(Refused, match=SAID.this_concern_has_already_been):
        organisation_views.answer_view(view, answer="Second.", by=programme_manager(), at=PLANNING)
    assert OrganisationView.objects.get().answer == "First."


def test_after_the_end_nobody_writes():
    placement = placement_at(PlacementStatus.ENDED)
    with pytest.raises(Refused, match="has ended"):
        workplans.add_objective(placement, title="Late", by=placement.secondee, at=PLANNING)
    with pytest.raises(Refused, match="has ended"):
        organisation_views.say_view(placement, view="agrees", by=placement.home_manager, at=PLANNING)


@pytest.mark.parametrize(
    "facts",
    [
        {"status": "done"},
        {"done_on": date(2019, 5, 6)},
        {"sign_off": "asked"},
        {"sign_off": "given", "sign_off_asked_on": date(2019, 5, 6)},
        {"sign_off_given_on": date(2019, 5, 6)},
        {"status": "nowhere"},
        {"sign_off": "nowhere"},
    ],
)
def test_impossible_milestones_are_refused_by_the_database(placement, facts):
    row = milestone(placement)
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(pk=row.pk).update(**facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"view": "concern", "text": ""},
        {"answer": "Yes."},
        {"view": "agrees", "answer": "Yes.", "answered_at": PLANNING},
    ],
)
def test_impossible_views_are_refused_by_the_database(placement, facts):
    by = placement.home_manager
    given = {"of_version": 1, "view": "agrees", "said_at": PLANNING, "said_by": by} | facts
    if "answered_at" in facts:
        given["answered_by"] = by
    with pytest.raises(IntegrityError), transaction.atomic():
        placement.workplan.views.create(**given)
