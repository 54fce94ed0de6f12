"""The seconding organisation's say in the workplan, and the host's answer."""

from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused
from core.permissions import check
from secondments import letters
from secondments.actions.placements import require_running
from secondments.lifecycle import TrailEvent
from secondments.models import OrganisationView, Placement, Workplan


@transaction.atomic
def say_view(
    placement: Placement, *, view: str, text: str = "", seen_version: int | None = None, by: User, at: datetime
) -> OrganisationView:
    """Agree with the current workplan, or raise a concern in words, which the line manager gets by email.

    The 2019 learning report: the host owns the workplan, and the organisation should have a say in it. Raises Refused
    for an empty plan, a concern without words, and a plan that has changed since the version this person saw.
    """
    check(by, "secondments.say_view", placement)
    require_running(placement)
    workplan = Workplan.objects.select_for_update().get(placement=placement)
    if workplan.version == 0:
        raise Refused("The workplan is empty. Come back when it has its first objective.")
    if seen_version is not None and seen_version != workplan.version:
        sentence = f"The workplan changed while you were reading. It is now version {workplan.version}."
        raise Refused(f"{sentence} Read it again. We have kept what you wrote below.")
    text, is_concern = text.strip(), view == OrganisationView.View.CONCERN
    if is_concern and not text:
        raise Refused("Enter your concern.", field="text")
    row = OrganisationView.objects.create(
        workplan=workplan, of_version=workplan.version, view=view, text=text, said_at=at, said_by=by
    )
    outbox.withdraw([workplan])  # the others need not read what has been answered
    event = TrailEvent.CONCERN_RAISED if is_concern else TrailEvent.WORKPLAN_AGREED
    trail.record(event, placement, by=by, at=at, version=workplan.version)
    if is_concern:
        row.workplan.placement = placement
        letters.concern(row, at=at)
    return row


@transaction.atomic
def answer_view(view: OrganisationView, *, answer: str, by: User, at: datetime) -> None:
    check(by, "secondments.answer_view", view.workplan.placement)
    placement = view.workplan.placement
    require_running(placement)
    answer = answer.strip()
    if not answer:
        raise Refused("Enter your answer.", field="answer")
    waiting = OrganisationView.objects.filter(pk=view.pk, view=OrganisationView.View.CONCERN, answered_at=None)
    if not waiting.update(answer=answer, answered_at=at, answered_by=by):
        raise Refused("This concern has already been answered. Reload the page to read the answer.")
    view.refresh_from_db()
    trail.record(TrailEvent.CONCERN_ANSWERED, placement, by=by, at=at, version=view.of_version)
    letters.concern_answered(view, at=at)
