"""Decisions of the Grants Committee: recorded by one person, confirmed by another, then released."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from applications.actions import outcomes
from applications.lifecycle import APPLICATION, Status
from applications.models import Application, Interest, Post
from core.accounts.models import User
from core.accounts.rules import is_funder_officer
from core.audit import trail
from core.dates import london, say_day
from core.lifecycle import Refused
from grants.actions import grants, letters
from grants.actions.costs import award_cost
from grants.actions.once import require, take
from grants.lifecycle import DECISION
from grants.models import CommitteeMeeting, Decision, Grant

Outcome = Decision.Outcome

# What releasing each outcome does to the application; a deferred one stays where it is.
STEP_OF: dict[str, str] = {Outcome.AWARD: "offer", Outcome.DECLINE: "turn_down", Outcome.RESERVE: "reserve"}


def record(
    application: Application,
    *,
    meeting: CommitteeMeeting,
    outcome: str,
    reasons: str,
    conditions: str = "",
    post: Post | None = None,
    days_per_week: Decimal | None = None,
    months: int | None = None,
    starts_on: date | None = None,
    by: User,
    at: datetime,
) -> Decision:
    """Write down what the committee decided; for an award the post offered (any of the call), days, months and start.

    Raises Refused, naming the field, for an application that is neither shortlisted nor on the reserve list, for a
    second decision beside one that waits, and for terms that the call does not allow (the February 2019 call).
    """
    terms = {"post": post, "days_per_week": days_per_week, "months": months, "starts_on": starts_on}
    try:
        with transaction.atomic():
            words = {"outcome": outcome, "reasons": reasons, "conditions": conditions}
            facts = _checked(application, meeting, terms, **words, by=by, today=london(at).date())
            decision = Decision.objects.create(application=application, recorded_by=by, recorded_at=at, **facts)
            said = {"outcome": decision.get_outcome_display(), "meeting": meeting}
            trail.record("decision recorded", decision, by=by, at=at, **said)
    except IntegrityError:  # the constraint answers, when two record at once too
        sentence = f"A decision on {application} is recorded already. Confirm it, or drop it and record another."
        raise Refused(sentence) from None
    return decision


@transaction.atomic
def confirm(decision: Decision, *, by: User, at: datetime) -> None:
    """Confirm what another person recorded; from here on it is frozen. The same person is refused, superuser or not."""
    _check_person(decision.application, by)
    sentence = "You recorded this decision, so another officer or the director confirms it."
    require(decision.recorded_by_id != by.pk, sentence)
    _check_application(decision.application, decision.outcome)
    if take(DECISION, decision, "confirm", confirmed_at=at, confirmed_by=by):
        trail.record("decision confirmed", decision, by=by, at=at)


@transaction.atomic
def drop(decision: Decision, *, by: User, at: datetime) -> None:
    """Set aside a decision that was recorded wrongly, so that it can be recorded anew."""
    _check_person(decision.application, by)
    if take(DECISION, decision, "drop"):
        trail.record("decision dropped", decision, by=by, at=at)


@transaction.atomic
def release(decision: Decision, *, by: User, at: datetime) -> Grant | None:
    """Tell the organisation and the proposed secondee; an award becomes a grant that is offered. Once, however pressed.

    Returns the grant of an award, else None.
    """
    application = decision.application
    _check_person(application, by)
    require(not application.erased_at, application.erasure)
    if not take(DECISION, decision, "release", released_at=at, released_by=by):
        return Grant.objects.filter(decision=decision).first()
    step = STEP_OF.get(decision.outcome)
    if step is not None:
        {"offer": outcomes.offer, "turn_down": outcomes.turn_down, "reserve": outcomes.reserve}[step](
            application, by=by, at=at
        )
    trail.record("decision released", decision, by=by, at=at, outcome=decision.get_outcome_display())
    grant = grants.offer(decision, by=by, at=at) if decision.outcome == Outcome.AWARD else None
    letters.outcome(decision, grant, at=at)
    return grant


def _checked(
    application: Application,
    meeting: CommitteeMeeting,
    terms: dict[str, Any],
    *,
    outcome: str,
    reasons: str,
    conditions: str,
    by: User,
    today: date,
) -> dict[str, Any]:
    """What is to be written down, once it has been found in order; terms are kept for an award only."""
    _check_person(application, by)
    _check_application(application, outcome)
    require(meeting.programme_id == application.call.programme_id, "Choose a meeting of this programme.", "meeting")
    sentence = f"The committee meets on {say_day(meeting.held_on)}. Record the decision once it has met."
    require(meeting.held_on <= today, sentence, "meeting")
    require(bool(reasons.strip()), "Write the reasons, which the organisation will read.", "reasons")
    facts = {"meeting": meeting, "outcome": outcome, "reasons": reasons.strip()}
    if outcome != Outcome.AWARD:
        return facts
    _check_terms(application, earliest=max(today, meeting.held_on), **terms)
    return {**facts, **terms, "conditions": conditions.strip()}


def _check_person(application: Application, by: User) -> None:
    """An officer or the director, without a conflict: the role is asked, so a superuser without it is refused."""
    require(is_funder_officer(by), "Only a grants officer or the director deals with decisions.")
    is_own = application.organisation_id in by.organisation_ids
    require(not is_own, f"You belong to {application.organisation}, so somebody else deals with this decision.")
    is_conflicted = Interest.objects.filter(application=application, person=by, has_conflict=True).exists()
    sentence = f"You declared a conflict of interest with {application}, so somebody else deals with this decision."
    require(not is_conflicted, sentence)


def _check_application(application: Application, outcome: str) -> None:
    require(not application.erased_at, application.erasure)
    stands = APPLICATION.allows(application, STEP_OF[outcome]) if outcome in STEP_OF else True
    is_ready = application.status in {Status.SHORTLISTED, Status.RESERVE} and stands
    label = application.get_status_display()
    wanted = "shortlisted" if outcome in {Outcome.RESERVE, Outcome.DEFER} else "shortlisted or on the reserve list"
    require(is_ready, f"{application} is {label}; this decision is for an application that is {wanted}.", "outcome")


def _check_terms(
    application: Application,
    *,
    earliest: date,
    post: Post | None,
    days_per_week: Decimal | None,
    months: int | None,
    starts_on: date | None,
) -> None:
    if post is None:
        raise Refused("Choose the post that is offered.", "post")
    require(post.call_id == application.call_id, "Choose one of this call's posts.", "post")
    if days_per_week is None:
        raise Refused("Enter the days a week that are awarded, like 3.", "days_per_week")
    if months is None:
        raise Refused("Enter the number of months that are awarded, like 12.", "months")
    term = application.call.term_months
    require(months <= term, f"This call's term is {term} months. Enter {term} or fewer.", "months")
    if starts_on is None:
        raise Refused("Enter the day on which the secondment starts.", "starts_on")
    sentence = f"The start must be after the decision. Enter a day later than {say_day(earliest)}."
    require(starts_on > earliest, sentence, "starts_on")
    award_cost(application, days_per_week=days_per_week, months=months)
