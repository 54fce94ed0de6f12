"""A row's history in the admin is its trail, and what is changed by form is written there too."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.admin.lookups import DeclaredLookups
from core.audit import trail
from core.permissions import may_read_history


class TrailAdmin(DeclaredLookups):
    """Shows the trail in place of Django's own log of the admin, and writes to it."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.may_read_history(request, obj):
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "entries": trail.history(obj),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/steps/history.html", context)

    def may_read_history(self, request: HttpRequest, obj: Model) -> bool:
        """A history is never wider than its page, and has a permission of its own."""
        return self.has_view_permission(request, obj) and may_read_history(request.user, obj)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        return trail.record(f"{self.opts.verbose_name} added", obj, **by_and_at(request))

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        event = f"{self.opts.verbose_name} changed"
        return trail.record(event, obj, **by_and_at(request), changed=changed(message))

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        event = f"{self.opts.verbose_name} deleted"
        return [trail.record(event, obj, **by_and_at(request)) for obj in queryset]


def by_and_at(request: Any) -> dict[str, Any]:
    return {"by": request.user, "at": request.arrived_at}


def changed(message: Any) -> list[str]:
    parts = message if isinstance(message, list) else []
    fields: list[str] = []
    for part in parts:
        for verb, what in part.items():
            name = what.get("name")
            fields += [f"{name}: {field}" if name else field for field in what.get("fields", [])]
            if not what.get("fields"):
                fields.append(f"{name or ''} {verb}".strip())
    return fields
