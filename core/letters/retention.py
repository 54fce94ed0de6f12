"""How long letters are kept, and what is due when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from core.letters.models import Letter, Status
from core.retention.periods import Period
from core.retention.rules import Line, Part, Rule

LETTER = Period(months=12, after="they were sent")


def old(before: datetime) -> QuerySet[Letter]:
    over_without_sending = [Status.DEAD, Status.WITHDRAWN, Status.COLLECTED, Status.OFF]
    unsent = Q(status__in=over_without_sending, posted_at__lte=before)
    over = Q(status=Status.SENT, sent_at__lte=before) | unsent
    return Letter.objects.filter(over, erased_at__isnull=True)


TABLE: tuple[Line, ...] = (
    Rule(
        "Emails that we sent: their text and recipients",
        LETTER,
        "That we sent one, of what kind, and when",
        due=old,
        parts=(Part(Letter, "pk"),),
    ),
)
