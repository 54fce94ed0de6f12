"""What waits for whoever may read emails: those that did not reach anybody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from core.letters.models import Letter, Status
from core.text import plural
from core.visibility import visible
from core.work_queue import Task, WorkItem

SHOWN_FOR = timedelta(days=14)


def given_up(user: object, now: datetime) -> QuerySet[Letter]:
    rows = Letter.objects.filter(status=Status.DEAD, posted_at__gt=now - SHOWN_FOR, erased_at__isnull=True)
    return visible(rows, user)


GIVEN_UP = Task("undelivered", Letter, "not delivered", given_up, lambda user: bool(user.is_staff))


def items(user: Any, now: datetime) -> Iterator[WorkItem]:
    if GIVEN_UP.is_for(user) and (number := given_up(user, now).count()):
        yield WorkItem(f"{plural(number, 'email')} could not be delivered", GIVEN_UP.url)
