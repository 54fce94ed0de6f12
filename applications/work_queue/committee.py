"""What waits for the members of the committee and the office before they read."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse

from applications.models import Call
from applications.visibility import interests, office_programmes
from core.accounts.models import User
from core.accounts.roles import DECLARES_FOR_ALL
from core.text import plural
from core.work_queue import WorkItem


def items(user: User, now: datetime) -> Iterator[WorkItem]:
    """Calls with applications that the person reads only after declaring, a member's once closed: one query."""
    if not user.programmes_as(*DECLARES_FOR_ALL):
        return
    is_closed = Q(call__closes_at__lte=now) | Q(call__kind=Call.Kind.ROLLING)
    rows = interests.asked_to_declare(user)
    if not office_programmes(user):
        rows = rows.filter(is_closed)
    for row in rows.order_by("call").values("call", "call__title").annotate(count=Count("pk")):
        sentence = f"{plural(row['count'], 'application')} to “{row['call__title']}”: declare your interests"
        yield WorkItem(sentence, reverse("admin:applications_call_interests", args=[row["call"]]))
