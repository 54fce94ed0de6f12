"""The two views of an application: each side records its own unseen; a difference is talked through and resolved."""

from datetime import date, datetime
from typing import cast

from django.db import transaction

from applications import letters
from applications.lifecycle import Status, TrailEvent
from applications.models import Application, JointView, ViewResolution
from applications.models.assessment import Party, Recommendation
from applications.models.joint_view import OPENED
from applications.rules.joint_views import differing, possible_spokespeople, side_of
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import is_visible

NOT_BEFORE_COMMITTEE = "The views of funder and host are recorded while an application is shortlisted."


def refuse_recording(application: Application, _at: datetime) -> None:
    require(application.status == Status.SHORTLISTED, NOT_BEFORE_COMMITTEE, code="wrong_state")
    require(not application.joint_views.filter(opened_at__isnull=False).exists(), OPENED, code="wrong_state")


@transaction.atomic
def record(
    application: Application, *, recommendation: str, reasons: str, seen: str = "", by: User, at: datetime
) -> JointView:
    """Record the view of the person's side; return it. Once both sides' are in, both are opened and frozen.

    `seen` is the mark (`mark_of`) of the side's view that the person had before them: a colleague's later one is not
    overwritten. Raises Refused without a reason, for what is not shortlisted, and once both views are in.
    """
    check(by, "applications.record_jointview", application)
    # The lock makes the second of two sides at once see the first, so that one of them opens both.
    application = Application.objects.select_for_update().get(pk=application.pk)
    refuse_recording(application, at)
    side = cast(Party, side_of(by, application))  # the permission is had by those with a side
    require(recommendation in Recommendation.values, "Choose what your side recommends.", "recommendation")
    require(is_visible(reasons), "Give the reasons for your side's view.", "reasons")
    before = application.joint_views.filter(party=side).first()
    if before is not None and mark_of(before) != seen:
        raise Refused(
            f"{before.recorded_by} recorded your side's view meanwhile: {before.get_recommendation_display()}. "
            "Your text is still below. Talk to them before you save over it.",
            "reasons",
            code="changed_meanwhile",
        )
    written = {"recommendation": recommendation, "reasons": reasons.strip(), "recorded_by": by, "recorded_at": at}
    view, _ = JointView.objects.update_or_create(application=application, party=side, defaults=written)
    trail.record(TrailEvent.VIEW_RECORDED, application, by=by, at=at, party=side.label)
    _open(application, by=by, at=at)
    return view


def mark_of(view: JointView | None) -> str:
    return view.recorded_at.isoformat() if view is not None else ""


def _open(application: Application, *, by: User, at: datetime) -> None:
    views = list(application.joint_views.all())
    if len(views) < len(Party):
        return
    application.joint_views.update(opened_at=at)
    for view in views:
        seal(view, at=at)
    trail.record(TrailEvent.VIEWS_OPENED, application, by=by, at=at)
    if len({view.recommendation for view in views}) > 1:
        letters.assessments.views_differ(application, at=at)


def refuse_resolving(application: Application, _at: datetime) -> None:
    require(application.status == Status.SHORTLISTED, NOT_BEFORE_COMMITTEE, code="wrong_state")
    sentence = "There is no difference between the views to resolve."
    require(differing(Application.objects.filter(pk=application.pk)).exists(), sentence, code="wrong_state")


@transaction.atomic
def resolve(
    application: Application,
    *,
    recommendation: str,
    account: str,
    talked_on: date,
    for_funder: User,
    for_host: User,
    by: User,
    at: datetime,
) -> ViewResolution:
    """Record how a difference was resolved: who talked, when, and what they recommend; "" where they still differ."""
    check(by, "applications.resolve_jointview", application)
    application = Application.objects.select_for_update().get(pk=application.pk)
    refuse_resolving(application, at)
    require(recommendation in {"", *Recommendation.values}, "Choose what was agreed.", "recommendation")
    require(is_visible(account), "Enter what was said and why it was resolved so.", "account")
    opened_on = london(max(view.recorded_at for view in application.joint_views.all())).date()
    sentence = "Enter a day from the day on which both views were in until today."
    require(opened_on <= talked_on <= london(at).date(), sentence, "talked_on")
    for field, side, person in (("for_funder", "funder", for_funder), ("for_host", "host", for_host)):
        is_theirs = possible_spokespeople(side, application).filter(pk=person.pk).exists()
        require(is_theirs, f"{person} does not speak for the {side}. Choose someone from the list.", field)
    resolution = ViewResolution.objects.create(
        application=application,
        recommendation=recommendation,
        account=account.strip(),
        talked_on=talked_on,
        for_funder=for_funder,
        for_host=for_host,
        recorded_by=by,
        recorded_at=at,
    )
    seal(resolution, at=at)
    trail.record(TrailEvent.VIEWS_RESOLVED, application, by=by, at=at, funder=for_funder, host=for_host)
    return resolution
