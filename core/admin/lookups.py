"""An admin list answers only the filters that it shows: any other lookup in its address gets a 400."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import DateField
from django.http import HttpRequest

from core.admin.columns import ChosenColumns
from core.admin.exports import ExportedLists
from core.admin.related import AnyModelAdmin, NamedRelations

HIERARCHY = ("year", "month", "day", "gte", "lt")


class DeclaredLookups(ChosenColumns, ExportedLists, NamedRelations):
    """Fifty rows a page, filtered by what `list_filter` and `date_hierarchy` declare and by no other column.

    Django answers `?any_column__gte=…` to whoever may open a list, which tells every salary to the pound by halving.
    """

    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if lookup not in set(self.declared_lookups(request)):
            return False
        return lookup in self.own_parameters(request) or super().lookup_allowed(lookup, value, request)

    def own_parameters(self, request: HttpRequest) -> set[str]:
        """What filters of our own read; Django takes a name with two relations in it for a look-up of its own."""
        filters: Any = self.get_list_filter(request)
        return {one.parameter_name for one in filters if hasattr(one, "parameter_name")}

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Search without regard to accents, capitals and kinds of apostrophe (core/search.py)."""
        return [f"{name}__alike" for name in super().get_search_fields(request)]

    def declared_lookups(self, request: HttpRequest) -> Iterator[str]:
        for declared in self.get_list_filter(request):
            one: Any = declared
            if hasattr(one, "parameter_name"):
                yield one.parameter_name
                continue
            path = one[0] if isinstance(one, list | tuple) else one
            yield from (path, *(f"{path}__{suffix}" for suffix in self.suffixes(path)))
        if self.date_hierarchy:
            yield from (f"{self.date_hierarchy}__{suffix}" for suffix in HIERARCHY)

    def suffixes(self, path: str) -> Iterator[str]:
        field: Any = get_fields_from_path(self.model, path)[-1]
        yield from ("exact", "isnull")
        if field.remote_field:
            yield f"{field.target_field.name}__exact"
        if isinstance(field, DateField):
            yield from ("gte", "lt")


def declared(admin_class: type[AnyModelAdmin] | None) -> type[AnyModelAdmin]:
    """The same admin with DeclaredLookups: Django's and other packages' own admins know nothing of it."""
    base = admin_class or AnyModelAdmin
    return base if issubclass(base, DeclaredLookups) else type(base.__name__, (DeclaredLookups, base), {})
