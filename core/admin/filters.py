"""Filters of the admin's lists that stay short, however many rows they could offer."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.workplace import rows_at_work

MOST = 20


class LatestFilter(admin.RelatedFieldListFilter):
    """Offers the twenty latest rows that the person sees, and the one that is chosen."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        rows = rows_at_work(field.remote_field.model, request.user)
        offered = list(rows.order_by("-pk")[:MOST])
        chosen = [key for key in self.lookup_val or () if str(key).isdecimal()]
        missing = {int(key) for key in chosen} - {row.pk for row in offered}
        return [(row.pk, str(row)) for row in (*offered, *(rows.filter(pk__in=missing) if missing else ()))]
