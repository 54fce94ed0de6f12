"""Any list of the admin to take away, as it is filtered and sorted: CSV, XLSX, and what each column holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import get_fields_from_path, label_for_field, lookup_field
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import DateField, DateTimeField, DecimalField, Field, IntegerField, Model
from django.http import Http404, HttpRequest, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, resolve
from django.utils.html import strip_tags
from django.utils.safestring import SafeData

from core import step_up
from core.admin.navigation import list_url
from core.admin.words import OurWords
from core.audit import trail
from core.files.types import send
from core.money.fields import MoneyField
from core.spreadsheets import Column, Kind, csv_stream, xlsx_file

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 2000
MOST_IN_A_SHEET = 20_000  # made while the person waits; a longer list is streamed as CSV
DICTIONARY = (
    Column("Column", "Column", "The heading of a column in the list and its files."),
    Column("What it holds", "What it holds", "What it says, in a sentence."),
    Column("Kind", "Kind", "Text, number, money in pounds, date, or moment in local time."),
)
EXPORTED = "list taken away"


@dataclass(frozen=True)
class ListColumn:
    """A column of a list: what its file says of it, and where its plain value is; without one, what the list shows."""

    column: Column
    shown: Any
    plain: str = ""


class ExportedLists(OurWords):
    """Gives each list its files. What a person may not see is in none: rows and columns are those of the list.

    Lists whose rows name people ask to show again who one is; `names_people` is False where they name none.
    """

    names_people = True

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [
            path("export/<slug:kind>/", self.admin_site.admin_view(self.export_view), name=name),
            *super().get_urls(),
        ]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Answer with the list as csv or xlsx, or with its columns; the trail says who took what."""
        if kind not in {"csv", "xlsx", "columns"}:
            raise Http404
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        columns = list(self.exported_columns(request))
        plain = [one.column for one in columns]
        name = str(self.opts.verbose_name_plural).replace(" ", "-")
        if kind == "columns":
            described = ([one.name, one.describe, one.kind] for one in plain)
            return streamed(csv_stream(DICTIONARY, described), f"{name}-columns.csv")
        if self.names_people and not step_up.is_recent(request):
            raise step_up.ProofNeeded(f"Take away: {self.opts.verbose_name_plural}")
        rows, listed = self.listed_rows(request), f"{list_url(self)}?{request.GET.urlencode()}"
        if rows is None:
            return HttpResponseRedirect(listed)
        count = rows.count()
        if kind == "xlsx" and count > MOST_IN_A_SHEET:
            sentence = f"A spreadsheet holds {MOST_IN_A_SHEET:,} rows. Filter the list, or take it as CSV."
            self.message_user(request, sentence, messages.WARNING)
            return HttpResponseRedirect(listed)
        at, user = request.arrived_at, request.user  # type: ignore[attr-defined]  # set by the first middleware
        asked = {key: value for key, value in request.GET.items() if key != "q"}  # what is searched may be a name
        facts = {"list": name, "form": kind, "count": count, "columns": [one.name for one in plain], "filters": asked}
        trail.record(EXPORTED, user, by=user, at=at, **facts)  # type: ignore[arg-type]
        values = self.exported_rows(rows.iterator(chunk_size=CHUNK), columns)
        if kind == "xlsx":
            return send(xlsx_file(plain, values, name[:31]), f"{name}.xlsx", XLSX)
        return streamed(csv_stream(plain, values), f"{name}.csv")

    def listed_rows(self, request: HttpRequest) -> Any:
        """The rows of the list with the filters, search and order of this address; None where they make no sense."""
        as_listed = copy(request)
        as_listed.resolver_match = resolve(list_url(self))
        try:
            return self.get_changelist_instance(as_listed).get_queryset(as_listed)
        except IncorrectLookupParameters:
            return None

    def exported_columns(self, request: HttpRequest) -> Iterator[ListColumn]:
        """The columns that the list shows to this person, headed by their titles; two of one title are numbered."""
        headings: Counter[str] = Counter()
        for shown in self.get_list_display(request):
            if shown == "action_checkbox":
                continue
            label, attribute = label_for_field(shown, self.model, model_admin=self, return_attr=True)
            field, where = self.plain_field(shown if isinstance(shown, str) and attribute is None else attribute)
            title = f"{str(label)[:1].upper()}{str(label)[1:]}"
            headings[title] += 1
            heading = title if headings[title] == 1 else f"{title} {headings[title]}"
            said = (attribute.__doc__ or "").strip().partition("\n")[0] if callable(attribute) else ""
            about = said or str(getattr(field, "help_text", "")) or f"{title}, as the list shows it."
            yield ListColumn(Column(heading, title, about, kind_of(field)), shown, where)

    def plain_field(self, shown: Any) -> tuple[Field[Any, Any] | None, str]:
        """The day, moment or figure that a column says in words, and the look-up to it; (None, "") for words."""
        order = getattr(shown, "admin_order_field", None) if not isinstance(shown, str) else shown
        try:
            field: Any = get_fields_from_path(self.model, str(order))[-1] if order else None
        except (FieldDoesNotExist, AttributeError):
            return None, ""
        is_plain = isinstance(field, DateField | DecimalField | IntegerField | MoneyField) and not field.choices
        return (field, str(order)) if is_plain else (None, "")

    def exported_rows(self, rows: Iterator[Model], columns: Sequence[ListColumn]) -> Iterator[list[Any]]:
        for row in rows:
            yield [self.exported_value(row, one) for one in columns]

    def exported_value(self, row: Model, one: ListColumn) -> Any:
        if one.plain:
            value: Any = row
            for part in one.plain.split("__"):
                value = getattr(value, part, None)
            return value
        field, _, value = lookup_field(one.shown, row, self)
        if field is not None and getattr(field, "flatchoices", None):
            value = dict(field.flatchoices).get(value, value)
        if value is None or isinstance(value, bool | int | float | Decimal | date):
            return value
        return strip_tags(str(value)) if isinstance(value, SafeData) else str(value)


def kind_of(field: Field[Any, Any] | None) -> Kind:
    match field:
        case DateTimeField():
            return "moment"
        case DateField():
            return "date"
        case MoneyField():
            return "money"
        case DecimalField() | IntegerField():
            return "number"
        case _:
            return "text"


def streamed(lines: Iterator[bytes], filename: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
