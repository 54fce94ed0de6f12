"""The seconding organisation's say in the workplan, and the host's answer."""

from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.letters import outbox
from core.lifecycle import Refused, require
from secondments import rules
from secondments.actions.placements import check_goes_on
from secondments.models import OrganisationView, Placement, Workplan


@transaction.atomic
def say_view(
    placement: Placement, *, view: str, text: str = "", seen_version: int | None = None, by: User, at: datetime
) -> OrganisationView:
    """Agree with the workplan as it stands, or raise a concern in words; the line manager is told of a concern.

    The 2019 learning report: the host owns the workplan, and the organisation should have a say in it. Raises Refused
    for an empty plan, a concern without words, and a plan that has changed since the version this person saw.
    """
    require(rules.speaks_for_organisation(by, placement), "A lead or the home manager says the organisation's view.")
    check_goes_on(placement)
    workplan = Workplan.objects.select_for_update().get(placement=placement)
    if workplan.version == 0:
        raise Refused("There is nothing in the workplan yet. Come back when it has its first objective.")
    if seen_version is not None and seen_version != workplan.version:
        sentence = f"The workplan has changed while you were reading: it is now version {workplan.version}."
        raise Refused(f"{sentence} Look at it again; your words are kept below.")
    text = text.strip()
    if view == OrganisationView.View.CONCERN and not text:
        raise Refused("Say what your concern is, so that it can be answered.", field="text")
    said = OrganisationView.objects.create(
        workplan=workplan, of_version=workplan.version, view=view, text=text, said_at=at, said_by=by
    )
    is_concern = view == OrganisationView.View.CONCERN
    event = "concern raised on the workplan" if is_concern else "workplan agreed with"
    trail.record(event, placement, by=by, at=at, version=workplan.version)
    if is_concern and placement.line_manager:
        key = f"concern:{said.pk}"
        outbox.post("secondments.concern", to=placement.line_manager, key=key, at=at, placement=placement, view=said)
    return said


@transaction.atomic
def answer_view(view: OrganisationView, *, answer: str, by: User, at: datetime) -> None:
    """Answer a concern, once; whoever raised it is told."""
    placement = view.workplan.placement
    require(rules.signs_off(by, placement), "The line manager or the programme manager answers for the host.")
    check_goes_on(placement)
    answer = answer.strip()
    if not answer:
        raise Refused("Write an answer before you send it.", field="answer")
    waiting = OrganisationView.objects.filter(pk=view.pk, view=OrganisationView.View.CONCERN, answered_at=None)
    if not waiting.update(answer=answer, answered_at=at, answered_by=by):
        raise Refused("This has been answered already. Reload the page to read the answer.")
    view.refresh_from_db()
    trail.record("concern answered", placement, by=by, at=at, version=view.of_version)
    key = f"concern answered:{view.pk}"
    outbox.post("secondments.concern_answered", to=view.said_by, key=key, at=at, placement=placement, view=view)
