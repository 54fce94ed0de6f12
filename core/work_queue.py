"""What waits for somebody: one item, and every source's items for one person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Count, Model, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class WorkItem:
    """A piece of work: a sentence ("3 applications to shortlist"), where to do it, and by when if there is a day.

    What has no day to be done by may say since when it waits: the longest comes first among the days.
    """

    sentence: str
    url: str
    due_on: date | None = None
    since: date | None = None


@dataclass(frozen=True)
class Task:
    """Rows of one model that wait for somebody's next step, by `name`; its admin list shows exactly those on demand.

    `rows(user, now)` are those of one person; who may take the step at all is told by `is_for(user)`.
    """

    name: str
    model: type[Model]
    label: str
    rows: Callable[[Any, datetime], QuerySet[Any]]
    is_for: Callable[[Any], bool]

    @property
    def url(self) -> str:
        options = self.model._meta
        address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        return f"{address}?task={self.name}"


def for_person(user: Any, now: datetime) -> list[WorkItem]:
    """Everything that waits for this person, what is due soonest or waits longest first.

    settings.WORK_SOURCES name who is asked.
    """

    def items() -> Iterator[WorkItem]:
        for source in settings.WORK_SOURCES:
            yield from import_string(source)(user, now)

    return sorted(items(), key=lambda item: item.due_on or item.since or date.max)


def number_of(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n"))


def least_of(rows: QuerySet[Any], field: str) -> Subquery:
    """The least value of a field that is never NULL; NULL without rows."""
    return Subquery(rows.order_by(field).values(field)[:1])


def figures(user: Any, **wanted: Subquery) -> dict[str, Any]:
    found: Any = get_user_model().objects.values(**wanted).get(pk=user.pk)
    return dict(found)
