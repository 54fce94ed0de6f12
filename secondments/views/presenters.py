"""What the pages say about states: a step before the start, and what the organisation says about the workplan."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from core.dates import say_day
from secondments import rules
from secondments.lifecycle import StartStepStatus
from secondments.models import OrganisationView, Placement, StartStep

STEP_TAGS = {
    StartStepStatus.OPEN: ("To do", "blue"),
    StartStepStatus.RECORDED: ("To confirm", "yellow"),
    StartStepStatus.DONE: ("Done", "green"),
    StartStepStatus.WAIVED: ("Waived", "grey"),
}


class Task(TypedDict):
    """An item of components/task_list.html; without href it has no page."""

    title: str
    href: str
    hint: str
    status: str
    colour: str


@dataclass(frozen=True)
class Notice:
    """A sentence, and the modifier of cii-notice that it is shown with ("" for none)."""

    sentence: str
    kind: str = ""


@dataclass(frozen=True)
class StepSummary:
    """A step before the start as its page shows it; `waits_for` is empty once nobody has to act."""

    status: str
    colour: str
    recorder: str
    confirmer: str
    waits_for: str


def tasks(placement: Placement, steps: list[StartStep], today: date) -> list[Task]:
    return [agreement_task(placement), *(step_task(step, today) for step in steps)]


def agreement_task(placement: Placement) -> Task:
    agreed_on, is_done = placement.grant.agreed_on, placement.has_agreement
    is_dated = is_done and agreed_on is not None
    return {
        "title": "Funding agreement with the funder",
        "href": "",
        "hint": f"Signed by both parties on {long_date(agreed_on)}" if is_dated else "Both parties must sign it",
        "status": "Done" if is_done else "Open",
        "colour": "green" if is_done else "orange",
    }


def step_task(step: StartStep, today: date) -> Task:
    is_late = step.placement.is_preparing and not step.is_settled and step.due_on < today
    status, colour = ("Overdue", "orange") if is_late else STEP_TAGS[StartStepStatus(step.status)]
    return {
        "title": step.title,
        "href": "" if step.placement.erased_at else f"{step.placement.get_absolute_url()}steps/{step.kind}/",
        "hint": step_hint(step),
        "status": status,
        "colour": colour,
    }


def step_hint(step: StartStep) -> str:
    """Whose the step is, with the day by which it is due or on which it happened."""
    recorder, confirmer, due = rules.recorder_of(step), rules.confirmer_of(step), long_date(step.due_on)
    recorder = recorder[:1].upper() + recorder[1:]
    match step.status:
        case StartStepStatus.WAIVED:
            return f"Not needed: {step.waived_reason}"
        case StartStepStatus.RECORDED:
            return f"Happened on {long_date(step.happened_on)}. {confirmer} must confirm it by {due}"
        case StartStepStatus.DONE:
            return f"{recorder}. Happened on {long_date(step.happened_on)}"
        case _:
            return f"{recorder}, then {confirmer}. By {due}" if confirmer else f"{recorder}. By {due}"


def step_summary(step: StartStep) -> StepSummary:
    recorder, confirmer = rules.recorder_of(step), rules.confirmer_of(step)
    is_waiting = not step.is_settled and step.placement.is_preparing
    next_party = confirmer if step.is_recorded else recorder
    return StepSummary(
        status=step.get_status_display(),
        colour=STEP_TAGS[StartStepStatus(step.status)][1],
        recorder=recorder,
        confirmer=confirmer,
        waits_for=next_party if is_waiting else "",
    )


def organisation_notice(placement: Placement, view: OrganisationView | None) -> Notice:
    """What the organisation last said about the workplan, and whether the workplan has changed since."""
    if view is None:
        return Notice(f"{placement.grant.organisation} has not commented on this workplan yet.")
    version = placement.workplan.version
    if view.of_version != version:
        return Notice(f"{view.summary} It is now version {version}.")
    if view.agrees:
        return Notice(view.summary, "success")
    return Notice(view.summary, "warning" if view.waits_for_answer else "")


def long_date(day: date | None) -> str:
    """13 March 2019; empty for no day."""
    return say_day(day).partition(" ")[2] if day else ""
