"""What follows in grants from an event of this stage or an earlier one, and what is left over after an end."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import F

from grants.lifecycle import GrantStatus, InstalmentStatus
from grants.models import Instalment


def leftovers(_now: datetime) -> Iterator[str]:
    """Yield a sentence for each instalment that still waits although its grant ended before it falls due."""
    pending = Instalment.objects.exclude(status__in=[InstalmentStatus.PAID, InstalmentStatus.WITHHELD])
    rows = pending.filter(grant__status=GrantStatus.ENDED_EARLY, due_on__gt=F("grant__ended_on"))
    for instalment in rows.select_related("grant"):
        yield f"{instalment} is still to be paid, although the grant ended on {instalment.grant.ended_on}."
