"""Which rows a person sees. Each app's `visibility.py` registers one function a model; every list goes through it.

A model without a function has no rows to show: deny by default.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.http import Http404
from django.shortcuts import get_object_or_404

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import Model, QuerySet

M = TypeVar("M", bound="Model")

_VISIBLE: dict[type[Model], Callable[[QuerySet[Any], Any], QuerySet[Any]]] = {}
_HIDDEN: list[Callable[[Any], Iterable[str]]] = []
_HIDDEN_FOR_NOW: list[Callable[[Any], Iterable[str]]] = []


def shows(model: type[M]) -> Callable[[Callable[[QuerySet[M], Any], QuerySet[M]]], Callable[..., QuerySet[M]]]:
    """Register the function that narrows rows of `model` to what a person sees: `narrow(rows, user) -> rows`."""

    def register(narrow: Callable[[QuerySet[M], Any], QuerySet[M]]) -> Callable[..., QuerySet[M]]:
        _VISIBLE[model] = narrow
        return narrow

    return register


def visible(rows: type[M] | QuerySet[M], user: object) -> QuerySet[M]:
    """Return those of the rows (a queryset, or a model for all of its rows) that the person sees."""
    queryset = rows._default_manager.all() if isinstance(rows, type) else rows
    narrow = _VISIBLE.get(queryset.model)
    return narrow(queryset, user) if narrow else queryset.none()


def visible_or_404(rows: type[M] | QuerySet[M], user: Any, permission: str = "", **lookup: Any) -> M:
    """Return the one row of the look-up that the person sees, and on which they have the permission; else 404."""
    thing: M = get_object_or_404(visible(rows, user), **lookup)
    if permission and not user.has_perm(permission, thing):
        raise Http404
    return thing


def hides(labels: Callable[[Any], Iterable[str]]) -> Callable[[Any], Iterable[str]]:
    """Register what yields the rows, as "app.model:key", of whose story a person reads nothing: no email, no trail."""
    _HIDDEN.append(labels)
    return labels


def hides_for_now(labels: Callable[[Any], Iterable[str]]) -> Callable[[Any], Iterable[str]]:
    """The same for rows of whose story a person reads nothing before they have done their part."""
    _HIDDEN_FOR_NOW.append(labels)
    return labels


def hidden_from(user: Any) -> frozenset[str]:
    """The labels of the rows of whose story this person reads nothing; remembered for the request."""
    if "hidden" not in user.remembered:
        user.remembered["hidden"] = frozenset(
            label for labels in (*_HIDDEN, *_HIDDEN_FOR_NOW) for label in labels(user)
        )
    found: frozenset[str] = user.remembered["hidden"]
    return found


def hidden_for_now_from(user: Any) -> frozenset[str]:
    return frozenset(label for labels in _HIDDEN_FOR_NOW for label in labels(user))


def is_registered(model: type[Model]) -> bool:
    return model in _VISIBLE
