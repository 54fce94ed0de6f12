"""Our words in place of Django's on the pages of the admin: times, titles, what is missing, what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import DateField, DateTimeField, Model
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from core.dates import say_day, say_moment
from core.templatetags.office_forms import ask_for

if TYPE_CHECKING:
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin

REQUIRED = str(forms.Field.default_error_messages["required"])


class OurWords(AnyModelAdmin):
    """Says days and times as every page does, and what was saved in a sentence of ours."""

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        shown = super().get_list_display(request)
        columns = times_among(self.model, shown)
        return [columns.get(name, name) if isinstance(name, str) else name for name in shown]

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, f"You have added {obj}.", messages.SUCCESS)
        if "_addanother" in request.POST:
            return HttpResponseRedirect(request.path)
        if "_continue" in request.POST and self.has_view_or_change_permission(request, obj):
            return HttpResponseRedirect(self.address("change", obj.pk))
        return self.response_post_save_add(request, obj)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_change(request, obj)
        self.message_user(request, f"You have saved {obj}.", messages.SUCCESS)
        if "_addanother" in request.POST:
            return HttpResponseRedirect(self.address("add"))
        if "_continue" in request.POST:
            return HttpResponseRedirect(request.get_full_path())
        return self.response_post_save_change(request, obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        if IS_POPUP_VAR in request.POST:
            return super().response_delete(request, obj_display, obj_id)
        self.message_user(request, f"You have deleted {obj_display}.", messages.SUCCESS)
        return HttpResponseRedirect(self.address("changelist"))

    def address(self, kind: str, *args: Any) -> str:
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{kind}", args=args)


def times_among(model: type[Model], names: Iterable[Any]) -> dict[str, Callable[[Model], str]]:
    """Columns in words for those of the names that are days or times of the model."""
    found = {}
    for name in names:
        try:
            field = model._meta.get_field(name) if isinstance(name, str) else None
        except FieldDoesNotExist:
            continue
        if isinstance(field, DateField):
            found[name] = spoken(field)
    return found


@cache  # the list compares columns by identity when it asks which ones sort
def spoken(field: DateField[Any, Any]) -> Callable[[Model], str]:
    say: Callable[[Any], str] = say_moment if isinstance(field, DateTimeField) else say_day

    @admin.display(description=str(field.verbose_name), ordering=field.name)
    def column(row: Model) -> str:
        value = getattr(row, field.name)
        return "–" if value is None else say(value)

    column.__name__ = field.name  # which is its class in the page
    return column


def name_missing(form: Any) -> None:
    """Put what to do, in the words of its label, in the place of each bare "This field is required."."""
    if not isinstance(form.errors, ErrorDict):  # a form that is only read has a plain dict
        return
    for name, errors in form.errors.as_data().items():
        for error in errors:
            if isinstance(error, ValidationError) and error.code == "required" and str(error.message) == REQUIRED:
                error.message = f"{ask_for(form[name])}."
