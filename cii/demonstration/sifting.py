"""Declared on by the office, then shortlisted or turned down with a reason: prepared and released in one go."""

from datetime import datetime

from applications.actions import interests, shortlisting
from applications.models import Application, Call
from core.accounts.models import User


def declare(call: Call, cast: dict[str, User], *, at: datetime) -> None:
    """Nobody of the office has a conflict of interest with what was submitted."""
    for key in ("officer", "second_officer", "director"):
        none = list(interests.to_declare(call, cast[key]))
        interests.declare_all(call, conflicts={}, none=none, by=cast[key], at=at)


def shortlist(application: Application, *, by: User, at: datetime) -> None:
    shortlisting.release([shortlisting.prepare_shortlist(application, by=by, at=at)], by=by, at=at)


def turn_down(application: Application, *, by: User, at: datetime) -> None:
    reasons = application.call.programme.outcome_reasons.filter(label="Skills and experience")
    outcome = shortlisting.prepare_turn_down(application, reasons=reasons, by=by, at=at)
    shortlisting.release([outcome], by=by, at=at)
