"""How long things are kept: each app's table of it, and the mark on what was deleted when its time was over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from core.dates import say_day
from core.retention.periods import Period


class Erasable(models.Model):
    """A row that outlives its content: when that was deleted, and under which rule, in words."""

    erased_at = models.DateTimeField("content deleted", null=True, blank=True, editable=False)
    erased_under = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True

    class Promises:
        open = changing = "erased_at erased_under"

    @property
    def erasure(self) -> str:
        """What pages say of it; empty while the content is here."""
        if self.erased_at is None:
            return ""
        return f"Deleted on {say_day(self.erased_at)}: we keep it until {self.erased_under}."


@dataclass(frozen=True)
class Line:
    """One line of the table on the privacy page: what, until when, and what is left.

    `case` tells proposed secondees when the line is the one about them ("if it is unsuccessful").
    """

    what: str
    until: Period | str
    left: str = "Nothing"
    is_about_secondee: bool = False
    case: str = ""


@dataclass(frozen=True)
class Part:
    """Rows that go with a thing: the way from them to it ("application").

    The columns that their model declares as emptied are emptied; rows of a model that declares `is_deleted` are deleted
    (core/promises.py).
    """

    model: type[models.Model]
    way: str


@dataclass(frozen=True, kw_only=True)
class Rule(Line):
    """A line that a nightly run acts on: what is due, and what goes with it.

    `due` gives what is due and still there, so that asking again after a run gives nothing. Its argument is the instant
    one period ago, or the present one where `until` is in words. `files` marks stored files, in a transaction, and
    `sweep` deletes the marked ones from the storage, those of earlier runs too. With `is_whole` the rows are deleted,
    once none of `has_files` is left: no file is ever without a row. `lines` finds lines of the trail that stand with
    another thing and yet tell of these. What settings.RETENTION_HOLDS names is not due.
    """

    due: Callable[[datetime], models.QuerySet[Any]]
    parts: tuple[Part, ...] = ()
    files: Callable[[list[Any], datetime], None] | None = None
    sweep: Callable[[datetime], object] | None = None
    is_whole: bool = False
    has_files: models.Q | None = None
    is_noted: bool = True
    lines: Callable[[list[Any]], models.Q] | None = None

    def things(self, at: datetime) -> models.QuerySet[Any]:
        found = self.due(self.until.before(at) if isinstance(self.until, Period) else at)
        held = import_string(settings.RETENTION_HOLDS)(found.model, self.parts)
        return found.exclude(pk__in=held) if held else found


def by_way_of(way: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of one thing as parts of another, to which `way` leads from the first."""
    return tuple(replace(part, way=way if part.way == "pk" else f"{part.way}__{way}") for part in parts)


def table() -> list[Line]:
    """Every line of every app, in the order of settings.RETENTION_SOURCES (dotted paths of their tables)."""
    return [line for path in settings.RETENTION_SOURCES for line in import_string(path)]


def rules() -> list[Rule]:
    return [line for line in table() if isinstance(line, Rule)]
