"""Which columns of a list are shown: as its address says, else as the person last chose in this session."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from core.admin.words import OurWords

COLUMNS, ALL = "columns", "all"


class ListWithColumns(ChangeList):
    """Django's list, whose address may name the columns to show."""

    def get_filters_params(self, params: Any = None) -> Any:
        filters = super().get_filters_params(params)
        filters.pop(COLUMNS, None)
        return filters


class OnlyRows(ListWithColumns):
    """A list of which nothing is shown: only the order of its rows is asked."""

    def get_results(self, request: HttpRequest) -> None:
        """Count nothing."""


class ChosenColumns(OurWords):
    """Lets a person leave columns out of a list, and of its files; an address shows the same ones to a colleague."""

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return OnlyRows if getattr(request, "wants_only_rows", False) else ListWithColumns

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The columns chosen, in the list's own order; those that lead to a row always."""
        shown = list(super().get_list_display(request))
        chosen = self.chosen_columns(request)
        always = set(self.list_display_links or ()) or {name_of(shown[0])}
        return [one for one in shown if not chosen or name_of(one) in chosen | always]

    def chosen_columns(self, request: HttpRequest) -> set[str]:
        """The names of the columns chosen; none where every column is shown."""
        session = getattr(request, "session", {})
        kept = f"columns of {self.opts.label_lower}"
        if asked := request.GET.getlist(COLUMNS):
            names = [] if ALL in asked else sorted(asked)
            if session.get(kept, []) != names:
                session[kept] = names
        return set(session.get(kept, []))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {name_of(one) for one in self.get_list_display(request)}
        every = super().get_list_display(request)
        choices = [(name_of(one), capfirst(str(self.title_of(one))), name_of(one) in shown) for one in every]
        others = [(key, value) for key, values in request.GET.lists() if key != COLUMNS for value in values]
        context = {"column_choices": choices, "kept_parameters": others}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def title_of(self, shown: Any) -> Any:
        return label_for_field(shown, self.model, model_admin=self)


def name_of(shown: Any) -> str:
    return shown if isinstance(shown, str) else str(shown.__name__)
