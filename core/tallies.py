"""Several figures in one query, whose SQL is written once for the process and asked for each person and moment anew.

What waits for somebody is a dozen small counts. Django takes several times as long to write them as the database takes
to answer, and from one request to the next they differ only by who asks and when.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import BigIntegerField, Count, DateField, DateTimeField, Expression, QuerySet, Subquery, Value

from core.dates import london


@dataclass(frozen=True)
class Asked:
    """Who asks for figures, and when."""

    by: Any
    at: datetime


class Given(Expression):
    """A value that is known when figures are asked for: made of who asks and when."""

    def __init__(self, value: Callable[[Asked], Any], output_field: Any) -> None:
        """Keep how it is made."""
        super().__init__(output_field=output_field)
        self.value = value

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Stand among the parameters until the value is known."""
        return "%s", [self]

    def known(self, asked: Asked) -> Any:
        """The value as the database takes it."""
        return self.output_field.get_db_prep_value(self.value(asked), connection)


PERSON = Given(lambda asked: asked.by.pk, BigIntegerField())
NOW = Given(lambda asked: asked.at, DateTimeField())
TODAY = Given(lambda asked: london(asked.at).date(), DateField())


def number(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are, as a figure."""
    return Subquery(rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n"))


def first(rows: QuerySet[Any], field: str) -> Subquery:
    """The least value of a field that is never empty among the rows, as a figure; None for no rows."""
    return Subquery(rows.order_by(field).values(field)[:1])


class Tally:
    """Figures by their names; in their conditions stand PERSON, NOW and TODAY, never a value of one request."""

    def __init__(self, **figures: Subquery) -> None:
        """Keep the figures; nothing is asked of the database yet."""
        self.figures = figures
        self.written = cache(self.write)

    def ask(self, names: Iterable[str], *, by: Any, at: datetime) -> dict[str, Any]:
        """These figures for this person at this moment: one query."""
        wanted, asked = tuple(names), Asked(by, at)
        compiler, sql, params = self.written(wanted)
        with connection.cursor() as cursor:
            cursor.execute(sql, [one.known(asked) if isinstance(one, Given) else one for one in params])
            (row,) = compiler.results_iter([cursor.fetchall()])
        return dict(zip(wanted, row, strict=True))

    def write(self, names: tuple[str, ...]) -> tuple[Any, str, tuple[Any, ...]]:
        """Write the query, which has to select from something: from the person who asks."""
        rows = (
            get_user_model().objects.filter(pk=PERSON).order_by().values_list(*[self.figures[name] for name in names])
        )
        compiler = rows.query.get_compiler(connection=connection)
        return (compiler, *compiler.as_sql())
