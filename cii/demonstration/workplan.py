"""A workplan with milestones in every state, on which the organisation has said what it thinks."""

from datetime import datetime, timedelta

from core.accounts.models import User
from secondments.actions import organisation_views, workplans
from secondments.models import Milestone, Objective, Placement


def add(placement: Placement, cast: dict[str, User], lead: User, now: datetime, at: datetime) -> None:
    """A workplan with milestones in every state, agreed or questioned by the organisation."""
    secondee = placement.secondee
    assert secondee is not None  # noqa: S101 - it has started
    strand = placement.strands.first()
    works, reach = Milestone.Work, Milestone.Influence
    first = workplans.add_objective(placement, title="Front-line staff know how to welcome", by=secondee, at=at)
    second = workplans.add_objective(placement, title="Groups that bring people together are heard", by=secondee, at=at)

    def milestone(
        objective: Objective, title: str, months: int, work: str, influence: str, *, signs: bool
    ) -> Milestone:
        due_on = min(placement.starts_on + timedelta(days=30 * months), placement.ends_on)
        return workplans.add_milestone(
            objective, title=title, due_on=due_on, strand=strand, work=work, influence=influence,
            needs_sign_off=signs, by=secondee, at=at,
        )  # fmt: skip

    mapped = milestone(
        second, "Map the welcome groups of three boroughs", 3, works.PROJECT, reach.HORIZONTAL, signs=False
    )
    guide = milestone(first, "Guidance for front-desk staff", 6, works.PROACTIVE, reach.HORIZONTAL, signs=True)
    milestone(
        first, "Brief the Deputy Mayor's office on access to services", 9, works.REACTIVE, reach.VERTICAL, signs=True
    )
    milestone(second, "Round table with the Home Office's local team", 11, works.PROJECT, reach.EXTERNAL, signs=False)
    workplans.take_step(mapped, step="begin", by=secondee, at=at + timedelta(days=20))
    workplans.take_step(mapped, step="complete", by=secondee, at=at + timedelta(days=85))
    workplans.take_step(guide, step="begin", by=secondee, at=at + timedelta(days=90))
    workplans.ask_sign_off(guide, by=secondee, at=now - timedelta(days=12))
    if lead == cast["applicant"]:
        organisation_views.say_view(placement, view="agrees", by=lead, at=at + timedelta(days=5))
    else:
        concern = "The round table falls in our busiest fortnight; could it move?"
        organisation_views.say_view(placement, view="concern", text=concern, by=lead, at=now - timedelta(days=4))
