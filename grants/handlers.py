"""What follows in grants from an event of this stage or an earlier one, and what is left over after an end."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from core.accounts.models import User
from core.documents.models import GeneratedDocument
from grants.actions import agreements
from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Agreement, Instalment


def document_made(document: GeneratedDocument, *, by: User | None, at: datetime) -> None:
    """The agreement's document is made: its hash is noted, and both parties are asked to sign."""
    for agreement in Agreement.objects.filter(document=document).select_related("grant"):
        agreements.make_ready(agreement, at=at)


def leftovers(_now: datetime) -> Iterator[str]:
    """Yield a sentence for each instalment that still waits although its grant ended before it falls due."""
    pending = Instalment.objects.exclude(status__in=[InstalmentStatus.PAID, InstalmentStatus.WITHHELD])
    rows = pending.filter(grant__status=GrantStatus.ENDED_EARLY, due_on__gt=F("grant__ended_on"))
    for instalment in rows.select_related("grant"):
        yield f"{instalment} is due to be paid, although the grant ended on {instalment.grant.ended_on}."
