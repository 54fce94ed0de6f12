"""What is about somebody is kept, and not otherwise used, until it is lifted (core/rights/restriction.py)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.lifecycle import require
from core.permissions import check
from core.rights import letters
from core.rights.answering import closed, require_checked
from core.rights.lifecycle import REQUEST, Kind, RequestStatus
from core.rights.models import PermittedUse, RightsRequest, Use


@transaction.atomic
def restrict(request: RightsRequest, *, answer: str, by: User, at: datetime) -> None:
    """Keep everything about the person, and hold it back from any other use, until it is lifted."""
    check(by, "rights.prepare_request", request)
    require_checked(request, Kind.RESTRICTION)
    REQUEST.advance(request, "restrict", prepared_by_id=by.pk, prepared_at=at, answer=answer.strip())
    trail.record("personal data restricted", request, by=by, at=at)
    letters.to_person("restricted", request, at=at)


@transaction.atomic
def lift(request: RightsRequest, *, by: User, at: datetime) -> None:
    """Let retention go on; the person is told before anything is deleted (article 18(3))."""
    check(by, "rights.prepare_request", request)
    REQUEST.advance(request, "lift", **closed(by, at))
    trail.record("restriction lifted", request, by=by, at=at)
    letters.to_person("lifted", request, at=at)


@transaction.atomic
def permit_use(request: RightsRequest, *, use: str, ground: str, words: str, by: User, at: datetime) -> PermittedUse:
    """Record on which ground the data is used in one way while the restriction is in force (article 18(2))."""
    check(by, "rights.prepare_request", request)
    require(request.status == RequestStatus.IN_FORCE, "No restriction is in force.", code="not_in_force")
    require(bool(words.strip()), "Write why this use is necessary.", "words")
    facts = {"use": Use(use), "ground": PermittedUse.Ground(ground), "words": words.strip()}
    is_new = not request.permitted_uses.filter(use=use).exists()
    require(is_new, "A ground for this use is recorded already.", "use", code="permitted")
    permitted = PermittedUse.objects.create(request=request, recorded_at=at, recorded_by=by, **facts)
    trail.record("use of restricted data permitted", request, by=by, at=at, use=permitted.use, ground=permitted.ground)
    return permitted
