"""Filters of the admin's lists: what waits for the reader, and choices that stay short, however many they could be."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from core.admin.rounds import RoundCount, counts_of
from core.admin.workplace import rows_at_work
from core.work_queue import Task

MOST = 20
LONGEST_KEY = 9  # digits; a longer number is the key of nothing


class LatestFilter(admin.RelatedFieldListFilter):
    """Offers the twenty latest rows that the person sees, and the one that is chosen."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        if getattr(request, "wants_only_rows", False):
            return [("", ""), ("", "")]  # a filter without choices would not be asked at all
        rows = rows_at_work(field.remote_field.model, request.user)
        offered = list(rows.order_by("-pk")[:MOST])
        chosen = [key for key in self.lookup_val or () if str(key).isdecimal()]
        missing = {int(key) for key in chosen} - {row.pk for row in offered}
        return [(row.pk, str(row)) for row in (*offered, *(rows.filter(pk__in=missing) if missing else ()))]


class ChosenKey(admin.SimpleListFilter):
    """One row to which `path` leads, out of what `offered` says, which is not asked where only rows are wanted."""

    path = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        if getattr(request, "wants_only_rows", False):
            return [("", "")]  # a filter without choices would not be asked at all
        return self.offered(request, model_admin)

    def offered(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        key = str(self.value() or "")
        return queryset.filter(**{self.path: int(key)}) if is_key(key) else queryset


def is_key(typed: str) -> bool:
    return typed.isdecimal() and len(typed) <= LONGEST_KEY


class TaskFilter(admin.SimpleListFilter):
    """Offers what can wait among these rows, as far as the reader may know of it; the counts of the queue lead here."""

    title = "what waits"
    parameter_name = "task"
    tasks: Sequence[Task] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(one.name, one.label) for one in self.offered(model_admin.model, request.user)]

    def offered(self, model: type[Model], user: object) -> list[Task | RoundCount]:
        """The list's own tasks, then the counts of the rounds whose rows these are."""
        of_rounds = [one for one in counts_of(model, self.parameter_name) if one.task not in self.tasks]
        every: list[Task | RoundCount] = [*self.tasks, *of_rounds]
        return [one for one in every if one.is_for(user)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        offered = self.offered(queryset.model, request.user)
        chosen = next((one for one in offered if one.name == self.value()), None)
        if chosen is None:
            return queryset
        now, user = request.arrived_at, cast("Any", request.user)  # type: ignore[attr-defined]  # by the first middleware
        return queryset.filter(pk__in=chosen.rows(user, now).order_by().values("pk"))


class StageFilter(TaskFilter):
    """Offers the stages of a round, for cases."""

    title = "stage"
    parameter_name = "stage"


def tasks_filter(*tasks: Task) -> type[TaskFilter]:
    return type("TasksFilter", (TaskFilter,), {"tasks": tasks})
