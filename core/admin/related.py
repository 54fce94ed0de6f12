"""Rows that a row of the admin names: links for those who may open them there, names for everybody else."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model
from django.http import HttpRequest, HttpResponse

from core.admin.words import AnyModelAdmin, OurWords, name_missing, times_among
from core.text import with_article

__all__ = ["AnyModelAdmin", "NamedRelations"]


class NamedRelations(OurWords):
    """Django links each foreign key that is only read; here only where the person may open what it leads to."""

    def render_change_form(  # noqa: PLR0917 — Django's own signature
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        for filled in (context["adminform"].form, *(one.formset for one in context["inline_admin_formsets"])):
            for one in getattr(filled, "forms", [filled]):
                name_missing(one)
        if obj is not None:
            context |= {"title": str(obj), "subtitle": None}
            form = context["adminform"]
            self.name_closed(request, form, form.readonly_fields, self.model, obj)
            for inline in context["inline_admin_formsets"]:
                changed = flatten_fieldsets(inline.fieldsets) if not inline.has_change_permission else ()
                self.name_closed(request, inline, [*inline.readonly_fields, *changed], inline.opts.model)
        elif context["title"] == f"Add {self.opts.verbose_name}":  # Django's own
            context["title"] = f"Add {with_article(str(self.opts.verbose_name))}"
        return super().render_change_form(request, context, add, change, form_url, obj)

    def name_closed(
        self, request: HttpRequest, shown: Any, names: Iterable[Any], model: type[Model], obj: Model | None = None
    ) -> None:
        """In a form or an inline, put columns in the place of those read-only fields that lead where it is closed."""
        names = list(names)
        closed = [name for name in names if self.is_closed(request, model, name, obj)]
        columns = {**times_among(model, names), **{name: named(model, name) for name in closed}}
        shown.fieldsets = [
            (title, {**part, "fields": replaced(part["fields"], columns)}) for title, part in shown.fieldsets
        ]
        shown.readonly_fields = [*shown.readonly_fields, *columns.values()]

    def is_closed(self, request: HttpRequest, model: type[Model], name: Any, obj: Model | None) -> bool:
        """Tell whether a field leads to a row (without `obj`: to any) that this person may not open in the admin."""
        try:
            field = model._meta.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            return False
        if not isinstance(field, ForeignKey) or not self.admin_site.is_registered(field.related_model):
            return False
        rows, thing = self.admin_site.get_model_admin(field.related_model), obj and getattr(obj, field.name)
        return (obj is None or thing is not None) and not rows.has_view_or_change_permission(request, thing)


def named(model: type[Model], name: str) -> Callable[[Model], str]:
    """A column that says what the foreign key of this name leads to."""

    @admin.display(description=str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    def column(row: Model) -> str:
        return str(getattr(row, name))

    column.__name__ = name  # which is its class in the page
    return column


def replaced(fields: Any, columns: dict[str, Callable[[Model], str]]) -> list[Any]:
    return [replaced(one, columns) if isinstance(one, list | tuple) else columns.get(one, one) for one in fields]
