"""Shortlisted, or turned down with a reason: prepared and released in one go."""

from datetime import datetime

from applications.actions import shortlisting
from applications.models import Application
from core.accounts.models import User


def shortlist(application: Application, *, by: User, at: datetime) -> None:
    shortlisting.release([shortlisting.prepare_shortlist(application, by=by, at=at)], by=by, at=at)


def turn_down(application: Application, *, by: User, at: datetime) -> None:
    reasons = application.call.programme.outcome_reasons.filter(label="Skills and experience")
    outcome = shortlisting.prepare_turn_down(application, reasons=reasons, by=by, at=at)
    shortlisting.release([outcome], by=by, at=at)
