"""Reminders of data requests: ten days before the answer is due, three days before, and the day after."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from core.dates import at_london
from core.letters.reminders import Reminder
from core.rights.letters import page, preparers
from core.rights.models import RightsRequest

MORNING = time(9)
MILESTONES = (-10, -3, 1)


def due(now: datetime) -> Iterator[Reminder]:
    """Yield the latest milestone passed of each request that waits, for each of those who prepare it."""
    for request in RightsRequest.objects.waiting().select_related("programme", "person", "officer"):
        moments = {days: at_london(request.due_on + timedelta(days=days), MORNING) for days in MILESTONES}
        passed = [days for days, moment in moments.items() if moment <= now]
        if not passed:
            continue
        days = max(passed)
        for person in preparers(request):
            yield Reminder(
                template="rights.due_soon",
                to=person,
                key=f"data request due:{request.pk}:{request.due_on}:{days}:{person.pk}",
                due_at=moments[days],
                not_before=request.recorded_at,
                context={"request": request, "is_overdue": days > 0, "link": page(request)},
                about=request,
            )
