"""Addresses of lists: what of them is saved, and what a saved one says in words."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ALL_VAR, ERROR_FLAG, PAGE_VAR, SEARCH_VAR, ChangeList
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.urls import resolve

from core.admin.columns import ALL, COLUMNS, name_of
from core.admin.navigation import list_url

NOT_SAVED = (PAGE_VAR, ALL_VAR, ERROR_FLAG)


def address_of(request: HttpRequest, listing: ModelAdmin[Any]) -> str:
    """Filters, search, order and columns of the list at hand; columns kept from an earlier page too."""
    asked = request.GET.copy()
    for name in NOT_SAVED:
        asked.pop(name, None)
    columns: Any = listing  # each list of the admin has core.admin.columns.ChosenColumns
    chosen: set[str] = columns.chosen_columns(request)
    asked.setlist(COLUMNS, sorted(chosen) or [ALL])
    return str(asked.urlencode())


def as_listed(request: HttpRequest, listing: ModelAdmin[Any], address: str) -> ChangeList | None:
    """The list behind an address as this person gets it; None where the list does not understand it."""
    asked = copy(request)
    asked.GET, asked.resolver_match = QueryDict(address), resolve(list_url(listing))
    asked.session = dict(request.session)  # type: ignore[assignment]  # its columns are not to be kept
    try:
        return listing.get_changelist_instance(asked)
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None


def in_words(found: ChangeList, address: str) -> list[tuple[str, str]]:
    """What a list is narrowed to: its filters, its search, and its columns where some are left out."""
    chosen = [
        (str(spec.title).capitalize(), str(choice["display"]))
        for spec in found.filter_specs
        for place, choice in enumerate(spec.choices(found))
        if choice["selected"] and place
    ]
    asked = QueryDict(address)
    if words := asked.get(SEARCH_VAR):
        chosen.append(("Search", words))
    if ALL not in asked.getlist(COLUMNS, [ALL]):
        titles = [found.model_admin.title_of(one) for one in found.list_display if name_of(one) != "action_checkbox"]  # type: ignore[attr-defined]
        chosen.append(("Columns", ", ".join(str(title) for title in titles)))
    return chosen
