"""A grant from the offer to its close."""

from datetime import date, datetime, timedelta

from django.db import transaction

from applications.actions import outcomes
from applications.budget import Budget
from applications.models import Counter
from core.accounts.models import User
from core.accounts.rules import is_funder_officer, is_lead
from core.audit import trail
from core.dates import add_months, london, say_day
from core.lifecycle import Refused
from grants.actions import instalments, letters
from grants.actions.costs import award_cost
from grants.actions.extensions import extend
from grants.actions.once import require, take
from grants.lifecycle import GRANT, InstalmentStatus, ReportStatus
from grants.models import BudgetLine, Decision, Grant

__all__ = ["accept", "activate", "close", "decline", "end_early", "extend", "offer"]

ONLY_A_LEAD = "Only a lead of the organisation answers an offer."


def draft(decision: Decision, *, at: datetime) -> tuple[Grant, Budget]:
    """The grant that releasing this award would offer, not saved and without a reference, and its budget."""
    application, post, months = decision.application, decision.post, decision.months
    if post is None or decision.days_per_week is None or months is None or decision.starts_on is None:
        raise Refused("This award does not say post, days, months and start.")  # the database says so too
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
            f"A member of staff of {application.organisation} is seconded to {programme.host} "
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
    )
    return grant, cost


def offer(decision: Decision, *, by: User, at: datetime) -> Grant:
    """Make the grant of a released award, with its budget as rows. Called by `deciding.release`."""
    grant, cost = draft(decision, at=at)
    grant.reference = Counter.next_reference(f"{grant.programme.reference_prefix}-G-{london(at).year}")
    grant.save(force_insert=True)
    BudgetLine.objects.bulk_create(
        BudgetLine(grant=grant, kind=line.kind, amount=line.amount, workings=line.workings, position=place)
        for place, line in enumerate(cost.lines, start=1)
    )
    trail.record("grant offered", grant, by=by, at=at)
    return grant


@transaction.atomic
def accept(grant: Grant, *, by: User, at: datetime) -> None:
    """Take the offer up for the organisation; the application is accepted with it."""
    require(is_lead(by, grant), ONLY_A_LEAD)
    if not take(GRANT, grant, "accept", accepted_at=at, accepted_by=by):
        return
    if grant.decision:
        outcomes.accept_offer(grant.decision.application, by=by, at=at)
    trail.record("offer accepted", grant, by=by, at=at)
    letters.officers("offer_accepted", grant, key=f"offer accepted:{grant.pk}", at=at, by=by)


@transaction.atomic
def decline(grant: Grant, *, reason: str = "", by: User, at: datetime) -> None:
    """Decline the offer, for good; the reason helps the next call."""
    require(is_lead(by, grant), ONLY_A_LEAD)
    if not take(GRANT, grant, "decline", declined_at=at, declined_by=by, declined_reason=reason.strip()):
        return
    if grant.decision:
        outcomes.decline_offer(grant.decision.application, by=by, at=at)
    trail.record("offer declined", grant, by=by, at=at, **({"reason": reason.strip()} if reason.strip() else {}))
    letters.officers("offer_declined", grant, key=f"offer declined:{grant.pk}", at=at, by=by)


@transaction.atomic
def activate(grant: Grant, *, by: User, at: datetime) -> None:
    """Make the grant active: its placement starts. Called by whoever may start the placement."""
    if take(GRANT, grant, "activate", changed_at=at):
        trail.record("grant active", grant, by=by, at=at)


@transaction.atomic
def close(grant: Grant, *, by: User, at: datetime) -> None:
    """Close a grant that is paid and reported on."""
    require(is_funder_officer(by), "Only a grants officer or the director closes a grant.")
    due = grant.reports.exclude(status=ReportStatus.ACCEPTED).count()
    require(not due, f"{_some(due, 'evaluation report')} still to be accepted. Accept what is due first.")
    unpaid = grant.instalments.exclude(status__in=[InstalmentStatus.PAID, InstalmentStatus.WITHHELD]).count()
    require(not unpaid, f"{_some(unpaid, 'instalment')} still to be paid. Pay or withhold what is due first.")
    if take(GRANT, grant, "close", ended_on=grant.ends_on, changed_at=at):
        trail.record("grant closed", grant, by=by, at=at)


@transaction.atomic
def end_early(grant: Grant, *, ended_on: date, reason: str, by: User, at: datetime) -> None:
    """End a grant before its time: what falls due after the last day is withheld. Raises Refused, naming the field."""
    require(is_funder_officer(by), "Only a grants officer or the director ends a grant.")
    require(bool(reason.strip()), "Write why the grant ends early.", "reason")
    require(ended_on < grant.ends_on, f"Enter a day before {say_day(grant.ends_on)}, when the grant ends.", "ended_on")
    sentence = f"Enter {say_day(grant.starts_on)}, when the grant starts, or a later day."
    require(ended_on >= grant.starts_on, sentence, "ended_on")
    if not take(GRANT, grant, "end_early", ended_on=ended_on, changed_at=at):
        return
    ahead = grant.instalments.filter(due_on__gt=ended_on)
    for instalment in ahead.exclude(status__in=[InstalmentStatus.PAID, InstalmentStatus.WITHHELD]):
        instalments.withhold(instalment, reason=f"The grant ended early: {reason.strip()}", by=by, at=at)
    trail.record("grant ended early", grant, by=by, at=at, last_day=ended_on, reason=reason.strip())
    letters.members("ended_early", grant, key=f"ended early:{grant.pk}", at=at, reason=reason.strip())


def _some(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"
