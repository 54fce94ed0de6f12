"""The same decision recorded on many applications, and what is said before many are confirmed."""

from datetime import date, datetime
from typing import Any

from applications.models import Application
from core.accounts.models import User
from core.dates import say_day
from core.governance.models import Meeting
from core.lifecycle import Refused, require
from core.permissions import check
from core.text import plural
from grants.actions import decisions
from grants.models import Decision

PENDING = "A decision on it is recorded already. Confirm it, or drop it and record another."


def record_same(
    application: Application,
    *,
    meeting: Meeting,
    outcome: str,
    reasons: str,
    starts_on: date | None = None,
    conditions: str = "",
    without_visit: str = "",
    by: User,
    at: datetime,
) -> Decision:
    """Record a decision; an award is of the post, days and months that were applied for.

    Raises Refused as `decisions.record` does.
    """
    check(by, "grants.add_decision", application)
    words: dict[str, Any] = {"reasons": reasons, "conditions": conditions, "without_visit": without_visit}
    if outcome == Decision.Outcome.AWARD:
        terms: dict[str, Any] = {"days_per_week": application.days_per_week, "months": application.months}
        return decisions.record(
            application,
            meeting=meeting,
            outcome=outcome,
            post=application.post,
            starts_on=starts_on,
            **terms,
            **words,
            by=by,
            at=at,
        )
    return decisions.record(application, meeting=meeting, outcome=outcome, reasons=reasons, by=by, at=at)


def refuse_recording(application: Application, _at: datetime) -> None:
    """Refuse what no outcome is possible for; wants the application's decisions and joint views."""
    require(not application.erased_at, application.erasure, code="erased")
    label = application.get_status_display()
    sentence = f"This application is {label}. A decision needs one that is shortlisted or on the reserve list."
    require(application.awaits_decision, sentence, code="not_waiting")
    if any(one.status in decisions.PENDING for one in application.decisions.all()):
        raise Refused(PENDING, code="decision_pending")
    decisions.refuse_unsettled(application)


def refuse_confirming(decision: Decision, _at: datetime) -> None:
    decisions.refuse_outcome(decision.application, decision.outcome)


def in_words(decision: Decision) -> str:
    """What was decided: "award: Policy officer, 3 days a week, 12 months from Wednesday 1 May 2019"."""
    outcome = str(decision.get_outcome_display())
    if not decision.is_award or decision.days_per_week is None or decision.starts_on is None:
        return f"{outcome}, place {decision.rank}" if decision.rank else outcome
    days, months = f"{decision.days_per_week.normalize():f}", plural(decision.months or 0, "month")
    return f"{outcome}: {decision.post}, {days} days a week, {months} from {say_day(decision.starts_on)}"
