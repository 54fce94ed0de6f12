"""Holds an application, and the grant that came of it, back from deletion: a complaint, a request, a dispute."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications.lifecycle import TrailEvent
from applications.models import Application
from core.accounts.models import User
from core.audit import trail
from core.lifecycle import Refused, require
from core.permissions import check


@transaction.atomic
def hold(application: Application, *, reason: str, by: User, at: datetime) -> None:
    """Keep everything of it from deletion until it is let go. Raises Refused without a reason, or when it is gone."""
    check(by, "applications.hold_application", application)
    reason = reason.strip()
    require(bool(reason), "Write why it must not be deleted yet.", "reason")
    # Compare and set: a run that deletes it at this moment locks the row, and this finds it deleted.
    current = Application.objects.filter(pk=application.pk, erased_at__isnull=True)
    if not current.update(hold_reason=reason):
        raise Refused("Its content was deleted already. Reload the page to see when.")
    application.hold_reason = reason
    trail.record(TrailEvent.HELD_FROM_DELETION, application, by=by, at=at, reason=reason)


@transaction.atomic
def let_go(application: Application, *, by: User, at: datetime) -> None:
    check(by, "applications.hold_application", application)
    if not Application.objects.filter(pk=application.pk).exclude(hold_reason="").update(hold_reason=""):
        raise Refused("It was let go already.")
    application.hold_reason = ""
    trail.record(TrailEvent.RELEASED_FOR_DELETION, application, by=by, at=at)
