"""The way about in the admin: its sections on every page, and the rows beside a row in the list it was opened from."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse

from core.case_links import case_links


@dataclass(frozen=True)
class Section:
    """A list of the admin that the person may open."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Neighbours:
    """Where a row stands in its list, counted from 1, and the keys of the rows before and after it."""

    place: int
    count: int
    previous: Any = None
    next: Any = None


def sections(site: AdminSite, request: HttpRequest) -> list[Section]:
    """Return the lists that say `menu_place`, in that order, as far as the person may open them."""
    listed = {getattr(listing, "menu_place", 0): listing for listing in site._registry.values()}
    found = []
    for place in sorted(listed.keys() - {0}):
        listing = listed[place]
        if listing.has_view_permission(request):
            url, label = list_url(listing), str(listing.opts.verbose_name_plural)
            found.append(Section(label[:1].upper() + label[1:], url, request.path.startswith(url)))
    return found


def list_url(listing: ModelAdmin[Any]) -> str:
    return reverse(f"{listing.admin_site.name}:{listing.opts.app_label}_{listing.opts.model_name}_changelist")


def way_about(listing: ModelAdmin[Any], request: HttpRequest, row: Model) -> dict[str, Any]:
    """What admin/steps/way_about.html shows above a row: the rows beside it, and the other parts of its case."""
    return {"neighbours": neighbours(listing, request, row), "case_links": case_links(request.user, row)}


def neighbours(listing: ModelAdmin[Any], request: HttpRequest, row: Model) -> Neighbours | None:
    """Find the row in the list as it was filtered and sorted when the row was opened; None when it is not on it."""
    url, as_listed = list_url(listing), copy(request)
    as_listed.wants_only_rows = True  # type: ignore[attr-defined]  # no choices of filters, no count: core/admin/columns.py
    as_listed.GET = QueryDict(request.GET.get("_changelist_filters", ""))
    as_listed.resolver_match = resolve(url)
    try:
        keys = list(listing.get_changelist_instance(as_listed).queryset.values_list("pk", flat=True))
    except IncorrectLookupParameters:
        return None
    if row.pk not in keys:
        return None
    place = keys.index(row.pk)
    before, after = keys[place - 1] if place else None, keys[place + 1] if place + 1 < len(keys) else None
    return Neighbours(place + 1, len(keys), before, after)
