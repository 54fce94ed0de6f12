"""What waits for somebody: one item, and every source's items for one person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class WorkItem:
    """A piece of work: a sentence ("3 applications to shortlist"), where to do it, and by when if there is a day."""

    sentence: str
    url: str
    due_on: date | None = None


def for_person(user: Any, now: datetime) -> list[WorkItem]:
    """Everything that waits for this person, what is due soonest first; settings.WORK_SOURCES name who is asked."""

    def items() -> Iterator[WorkItem]:
        for source in settings.WORK_SOURCES:
            yield from import_string(source)(user, now)

    return sorted(items(), key=lambda item: item.due_on or date.max)
