"""Erasure: prepared by one person, confirmed by another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.letters import outbox
from core.lifecycle import require
from core.permissions import check
from core.rights import erasing, letters
from core.rights.answering import closed, require_checked
from core.rights.lifecycle import REQUEST, Kind
from core.rights.models import RightsRequest
from core.rights.reviewing import require_no_conflict


@transaction.atomic
def prepare_erasure(request: RightsRequest, *, by: User, at: datetime) -> None:
    """Ask for a second person's confirmation, after the preview was read."""
    check(by, "rights.prepare_request", request)
    require_checked(request, Kind.ERASURE)
    require_no_conflict(request, by)
    REQUEST.advance(request, "prepare", prepared_by_id=by.pk, prepared_at=at)
    trail.record("erasure prepared", request, by=by, at=at)
    letters.to_preparers("to_confirm", request, at=at, by=by)


@transaction.atomic
def put_back(request: RightsRequest, *, by: User, at: datetime) -> None:
    check(by, "rights.prepare_request", request)
    REQUEST.advance(request, "put_back", prepared_by_id=None, prepared_at=None)
    outbox.withdraw([request])
    trail.record("erasure put back", request, by=by, at=at)


@transaction.atomic
def erase(request: RightsRequest, *, by: User, at: datetime) -> None:
    """Erase what the law does not keep, and tell the person what stays and until when.

    Raises Refused for the person who prepared it, while a restriction is in force, and for the last administrator.
    """
    check(by, "rights.confirm_erasure", request)
    require_no_conflict(request, by)
    restricted = RightsRequest.objects.in_force().filter(email=request.email, programme=request.programme)
    require(not restricted.exists(), "The person asked us to keep it. Lift that restriction first.", code="restricted")
    REQUEST.advance(request, "erase", **closed(by, at))
    made = erasing.carry_out(request, by=by, at=at)
    remains = sorted({(one.noun, one.because, one.until) for one in made.remains})
    trail.record("personal data erased", request, by=by, at=at, taken=dict(made.counts), left=len(made.remains))
    request.person = None if request.person is None else User.objects.get(pk=request.person.pk)
    letters.to_person("erased", request, at=at, remains=remains)
