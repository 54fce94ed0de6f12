"""Decisions of the Grants Committee: recorded by one person, confirmed by another, then released."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from applications.actions import outcomes
from applications.lifecycle import APPLICATION, Status, VisitStatus
from applications.models import Application, Post
from applications.rules.joint_views import why_unsettled
from core import events
from core.accounts.models import Membership, Organisation, User
from core.audit import trail
from core.audit.seals import seal
from core.dates import london, say_day
from core.governance.actions.agenda import refuse_confirmed
from core.governance.models import AgendaItem, Meeting
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import plural
from grants import letters
from grants.actions import allocations, answer_days, grants, other_posts
from grants.actions.costs import award_cost
from grants.documents import stepping_out
from grants.lifecycle import DECISION, DecisionStatus, TrailEvent
from grants.models import Decision, Grant

Outcome = Decision.Outcome

PENDING = (DecisionStatus.RECORDED, DecisionStatus.CONFIRMED)

# The application's step when each outcome is released; a deferred application stays as it is.
STEP_OF: dict[str, str] = {Outcome.AWARD: "offer", Outcome.DECLINE: "turn_down", Outcome.RESERVE: "reserve"}


def record(
    application: Application,
    *,
    meeting: Meeting,
    outcome: str,
    reasons: str,
    conditions: str = "",
    post: Post | None = None,
    days_per_week: Decimal | None = None,
    months: int | None = None,
    starts_on: date | None = None,
    fit: str = "",
    answer_by_on: date | None = None,
    without_visit: str = "",
    rank: int | None = None,
    by: User,
    at: datetime,
) -> Decision:
    """Record what the committee decided; an award says the post offered (any of the call), days, months and start.

    `fit` says why another post than the one applied for is offered, `answer_by_on` by when both agree to it, `rank` the
    place on the reserve list. Raises Refused, naming the field, for an application that does not wait for a decision,
    before the two views are settled, for a meeting without its quorum, and for terms that the call does not allow.
    """
    check(by, "grants.add_decision", application)
    terms = {"post": post, "days_per_week": days_per_week, "months": months, "starts_on": starts_on}
    words: dict[str, Any] = {"outcome": outcome, "reasons": reasons, "conditions": conditions, "fit": fit}
    words |= {"answer_by_on": answer_by_on, "without_visit": without_visit, "rank": rank}
    try:
        with transaction.atomic():
            application.status = _locked([application.pk])[0].status
            fields = _checked(application, meeting, terms, **words, today=london(at).date())
            decision = Decision.objects.create(application=application, recorded_by=by, recorded_at=at, **fields)
            detail = {"outcome": decision.get_outcome_display(), "meeting": meeting}
            AgendaItem.objects.put(meeting, application, at=at)
            trail.record(TrailEvent.DECISION_RECORDED, decision, by=by, at=at, **detail)
    except IntegrityError:  # the unique constraint decides, also between two who record at once
        sentence = f"A decision on {application} has already been recorded. Confirm it, or drop it and record another."
        raise Refused(sentence, code="decision_pending") from None
    return decision


@transaction.atomic
def confirm(decision: Decision, *, by: User, at: datetime) -> None:
    check(by, "grants.confirm_decision", decision)
    refuse_outcome(decision.application, decision.outcome)
    allocations.refuse_unfunded_decision(decision)
    if DECISION.advance_once(decision, "confirm", confirmed_at=at, confirmed_by=by):
        seal(decision, at=at)
        trail.record(TrailEvent.DECISION_CONFIRMED, decision, by=by, at=at)


@transaction.atomic
def drop(decision: Decision, *, reason: str = "", by: User, at: datetime) -> None:
    """Drop a decision that was recorded wrongly, so that another can be recorded; a confirmed one for a reason."""
    check(by, "grants.drop_decision", decision)
    reason, is_confirmed = reason.strip(), decision.status == DecisionStatus.CONFIRMED
    require(bool(reason) or not is_confirmed, "Write why a confirmed decision is dropped.", "reason")
    if DECISION.advance_once(decision, "drop"):
        seal(decision, at=at)
        trail.record(TrailEvent.DECISION_DROPPED, decision, by=by, at=at, **({"reason": reason} if reason else {}))


def drop_pending(application: Application, *, by: User | None, at: datetime) -> None:
    """Drop what was decided and not released on an application that has ended; ending it was permitted."""
    for decision in application.decisions.filter(status__in=[DecisionStatus.RECORDED, DecisionStatus.CONFIRMED]):
        DECISION.advance(decision, "drop")
        seal(decision, at=at)
        reason = f"The application is {application.get_status_display()}."
        trail.record(TrailEvent.DECISION_DROPPED, decision, by=by, at=at, reason=reason)


@transaction.atomic
def release(decision: Decision, *, by: User, at: datetime) -> Grant | None:
    """Tell the organisation and the proposed secondee; an award becomes a grant that is offered, which is returned."""
    check(by, "grants.release_decision", decision)
    _locked([decision.application_id])
    application = decision.application
    require(not application.erased_at, application.erasure, code="erased")
    if not DECISION.advance_once(decision, "release", released_at=at, released_by=by):
        return Grant.objects.filter(decision=decision).first()
    seal(decision, at=at)
    match decision.outcome:
        case Outcome.AWARD:
            answer_days.refuse_over(decision, at)
            outcomes.offer(application, by=by, at=at)
        case Outcome.DECLINE:
            outcomes.turn_down(application, by=by, at=at)
        case Outcome.RESERVE:
            outcomes.reserve(application, by=by, at=at)
    trail.record(TrailEvent.DECISION_RELEASED, decision, by=by, at=at, outcome=decision.get_outcome_display())
    grant = grants.offer(decision, by=by, at=at) if decision.is_award else None
    letters.decision_released(decision, grant, at=at)
    events.publish(events.Event.DECISION_RELEASED, decision, by=by, at=at)
    return grant


@transaction.atomic
def release_all(chosen: Sequence[Decision], *, by: User, at: datetime) -> list[Grant]:
    """Release these decisions with all their letters in one transaction: all of them, or none.

    Raises Refused, naming the application, where one of them cannot be released.
    """
    made = []
    _locked([decision.application_id for decision in chosen])
    for decision in chosen:
        try:
            grant = release(decision, by=by, at=at)
        except Refused as refusal:
            sentence = f"{decision.application}: {refusal.fact} Nothing was released."
            raise Refused(sentence, code=refusal.code) from None
        if grant is not None:
            made.append(grant)
    return made


def _locked(keys: list[int]) -> list[Application]:
    """Lock applications before their decisions, in one order: as a withdrawal does, so that neither waits for ever."""
    return list(Application.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


def _checked(
    application: Application,
    meeting: Meeting,
    terms: dict[str, Any],
    *,
    outcome: str,
    reasons: str,
    conditions: str,
    fit: str,
    answer_by_on: date | None,
    without_visit: str,
    rank: int | None,
    today: date,
) -> dict[str, Any]:
    """Check what is recorded and return its columns; each is stored for the outcome that it belongs to."""
    refuse_outcome(application, outcome)
    require(meeting.programme_id == application.programme_id, "Choose a meeting of this programme.", "meeting")
    sentence = f"The committee meets on {say_day(meeting.held_on)}. Record the decision after the meeting."
    require(meeting.held_on <= today, sentence, "meeting")
    require(bool(reasons.strip()), "Enter the reasons. The organisation will read them.", "reasons")
    _check_quorum(meeting, application)
    refuse_confirmed(meeting)
    fields = {"meeting": meeting, "outcome": outcome, "reasons": reasons.strip()}
    if outcome == Outcome.RESERVE:
        return {**fields, "rank": _checked_rank(application, rank)}
    if outcome != Outcome.AWARD:
        return fields
    _check_organisation(application.organisation)
    _check_terms(application, earliest=max(today, meeting.held_on), **terms)
    is_other = terms["post"] != application.post
    if is_other:
        other_posts.refuse_unready(application, fit, answer_by_on, today=today, starts_on=terms["starts_on"])
    was_visited = application.visits.filter(status=VisitStatus.HELD).exists()
    sentence = "No assessment visit was held. Write why the award does not wait for one."
    require(was_visited or bool(without_visit.strip()), sentence, "without_visit")
    sentence = "Fill in what is in [square brackets] in the conditions, or take it out."
    require(not ("[" in conditions and "]" in conditions), sentence, "conditions", code="unfilled")
    words = {"conditions": conditions.strip(), "fit": fit.strip() if is_other else ""}
    fields["answer_by_on"] = answer_by_on if is_other else None
    return {**fields, **terms, **words, "without_visit": "" if was_visited else without_visit.strip()}


def _checked_rank(application: Application, rank: int | None) -> int:
    """The place on the call's reserve list, which nobody else on it has."""
    if rank is None or rank < 1:
        raise Refused("Enter the place on the reserve list, from 1.", "rank")
    others = Decision.objects.filter(application__call=application.call_id, outcome=Outcome.RESERVE, rank=rank)
    waiting = Q(status__in=PENDING) | Q(status=DecisionStatus.RELEASED, application__status=Status.RESERVE)
    other = others.filter(waiting).exclude(application=application).select_related("application").first()
    if other is not None:
        raise Refused(f"{other.application} already has place {rank} on the reserve list. Enter another.", "rank")
    return rank


def quorate(meeting: Meeting, application: Application) -> tuple[int, int]:
    """Return how many voting members were present for an application, and how many of those present stepped out."""
    voting = meeting.attendances.filter(seat__is_voting=True)
    out = voting.filter(seat__person__in=stepping_out([application.pk])[application.pk]).count()
    return voting.count() - out, out


def _check_quorum(meeting: Meeting, application: Application) -> None:
    if not meeting.quorum:
        return
    present, out = quorate(meeting, application)
    away = f", after {plural(out, 'member')} stepped out for it" if out else ""
    sentence = (
        f"{plural(present, 'voting member')} {'was' if present == 1 else 'were'} present for {application}{away}. "
        f"The quorum is {meeting.quorum}. Record who was present on the meeting's page, or decide at another meeting."
    )
    require(present >= meeting.quorum, sentence, "meeting", code="no_quorum")


def refuse_outcome(application: Application, outcome: str) -> None:
    require(not application.erased_at, application.erasure, code="erased")
    step = STEP_OF.get(outcome)
    may_follow = step is None or APPLICATION.allows(application, step)
    label = application.get_status_display()
    wanted = "shortlisted" if outcome in {Outcome.RESERVE, Outcome.DEFER} else "shortlisted or on the reserve list"
    sentence = f"{application} is {label}. This decision needs an application that is {wanted}."
    require(application.awaits_decision and may_follow, sentence, "outcome")
    refuse_unsettled(application)


def refuse_unsettled(application: Application) -> None:
    sentence = why_unsettled(application)
    require(not sentence, sentence, "outcome", code="views_unsettled")


def _check_organisation(organisation: Organisation) -> None:
    missing = organisation.missing_for_award
    if missing:
        leads = organisation.memberships.filter(standing=Membership.Standing.LEAD, person__is_active=True)
        names = " or ".join(str(row.person) for row in leads.select_related("person")) or "the grants office"
        raise Refused(
            f"{organisation} cannot be awarded a grant yet. Missing: {'; '.join(missing)}. "
            f"{names} can enter this on the organisation's page.",
            field="outcome",
            code="organisation_incomplete",
        )


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
        raise Refused("Choose the post offered.", "post")
    require(post.call_id == application.call_id, "Choose one of this call's posts.", "post")
    if days_per_week is None:
        raise Refused("Enter the days a week, like 3.", "days_per_week")
    if months is None:
        raise Refused("Enter the number of months, like 12.", "months")
    term = application.call.term_months
    require(months <= term, f"This call's term is {term} months. Enter {term} or fewer.", "months")
    if starts_on is None:
        raise Refused("Enter the day on which the secondment starts.", "starts_on")
    sentence = f"The start must be after the decision. Enter a day later than {say_day(earliest)}."
    require(starts_on > earliest, sentence, "starts_on")
    cost = award_cost(application, days_per_week=days_per_week, months=months)
    allocations.refuse_unfunded(application, cost.total)
