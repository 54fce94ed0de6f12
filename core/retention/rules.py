"""How long things are kept: each app's table of it, and the mark on what was deleted when its time was over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.module_loading import import_string

from core.dates import london, say_day
from core.months import add_months


class Erasable(models.Model):
    """A row that outlives its content: when that was deleted, and under which rule, in words."""

    erased_at = models.DateTimeField("content deleted", null=True, blank=True, editable=False)
    erased_under = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def erasure(self) -> str:
        """What pages say of it; empty while the content is here."""
        if self.erased_at is None:
            return ""
        return f"Deleted on {say_day(self.erased_at)}: kept no longer than {self.erased_under}."


@dataclass(frozen=True)
class Kept:
    """One line of the table: what, until when ("12 months after the decision"), and what is left, for people."""

    what: str
    until: str
    left: str = "Nothing"
    is_about_secondee: bool = False


@dataclass(frozen=True)
class Part:
    """Rows that go with a thing: the way from them to it ("application"), and their columns that are emptied.

    Without columns the rows themselves are deleted.
    """

    model: type[models.Model]
    way: str
    columns: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule(Kept):
    """A line that a nightly run acts on: what is due by an instant, and what goes with it.

    `due` gives what is due and still there, so that asking again after a run gives nothing. `files` marks stored files,
    in a transaction, and `sweep` deletes the marked ones from the storage, those of earlier runs too. With `is_whole`
    the rows are deleted, once none of `has_files` is left: no file is ever without a row. `lines` finds lines of the
    trail that stand with another thing and yet tell of these.
    """

    due: Callable[[datetime], models.QuerySet[Any]]
    parts: tuple[Part, ...] = ()
    files: Callable[[list[Any], datetime], None] | None = None
    sweep: Callable[[], object] | None = None
    is_whole: bool = False
    has_files: models.Q | None = None
    is_noted: bool = True
    lines: Callable[[list[Any]], models.Q] | None = None


def by_way_of(way: str, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts of one thing as parts of another, to which `way` leads from the first."""
    return tuple(replace(part, way=way if part.way == "pk" else f"{part.way}__{way}") for part in parts)


def ago(at: datetime, *, months: int = 0, days: int = 0) -> datetime:
    """The instant so many calendar months, or days, before this one, at the same time on London's clocks."""
    here = london(at)
    return datetime.combine(add_months(here.date(), -months), here.timetz()) - timedelta(days=days)


def table() -> list[Kept]:
    """Every line of every app, in the order of settings.RETENTION_SOURCES (dotted paths of their tables)."""
    return [line for path in settings.RETENTION_SOURCES for line in import_string(path)]


def rules() -> list[Rule]:
    """The lines that a run acts on."""
    return [line for line in table() if isinstance(line, Rule)]
