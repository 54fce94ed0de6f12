"""Pages in the admin that are read, not typed into: one row as a page of its own, with the buttons of its steps."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from core.admin import StepsAdmin
from core.admin.navigation import sections, way_about
from core.naming import site_name_for


def around(request: HttpRequest) -> dict[str, Any]:
    return {
        "site_title": admin.site.site_title,
        "site_header": f"{site_name_for(request.user.programmes)}: grants office",  # type: ignore[union-attr]
        "has_permission": admin.site.has_permission(request),
        "is_popup": False,
        "is_nav_sidebar_enabled": False,
        "admin_sections": sections(admin.site, request),
    }


class ReadingAdmin(StepsAdmin):
    """A list and readable pages; nothing is added, changed or deleted but by steps.

    Who may open the list is asked of `list_permission`, else of the model's "view" permission, without a row; what is
    on it is told by `core.visibility`. `page(request, obj)` gives what the template `page_template` wants.
    """

    list_permission = ""
    page_template = ""
    actions = None

    def may(self, request: HttpRequest, verb: str, obj: Model | None = None) -> bool:
        """Ask the rules about a row; without one, whether such rows are this person's to read at all."""
        if obj is None and self.list_permission:
            return verb == "view" and request.user.has_perm(self.list_permission)
        if obj is None:
            return verb == "view" and super().may(request, verb)
        return super().may(request, verb, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def is_list(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return bool(match and match.url_name and match.url_name.endswith("_changelist"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.find(request, object_id)
        return TemplateResponse(request, self.page_template, {**self.frame(request, obj), **self.page(request, obj)})

    def find(self, request: HttpRequest, object_id: str) -> Any:
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        return obj

    def frame(self, request: HttpRequest, obj: Model) -> dict[str, Any]:
        return {
            **around(request),
            "title": str(obj),
            "opts": self.opts,
            "original": obj,
            **self.step_context(request, obj),
            "preserved_filters": self.get_preserved_filters(request),
            **way_about(self, request, obj),
        }

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        raise NotImplementedError
