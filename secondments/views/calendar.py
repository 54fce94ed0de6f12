"""What stands in a person's own calendar about placements: first and last days, and milestones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from core.accounts.models import User
from core.dashboard import NextDate, entry
from core.dates import london
from secondments.lifecycle import OVER
from secondments.views.dashboard import listed


def entries(user: User, now: datetime, stamped_at: datetime) -> Iterator[bytes]:
    for placement in listed(user, london(now).date()).exclude(status__in=OVER):
        title, publisher = str(placement.secondee or placement.grant.role), str(placement.programme)
        dates = [
            ("Starts", placement.starts_on),
            ("Last day", placement.ends_on),
            ("Milestone due", placement.milestone_on),
        ]
        for what, on in dates:
            if on is not None:
                coming, url = NextDate(what, on), placement.get_absolute_url()
                yield entry(placement.reference, title, url, coming, stamped_at=stamped_at, publisher=publisher)
