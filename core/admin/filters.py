"""Filters of the admin's lists that stay short, however many rows they could offer."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

MOST = 20


class LatestFilter(admin.RelatedFieldListFilter):
    """Offers the twenty rows that were made last, and the one that is chosen; older ones are found by searching."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        """Give key and name of each, the latest first."""
        rows = field.remote_field.model._default_manager.all()
        offered = list(rows.order_by("-pk")[:MOST])
        chosen = [key for key in self.lookup_val or () if str(key).isdecimal()]
        missing = {int(key) for key in chosen} - {row.pk for row in offered}
        return [(row.pk, str(row)) for row in (*offered, *(rows.filter(pk__in=missing) if missing else ()))]
