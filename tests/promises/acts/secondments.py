"""The actions of secondments, each on a thing of the cast in a state in which it may be taken."""

from __future__ import annotations

from datetime import date, timedelta

from core.accounts.roles import Role
from secondments.actions import (
    amendments,
    organisation_views,
    people,
    placements,
    programme_steps,
    start_steps,
    supplements,
    workplans,
)
from secondments.lifecycle import Part
from tests.promises.acts import Act
from tests.secondments.amending import ASKING
from tests.secondments.factories import DOING, ENDING, HAPPENED, OPENING, PLANNING, STARTING, of_host, terms

EARLIER = date(2019, 11, 30)
RECORDING = {"happened_on": HAPPENED, "at": DOING}


def open_placement(grant, by, _cast):
    grant.placement.steps.all().delete()
    grant.placement.workplan.delete()
    grant.placement.delete()
    del grant._state.fields_cache["placement"]
    return placements.open_placement(grant, **terms(grant), by=by, at=OPENING)


def start(placement, by, _cast):
    without = {"waiver_asked_by": None, "waiver_asked_at": None}
    placement.steps.exclude(status="done").update(status="waived", waived_reason="Not needed.", **without)
    return placements.start(placement, by=by, at=STARTING)


def set_days(placement, by, _cast):
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"][: int(placement.days_per_week)]
    return placements.set_working_days(placement, days=days, by=by, at=PLANNING)


def put_in_steps(programme, by):
    programme.start_steps.all().delete()
    return programme_steps.put_in_standard(programme, by=by, at=OPENING)


def milestone_of(placement):
    return placement.workplan.objectives.get().milestones.get(title="Plan the campaign")


def words_of(milestone):
    names = ("title", "due_on", "strand", "work", "influence")
    return {name: getattr(milestone, name) for name in names} | {"needs_sign_off": True}


def add_objective(placement, by, _cast):
    return workplans.add_objective(placement, title="Be heard", by=by, at=PLANNING)


def change_objective(placement, by, _cast):
    objective, version = placement.workplan.objectives.get(), placement.workplan.version
    return workplans.change_objective(objective, title="Be heard", seen_version=version, by=by, at=PLANNING)


def add_milestone(placement, by, _cast):
    words = words_of(milestone_of(placement))
    return workplans.add_milestone(placement.workplan.objectives.get(), **words, by=by, at=PLANNING)


def change_milestone(placement, by, _cast):
    milestone, version = milestone_of(placement), placement.workplan.version
    words = words_of(milestone) | {"title": "Plan it again"}
    return workplans.change_milestone(milestone, **words, seen_version=version, by=by, at=PLANNING)


def complete_milestone(placement, by, _cast):
    return workplans.take_step(milestone_of(placement), step="complete", by=by, at=PLANNING)


def ask_sign_off(placement, by, _cast):
    return workplans.ask_sign_off(milestone_of(placement), by=by, at=PLANNING)


def asked(placement, cast):
    workplans.ask_sign_off(milestone_of(placement), by=cast.manager, at=PLANNING)
    return milestone_of(placement)


def say_view(placement, by, _cast):
    return organisation_views.say_view(placement, view="agrees", by=by, at=PLANNING)


def answer_view(placement, by, _cast):
    concern = placement.workplan.views.get(view="concern")
    return organisation_views.answer_view(concern, answer="It moves.", by=by, at=PLANNING + timedelta(days=1))


def change_home_manager(placement, by, _cast):
    new = {"name": "Nia New", "email": "nia@example.org"}
    return people.change_person(placement, part=Part.HOME_MANAGER, **new, by=by, at=PLANNING)


def change_line_manager(placement, by, _cast):
    other = of_host(Role.LINE_MANAGER, "Lara Line")
    return people.change_line_manager(placement, line_manager=other, by=by, at=PLANNING)


def ask_amendment(grant, by, _cast):
    grant.amendments.filter(status="asked").update(status="withdrawn", ended_at=ASKING)  # one at a time
    terms = {"kind": "early_end", "last_on": EARLIER, "reason": "There is less to do."}
    return amendments.ask(grant, **terms, by=by, at=ASKING)


def sign_amendment(amendment, by, _cast):
    return supplements.sign(amendment, name_typed=getattr(by, "name", ""), by=by, at=ASKING)


def amend(verb, state, action, **facts):
    return Act(
        f"secondments.{verb}_amendment",
        "amendment",
        state,
        lambda it, by, _: action(it, **facts, by=by, at=ASKING),
    )


NOT_NOW = {"reason": "Not now."}
ACTS = [
    Act("secondments.ask_amendment", "grant", "active", ask_amendment),
    amend("consent", "asked", amendments.consent),
    amend("refuse", "asked", amendments.refuse, **NOT_NOW),
    amend("withdraw", "asked", amendments.withdraw, **NOT_NOW),
    amend("record", "agreed", amendments.record),
    amend("turn_down", "agreed", amendments.turn_down, **NOT_NOW),
    amend("confirm", "recorded", amendments.confirm),
    Act("secondments.sign_amendment", "amendment", "confirmed", sign_amendment),
    Act("secondments.open_placement", "grant", "agreed", open_placement),
    Act("secondments.start_placement", "placement", "preparing", start),
    Act("secondments.end_placement", "placement", "active", lambda it, by, _: placements.end(it, by=by, at=ENDING)),
    Act(
        "secondments.call_off_placement",
        "placement",
        "preparing",
        lambda it, by, _: placements.call_off(it, reason="The post is filled.", by=by, at=OPENING),
    ),
    Act("secondments.change_placement", "placement", "preparing", change_line_manager),
    Act("secondments.change_placement", "placement", "active", change_home_manager),
    Act("secondments.set_working_days", "placement", "active", set_days),
    Act("secondments.change_workplan", "placement", "active", add_objective),
    Act("secondments.change_workplan", "placement", "active", change_objective),
    Act("secondments.change_workplan", "placement", "active", add_milestone),
    Act("secondments.change_workplan", "placement", "active", change_milestone),
    Act("secondments.change_workplan", "placement", "active", complete_milestone),
    Act("secondments.change_workplan", "placement", "active", ask_sign_off),
    Act(
        "secondments.sign_off_milestone",
        "placement",
        "active",
        lambda it, by, cast: workplans.give_sign_off(asked(it, cast), by=by, at=PLANNING),
    ),
    Act(
        "secondments.sign_off_milestone",
        "placement",
        "active",
        lambda it, by, cast: workplans.refuse_sign_off(asked(it, cast), by=by, at=PLANNING),
    ),
    Act("secondments.say_view", "placement", "active", say_view),
    Act("secondments.answer_view", "placement", "active", answer_view),
    Act(
        "secondments.record_startstep",
        "start step",
        "open",
        lambda it, by, _: start_steps.record(it, **RECORDING, by=by),
    ),
    Act(
        "secondments.confirm_startstep",
        "start step",
        "recorded",
        lambda it, by, _: start_steps.confirm(it, by=by, at=DOING),
    ),
    Act(
        "secondments.ask_waiver_startstep",
        "start step",
        "open",
        lambda it, by, _: start_steps.ask_waiver(it, reason="Not needed.", by=by, at=DOING),
    ),
    Act(
        "secondments.waive_startstep",
        "start step",
        "waiver asked",
        lambda it, by, _: start_steps.waive(it, reason="Not needed.", by=by, at=DOING),
    ),
    Act(
        "secondments.refuse_waiver_startstep",
        "start step",
        "waiver asked",
        lambda it, by, _: start_steps.refuse_waiver(it, by=by, at=DOING),
    ),
    Act(
        "secondments.reopen_startstep",
        "start step",
        "done",
        lambda it, by, _: start_steps.reopen(it, by=by, at=DOING),
    ),
    Act("secondments.add_programmestep", "programme", "ours", lambda it, by, _: put_in_steps(it, by)),
]

# Told who acts, and asking no permission, by reason why.
WITHOUT_CHECK = {
    "amendments.lapse": "asked when the grant or its placement ended",
    "start_steps.reopen_for_another": "asked when the secondee was changed",
    "placement_dates.extend": "asked when the grant was extended",
    "placement_dates.end_early": "asked when the grant was ended early",
    "placement_dates.close_preparing": "asked when it was called off, or its grant ended",
    "placement_dates.close_with_grant": "asked when the grant was closed",
}
