"""What waits for whoever may read emails: those that did not reach anybody."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from core.letters.models import Letter, Status
from core.text import plural
from core.visibility import visible
from core.work_queue import WorkItem

SHOWN_FOR = timedelta(days=14)


def items(user: Any, now: datetime) -> Iterator[WorkItem]:
    if not user.is_staff:
        return
    given_up = Letter.objects.filter(status=Status.DEAD, posted_at__gt=now - SHOWN_FOR, erased_at__isnull=True)
    if number := visible(given_up, user).count():
        address = f"{reverse('admin:letters_letter_changelist')}?status__exact={Status.DEAD}"
        yield WorkItem(f"{plural(number, 'email')} could not be delivered", address)
