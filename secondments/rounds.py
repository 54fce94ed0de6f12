"""The end of a round: agreed grants whose placement nobody has opened."""

from datetime import datetime

from django.db.models import QuerySet

from core.accounts.models import User
from core.admin.rounds import RoundCount
from grants.lifecycle import GrantStatus
from grants.models import Grant
from grants.rounds import may


def _unplaced(rows: QuerySet[Grant], _user: User, _now: datetime) -> QuerySet[Grant]:
    return rows.filter(status=GrantStatus.AGREED, placement__isnull=True)


COUNTS = (
    RoundCount(
        name="unplaced",
        stage="released",
        model=Grant,
        call="post__call",
        label="agreed, without a placement",
        may_see=may("grants.view_grant"),
        narrow=_unplaced,
        noun="grant",
        owner="Host programme manager",
    ),
)
