"""The rounds at the top of the admin: how many cases of each call stand at which stage, what waits there, and for whom.

Each app's `rounds.py` lists its counts; settings.ROUND_SOURCES name them, settings.ROUND_CALLS the calls. A count is
taken of the rows that its list shows to the same person, so that it opens exactly those.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, Protocol

from django.conf import settings
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Count, DateField, DateTimeField, F, IntegerField, Min, Model, QuerySet, Value
from django.db.models.functions import Cast, TruncDate
from django.urls import reverse
from django.utils.module_loading import import_string

from core.admin.workplace import rows_at_work
from core.dates import london, say_day, say_deadline
from core.text import plural
from core.work_queue import Task, WorkItem

# By the key of a call and the place of a count: how many, and the first of their days.
Found = dict[tuple[int, int], tuple[int, date | None]]
Narrow = Callable[[QuerySet[Any], Any, datetime], QuerySet[Any]]


class Reader(Protocol):
    """Whoever reads counts: somebody signed in, with what the request remembers of them."""

    @property
    def remembered(self) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class RoundCount:
    """Rows of one model at one stage of a round: every case that stands there, or those that wait for somebody.

    `call` leads from a row to its call. `owner` is who has to act, in words; without one these are the cases of the
    stage. `is_mine(user)` puts the count among a person's own tasks as well. `due` leads to the day or instant by which
    something is due, `since` to when it began to wait. `narrow(rows, user, now)` is given the rows that they see.
    """

    name: str
    stage: str
    model: type[Model]
    call: str
    label: str
    may_see: Callable[[Any], bool]
    narrow: Narrow | None = None
    task: Task | None = None
    noun: str = "application"
    owner: str = ""
    is_mine: Callable[[Any], bool] | None = None
    due: str = ""
    since: str = ""

    @property
    def parameter(self) -> str:
        return "task" if self.owner else "stage"

    def is_for(self, user: object) -> bool:
        return self.may_see(user)

    def rows(self, user: Reader, now: datetime) -> QuerySet[Any]:
        """The rows as their list shows them to this person; of a task, those among them that are its."""
        rows = rows_at_work(self.model, user)
        if self.task is not None:
            rows = rows.filter(pk__in=self.task.rows(user, now).order_by().values("pk"))
        return self.narrow(rows, user, now) if self.narrow is not None else rows

    def url_for(self, call: int | None = None) -> str:
        options = self.model._meta
        listed = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        address = f"{listed}?{self.parameter}={self.name}"
        return f"{address}&{self.call}__id__exact={call}" if call else address

    def sentence(self, count: int) -> str:
        return f"{plural(count, self.noun)} {self.label}"


def of_task(task: Task, *, stage: str, call: str, owner: str, **options: Any) -> RoundCount:
    """The rows of a task that a list has already, as a count of the rounds."""
    return RoundCount(
        name=task.name,
        stage=stage,
        model=task.model,
        call=call,
        label=options.pop("label", task.label),
        may_see=task.is_for,
        task=task,
        owner=owner,
        **options,
    )


@dataclass(frozen=True)
class Figure:
    """One count of a round as the page shows it."""

    of: RoundCount
    count: int
    url: str
    day: date | None = None
    is_late: bool = False

    @property
    def sentence(self) -> str:
        return self.of.sentence(self.count)


@dataclass(frozen=True)
class Stage:
    """One stage: how many cases stand there (None where the person reads no cases), and what waits."""

    label: str
    cases: Figure | None
    waiting: list[Figure]

    @property
    def is_empty(self) -> bool:
        return not self.waiting and not (self.cases and self.cases.count)


@dataclass(frozen=True)
class Round:
    """One call: its name and page, its next dates in words, and its stages in order."""

    call: Any
    stages: list[Stage]

    @property
    def dates(self) -> str:
        """When it closes, is visited and decided, as far as its call says: "Closes 5pm on …. Visits from …"."""
        call, parts = self.call, []
        if call.closes_at:
            parts.append(f"Deadline {say_deadline(call.closes_at)}.")
        if call.visits_from_on:
            until = f" to {say_day(call.visits_to_on)}" if call.visits_to_on else ""
            parts.append(f"Visits {say_day(call.visits_from_on)}{until}.")
        if call.decision_week_on:
            parts.append(f"Decision in the week of {say_day(call.decision_week_on)}.")
        return " ".join(parts)


@cache
def counts() -> tuple[RoundCount, ...]:
    return tuple(one for source in settings.ROUND_SOURCES for one in import_string(source))


def counts_of(model: type[Model], parameter: str) -> list[RoundCount]:
    """The counts whose rows are of this model, for a filter of its list."""
    return [one for one in counts() if one.model is model and one.parameter == parameter]


def rounds_for(user: Reader, now: datetime) -> list[Round]:
    """The rounds under way in a person's programmes, with every count that they may open: two queries."""
    found, today = figures(user, now), london(now).date()
    busy = {call for call, place in found if counts()[place].owner}
    calls = import_string(settings.ROUND_CALLS)(user, busy)
    rounds = [Round(call, list(stages_of(call.pk, found, user, today))) for call in calls]
    return [one for one in rounds if one.stages]


def stages_of(call: int, found: Found, user: Reader, today: date) -> Iterator[Stage]:
    shown = [(place, one) for place, one in enumerate(counts()) if one.is_for(user)]
    for stage, (label, _) in settings.ROUND_STAGES.items():
        cases, waiting = None, []
        for place, one in shown:
            if one.stage != stage:
                continue
            count, day = found.get((call, place), (0, None))
            figure = Figure(one, count, one.url_for(call), day, bool(one.due and day and day < today))
            if not one.owner:
                cases = figure
            elif count:
                waiting.append(figure)
        if cases or waiting:
            yield Stage(label, cases, waiting)


def items(user: Reader, now: datetime) -> Iterator[WorkItem]:
    """Yield what waits for this person among the counts of all rounds: one query, shared with `rounds_for`."""
    if not getattr(user, "is_staff", False):
        return
    found = figures(user, now)
    for place, one in enumerate(counts()):
        if one.is_mine is None or not one.is_for(user) or not one.is_mine(user):
            continue
        of_calls = [value for (_, of), value in found.items() if of == place]
        if count := sum(number for number, _ in of_calls):
            first = min((day for _, day in of_calls if day), default=None)
            dates = {"due_on": first} if one.due else {"since": first}
            yield WorkItem(one.sentence(count), one.url_for(), **dates)


def figures(user: Reader, now: datetime) -> Found:
    """How many rows, and the first of their days: one statement, remembered for the request."""
    if "rounds" not in user.remembered:
        parts = [grouped(place, one, user, now) for place, one in enumerate(counts()) if one.is_for(user)]
        lines = parts[0].union(*parts[1:], all=True) if parts else ()
        user.remembered["rounds"] = {(call, place): (number, day) for place, call, number, day in lines if call}
    found: Found = user.remembered["rounds"]
    return found


def grouped(place: int, one: RoundCount, user: Reader, now: datetime) -> QuerySet[Any, Any]:
    keys = one.rows(user, now).order_by().values("pk")
    rows = one.model._default_manager.filter(pk__in=keys).order_by()
    # Names that no model has: an annotation may not be called like a field.
    marked = rows.annotate(round_place=Value(place, IntegerField()), round_call=F(f"{one.call}__id"))
    of_call = marked.values("round_place", "round_call")
    numbered = of_call.annotate(round_rows=Count("pk"), round_day=first_day(one))
    lines: QuerySet[Any, Any] = numbered.values_list("round_place", "round_call", "round_rows", "round_day")
    return lines


def first_day(one: RoundCount) -> Any:
    path = one.due or one.since
    if not path:
        return Cast(Value(None), DateField())
    is_instant = isinstance(get_fields_from_path(one.model, path)[-1], DateTimeField)
    return TruncDate(Min(path)) if is_instant else Cast(Min(path), DateField())
