"""Makes the outcome of a call public."""

from datetime import datetime

from django.db import transaction

from applications.lifecycle import CallStatus
from applications.models import Call
from core.accounts.models import User
from core.audit import trail
from core.audit.seals import seal
from core.lifecycle import require
from core.permissions import check
from grants.lifecycle import TrailEvent
from grants.models import PublicOutcome

DECIDED = (CallStatus.DECIDED, CallStatus.ARCHIVED)


@transaction.atomic
def publish_outcome(call: Call, *, by: User, at: datetime) -> PublicOutcome:
    """Publish the figures of a decided call on a page of its own. A second time returns what was published first."""
    check(by, "grants.publish_outcome", call)
    refuse_undecided(call, at)
    row, is_new = PublicOutcome.objects.get_or_create(call=call, defaults={"published_at": at, "published_by": by})
    if is_new:
        seal(row, at=at)
        trail.record(TrailEvent.OUTCOME_PUBLISHED, call, by=by, at=at)
    return row


def refuse_undecided(call: Call, _at: datetime) -> None:
    sentence = "Mark the call as decided before you publish its outcome."
    require(call.status in DECIDED, sentence, code="undecided")
