"""By when another post is agreed to: a yes in time, a no at any time, and more time from the grants office."""

from datetime import date, datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.dates import london, say_day
from core.lifecycle import Refused, require
from core.permissions import check
from grants import letters
from grants.lifecycle import GrantStatus, TrailEvent
from grants.models import Decision, Grant

ANSWERED = "This offer was answered or changed meanwhile. Reload the page."


def refuse_late(grant: Grant, at: datetime) -> None:
    """Raise Refused for a yes after the day by which both agree to another post."""
    if grant.is_late_to_agree(london(at).date()) and grant.answer_by_on:
        sentence = f"You could agree until {say_day(grant.answer_by_on)}. Ask the grants office for more time."
        raise Refused(sentence, code="answer_late")


def refuse_over(decision: Decision, at: datetime) -> None:
    if decision.answer_by_on and london(at).date() > decision.answer_by_on:
        day = say_day(decision.answer_by_on)
        sentence = f"Both had to agree by {day}, which has passed. Drop this decision and record it with a later day."
        raise Refused(sentence, code="answer_late")


def refuse_day(day: date | None, *, after: date, starts_on: date) -> None:
    if day is None or not after < day < starts_on:
        sentence = f"Enter a day after {say_day(after)} and before the start, {say_day(starts_on)}."
        raise Refused(sentence, "answer_by_on")


def refuse_in_time(grant: Grant, at: datetime) -> None:
    """Raise Refused for an offer that has no day, or whose day has not passed."""
    sentence = "Only an offer of another post has a day by which it must be answered."
    require(grant.is_offered and grant.answer_by_on is not None, sentence, code="no_day")
    if not grant.is_late_to_agree(london(at).date()) and grant.answer_by_on:
        raise Refused(f"Both can still agree until {say_day(grant.answer_by_on)}.", code="too_early")


def refuse_moved(grant: Grant) -> None:
    """Raise Refused where more time was given since the grant was read; locks its row until the transaction ends."""
    days = Grant.objects.select_for_update().filter(pk=grant.pk).values_list("answer_by_on", flat=True)
    require(days.get() == grant.answer_by_on, ANSWERED, code="changed_meanwhile")


def refuse_without_day(grant: Grant, at: datetime) -> None:
    """Raise Refused for an offer that has no day, or that starts too soon for a later one."""
    sentence = "Only an offer of another post that waits for an answer has a day to move."
    require(grant.is_offered and grant.answer_by_on is not None, sentence, code="no_day")
    sentence = "The secondment would start before there is more time. Record another decision."
    require(london(at).date() < grant.starts_on, sentence, code="started")


@transaction.atomic
def give_more_time(grant: Grant, *, answer_by_on: date, by: User, at: datetime) -> None:
    """Move the day by which both agree to another post, also when it has passed; whoever has not answered is told."""
    check(by, "grants.give_time_grant", grant)
    refuse_without_day(grant, at)
    today, before = london(at).date(), grant.answer_by_on or date.max
    refuse_day(answer_by_on, after=max(today, before), starts_on=grant.starts_on)
    # Of an answer and more time at the same moment, the second is refused.
    waiting = Grant.objects.filter(pk=grant.pk, status=GrantStatus.OFFERED, answer_by_on=before)
    require(waiting.update(answer_by_on=answer_by_on) == 1, ANSWERED, code="changed_meanwhile")
    grant.answer_by_on = answer_by_on
    trail.record(TrailEvent.ANSWER_DAY_MOVED, grant, by=by, at=at, before=before, until=answer_by_on)
    letters.more_time(grant, at=at)
