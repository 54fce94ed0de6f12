"""How long letters are kept, what is deleted then, and what stays and why."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from core.letters.models import Letter, Status
from core.retention.rules import Kept, Part, Rule, ago


def old(at: datetime) -> QuerySet[Letter]:
    """Letters sent, or written and given up, a year ago."""
    year_ago = ago(at, months=12)
    over = Q(status=Status.SENT, sent_at__lte=year_ago) | Q(status=Status.DEAD, posted_at__lte=year_ago)
    return Letter.objects.filter(over, erased_at__isnull=True)


TABLE: tuple[Kept, ...] = (
    Rule(
        "Letters that we sent: what they said and to whom",
        "12 months after they were sent",
        "That there was one, of what kind, and when",
        due=old,
        parts=(Part(Letter, "pk", "to_email to_user subject body attachments calendar problem"),),
    ),
)

# What says something about a person and yet outlives the rule, by the reason why.
STAYS = {"made of numbers and the kind of letter; it keeps a letter from being sent twice": "Letter.key"}
