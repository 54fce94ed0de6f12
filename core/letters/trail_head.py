"""The nightly email with the head of the sealed trail, so that a copy of it is outside the database."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from core.audit import chain
from core.audit.models import SealedEntry
from core.dates import london
from core.letters import outbox


@transaction.atomic
def post(at: datetime) -> None:
    """Write the email of this day, once; none while nothing is sealed."""
    if head := chain.head():
        day = london(at).date()
        outbox.post(
            "audit.trail_head",
            to=settings.TRAIL_EMAIL,
            key=f"audit.trail_head:{day}",
            at=at,
            today=day,
            head=head,
            lines=SealedEntry.objects.count(),
        )
