"""Holds an application, and the grant that came of it, back from deletion: a complaint, a request, a dispute."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from applications.models import Application
from core.accounts.models import User
from core.audit import trail
from core.lifecycle import Refused


@transaction.atomic
def hold(application: Application, *, reason: str, by: User, at: datetime) -> None:
    """Let nothing of it be deleted until somebody lets it go. Raises Refused without a reason, and when it is gone."""
    if not reason.strip():
        raise Refused("Write why it must not be deleted yet.", field="reason")
    # Compare and set: a run that deletes it at this moment holds the row, and this finds it deleted.
    here = Application.objects.filter(pk=application.pk, erased_at__isnull=True)
    if not here.update(hold_reason=reason.strip()):
        raise Refused("Its content was deleted already. Reload the page to see when.")
    application.hold_reason = reason.strip()
    trail.record("held back from deletion", application, by=by, at=at, reason=reason.strip())


@transaction.atomic
def let_go(application: Application, *, by: User, at: datetime) -> None:
    """Let it be deleted when its time is over, or in the next night if it is."""
    if not Application.objects.filter(pk=application.pk).exclude(hold_reason="").update(hold_reason=""):
        raise Refused("It was let go already.")
    application.hold_reason = ""
    trail.record("no longer held back from deletion", application, by=by, at=at)
