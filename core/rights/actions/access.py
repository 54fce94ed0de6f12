"""A copy of everything held: what is reviewed first, and how it is released."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from core.accounts.models import User
from core.audit import trail
from core.files import store
from core.lifecycle import require
from core.permissions import check
from core.rights import access_file, letters
from core.rights.answering import closed, require_checked
from core.rights.lifecycle import REQUEST, Kind
from core.rights.models import Review, RightsRequest
from core.rights.reviewing import require_no_conflict, to_review, waiting


@transaction.atomic
def review(request: RightsRequest, *, chosen: Iterable[str], ground: str = "", by: User, at: datetime) -> int:
    """Decide for each of these items whether the person gets it, or on which ground not; returns how many."""
    check(by, "rights.prepare_request", request)
    require_checked(request, Kind.ACCESS)
    require_no_conflict(request, by)
    known = {item.key for item in to_review(request)}
    keys = [key for key in chosen if key in known]
    require(bool(keys), "Choose at least one item.", "chosen")
    ground = Review.Ground(ground) if ground else ""
    for key in keys:
        facts = {"ground": ground, "decided_at": at, "decided_by": by}
        Review.objects.update_or_create(request=request, item=key, defaults=facts)
    trail.record("items reviewed", request, by=by, at=at, number=len(keys), released=not ground)
    return len(keys)


def release(request: RightsRequest, *, handed_over: str, answer: str = "", by: User, at: datetime) -> None:
    """Make the file of everything held and give it out; raises Refused while an item waits to be reviewed."""
    check(by, "rights.prepare_request", request)
    require_checked(request, Kind.ACCESS)
    require_no_conflict(request, by)
    by_sign_in = RightsRequest.HandedOver(handed_over) == RightsRequest.HandedOver.SIGN_IN
    has_account = request.person is not None and request.person.is_active
    require(has_account or not by_sign_in, "They have no account to sign in to. Hand it over.", "handed_over")
    left = len(waiting(request))
    require(not left, f"{left} items wait to be reviewed first.", code="to_review")
    content, counts = access_file.make(request, at)
    with store.stored(request.file, ContentFile(content), refused_at="handed_over") as name, transaction.atomic():
        facts = {"file": name, "handed_over": handed_over, "answer": answer.strip(), **closed(by, at)}
        REQUEST.advance(request, "release", **facts)
        trail.record("copy of personal data released", request, by=by, at=at, through=handed_over, **counts)
        if by_sign_in:
            letters.to_person("ready", request, at=at)
        else:
            letters.to_person("handed_over", request, at=at)
