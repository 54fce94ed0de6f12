"""A grant from the offer to its end."""

from datetime import date, datetime, timedelta

from django.db import transaction

from applications.actions import outcomes
from applications.actions.candidates import LINK
from applications.budget import Budget
from applications.models import Counter
from core import events
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.dates import add_months, london, say_day
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import plural
from grants import letters
from grants.actions import answer_days, instalments, reports, unspent
from grants.actions.costs import award_cost
from grants.lifecycle import GRANT, SETTLED, ReportStatus, TrailEvent
from grants.models import BudgetLine, Decision, Grant, Variation


def draft(decision: Decision, *, at: datetime) -> tuple[Grant, Budget]:
    """Return the grant that releasing this award would offer, unsaved and without a reference, and its budget."""
    application, post, months = decision.application, decision.post, decision.months
    if post is None or decision.days_per_week is None or months is None or decision.starts_on is None:
        raise Refused("This award has no post, days, months or start date.")  # the database says so too
    cost = award_cost(application, days_per_week=decision.days_per_week, months=months)
    programme = application.call.programme
    days = f"{decision.days_per_week.normalize():f}"
    grant = Grant(
        programme=programme,
        decision=decision,
        organisation=application.organisation,
        post=post,
        title=f"{post.job_title}: secondment from {application.organisation}"[:200],
        description=(
            f"A member of staff of {application.organisation} is seconded to {programme.host.in_sentence} "
            f"as {post.job_title}, {days} days a week."
        ),
        current_salary=application.current_salary,
        wants_enhancement=application.wants_enhancement,
        days_per_week=decision.days_per_week,
        starts_on=decision.starts_on,
        ends_on=add_months(decision.starts_on, months) - timedelta(days=1),
        total=cost.total,
        is_above_band=cost.is_above_band,
        conditions=decision.conditions,
        offered_at=at,
        answer_by_on=decision.answer_by_on,
    )
    return grant, cost


def offer(decision: Decision, *, by: User, at: datetime) -> Grant:
    """Make the grant of an award, with its budget as rows. Called by `decisions.release`, which asks who may."""
    grant, cost = draft(decision, at=at)
    grant.reference = Counter.next_reference(f"{grant.programme.reference_prefix}-G-{london(at).year}")
    grant.save(force_insert=True)
    BudgetLine.objects.bulk_create(
        BudgetLine(grant=grant, kind=line.kind, amount=line.amount, workings=line.workings, position=place)
        for place, line in enumerate((line for line in cost.lines if line.amount), start=1)
    )
    trail.record(TrailEvent.GRANT_OFFERED, grant, by=by, at=at)
    return grant


@transaction.atomic
def accept(grant: Grant, *, by: User, at: datetime) -> None:
    check(by, "grants.accept_grant", grant)
    answer_days.refuse_late(grant, at)
    refuse_before_person(grant)
    if not GRANT.advance_once(grant, "accept", accepted_at=at, accepted_by=by):
        return
    seal(grant, at=at)
    if grant.decision:
        outcomes.accept_offer(grant.decision.application, by=by, at=at)
    trail.record(TrailEvent.OFFER_ACCEPTED, grant, by=by, at=at)
    letters.offer_accepted(grant, by=by, at=at)


@transaction.atomic
def decline(grant: Grant, *, reason: str = "", by: User, at: datetime) -> None:
    check(by, "grants.decline_grant", grant)
    end_offer(grant, reason=reason, by=by, at=at)


def end_offer(grant: Grant, *, reason: str, by: User | None, at: datetime) -> None:
    """Take a refusal by the organisation, or without `by` by the proposed secondee; who may was asked before."""
    reason, through = reason.strip(), {} if by else {"through": LINK}
    person = {} if by else {"person_refused_at": at}
    if not GRANT.advance_once(grant, "decline", declined_at=at, declined_by=by, declined_reason=reason, **person):
        return
    if grant.decision:
        outcomes.decline_offer(grant.decision.application, by=by, at=at)
    trail.record(TrailEvent.OFFER_DECLINED, grant, by=by, at=at, **through, **({"reason": reason} if reason else {}))
    letters.offer_declined(grant, by=by, at=at)
    events.publish(events.Event.GRANT_ENDED, grant, by=by, at=at)


@transaction.atomic
def lapse(grant: Grant, *, by: User, at: datetime) -> None:
    """End an offer of another post to which not both agreed by its day. The reserve list moves up."""
    check(by, "grants.lapse_grant", grant)
    if grant.has_lapsed:
        return
    answer_days.refuse_in_time(grant, at)
    answer_days.refuse_moved(grant)
    if not GRANT.advance_once(grant, "lapse", declined_at=at, declined_by=by, has_lapsed=True):
        return
    if grant.decision:
        outcomes.let_offer_lapse(grant.decision.application, by=by, at=at)
    trail.record(TrailEvent.OFFER_LAPSED, grant, by=by, at=at, until=grant.answer_by_on)
    letters.offer_lapsed(grant, at=at)
    events.publish(events.Event.GRANT_ENDED, grant, by=by, at=at)


def refuse_before_person(grant: Grant) -> None:
    if grant.waits_for_person and grant.answer_by_on:
        sentence = (
            "The proposed secondee has not agreed to this post yet. We emailed them, and asked for an answer by "
            f"{say_day(grant.answer_by_on)}. Talk to them, then accept."
        )
        raise Refused(sentence, code="person_not_agreed")


@transaction.atomic
def activate(grant: Grant, *, by: User, at: datetime) -> None:
    """Make the grant active. Called by the action that starts its placement, which asks who may."""
    if GRANT.advance_once(grant, "activate", changed_at=at):
        trail.record(TrailEvent.GRANT_ACTIVE, grant, by=by, at=at)


@transaction.atomic
def close(grant: Grant, *, by: User, at: datetime) -> None:
    """Close a grant whose instalments are paid and whose reports are accepted."""
    check(by, "grants.close_grant", grant)
    refuse_unsettled(grant, at)
    if GRANT.advance_once(grant, "close", ended_on=grant.ends_on, changed_at=at):
        trail.record(TrailEvent.GRANT_CLOSED, grant, by=by, at=at)
        events.publish(events.Event.GRANT_ENDED, grant, by=by, at=at)


def refuse_unsettled(grant: Grant, _at: datetime) -> None:
    """Raise Refused while a report is not accepted or an instalment neither paid nor withheld."""
    due = grant.reports.exclude(status=ReportStatus.ACCEPTED).count()
    sentence = f"{_are(due, 'evaluation report')} not accepted yet. First accept the reports that are due."
    require(not due, sentence, code="reports_due")
    unpaid = grant.instalments.exclude(status__in=SETTLED).count()
    sentence = f"{_are(unpaid, 'instalment')} not paid yet. First pay or withhold the instalments that are due."
    require(not unpaid, sentence, code="instalments_due")


@transaction.atomic
def end_early(grant: Grant, *, ended_on: date, reason: str, by: User, at: datetime) -> Variation | None:
    """End a grant before its last day. An instalment due on the new last day is still paid; later ones are withheld.

    Called when both have signed the supplementary agreement, which asks who may. Raises Refused, naming the field.
    """
    reason = reason.strip()
    require(bool(reason), "Enter the reason for ending the grant early.", "reason")
    refuse_last_day(grant, ended_on)
    if not GRANT.advance_once(grant, "end_early", ended_on=ended_on, changed_at=at):
        return None
    variation = _record_early_end(grant, ended_on, reason, by, at)
    instalments.withhold_after(grant, ended_on, reason=reason, by=by, at=at)
    trail.record(TrailEvent.GRANT_ENDED_EARLY, grant, by=by, at=at, last_day=ended_on, reason=reason)
    last_report = reports.follow_early_end(grant)
    instalments.move_held_back(grant, by=by, at=at)
    letters.grant_ended_early(variation, last_report, at=at)
    events.publish(events.Event.GRANT_ENDED, grant, by=by, at=at)
    return variation


def refuse_last_day(grant: Grant, ended_on: date) -> None:
    """Raise Refused for an early end that is not within the grant."""
    sentence = f"Enter a day before {say_day(grant.ends_on)}, when the grant ends."
    require(ended_on < grant.ends_on, sentence, "last_on")
    sentence = f"Enter {say_day(grant.starts_on)}, when the grant starts, or a later day."
    require(ended_on >= grant.starts_on, sentence, "last_on")


def _record_early_end(grant: Grant, ended_on: date, reason: str, by: User, at: datetime) -> Variation:
    variation = Variation.objects.create(
        grant=grant,
        kind=Variation.Kind.EARLY_END,
        from_on=ended_on + timedelta(days=1),
        to_on=grant.ends_on,
        total=0,
        unspent=unspent.computed(grant, ended_on),
        reason=reason,
        recorded_at=at,
        recorded_by=by,
    )
    seal(variation, at=at)
    return variation


def _are(count: int, noun: str) -> str:
    return f"{plural(count, noun)} {'is' if count == 1 else 'are'}"
