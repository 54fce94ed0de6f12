"""Which rows the admin shows: of those that a person sees, the ones of the programmes they work in."""

from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet

from core.visibility import visible

M = TypeVar("M", bound=Model)


def rows_at_work(rows: type[M] | QuerySet[M], user: Any) -> QuerySet[M]:
    """Narrow rows to what the person sees, without what is public of programmes in which they hold no role."""
    seen = visible(rows, user)
    try:
        seen.model._meta.get_field("programme")
    except FieldDoesNotExist:
        return seen
    return seen if user.programmes is None else seen.filter(programme__in=user.programmes)
