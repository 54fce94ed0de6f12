"""Search among applications: in what the list shows, and in the answers of those that the reader reads in full."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

from applications.models import Answer, Application
from applications.visibility import readable_applications
from applications.visibility.names import without_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from core.accounts.models import User

SHORTEST = 3  # letters from which on the answers are searched too


def words_of(typed: str) -> Iterator[str]:
    """The words, and what stands between quotation marks as one."""
    for part in smart_split(typed):
        is_quoted = part[:1] in {'"', "'"} and part[:1] == part[-1:] and len(part) > 1
        yield unescape_string_literal(part) if is_quoted else part


def found(rows: QuerySet[Application], typed: str, fields: Iterable[str], user: User) -> QuerySet[Application]:
    """Those of the rows in which every word occurs somewhere; no row twice."""
    fields = list(fields)
    hidden = without_names(user)
    for word in words_of(typed):
        shown = reduce(or_, (_shown(field, word, hidden) for field in fields))
        hit = Q(pk__in=Application.objects.filter(shown).order_by().values("pk"))
        if len(word) >= SHORTEST:
            answers = Answer.objects.filter(application=OuterRef("pk"), text__alike=word)
            readable = readable_applications(Application.objects.order_by(), user).exclude(pk__in=hidden.values("pk"))
            hit |= Q(pk__in=readable.filter(Exists(answers)).values("pk"))
        rows = rows.filter(hit)
    return rows


def _shown(field: str, word: str, hidden: QuerySet[Application]) -> Q:
    """A name that is hidden from the person finds nothing; nor do answers, in which it may stand."""
    hit = Q(**{field: word})
    return hit & ~Q(pk__in=hidden.values("pk")) if field.startswith("candidates__") else hit
